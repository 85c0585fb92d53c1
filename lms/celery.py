"""The Celery application: transport for the outbox, and the clock that sweeps it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    "sweep-the-outbox": {"task": "lms.jobs.sweep", "schedule": 5.0},
    "nightly": {"task": "lms.jobs.nightly", "schedule": 900.0},
}


def _use_folders_as_broker() -> None:
    from django.conf import settings

    folder = settings.BROKER_DIR
    for name in ("queue", "control", "processed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder / "processed"),
        # Seconds between two looks into the folder, and so between two messages.
        "polling_interval": 0.2,
    }


def _configure() -> None:
    from django.conf import settings

    if settings.CELERY_BROKER_URL.startswith("filesystem://"):
        _use_folders_as_broker()
    elif settings.CELERY_BROKER_URL.startswith("redis"):
        # Longer than any job; the lease in the outbox is what really guards against doubles.
        app.conf.broker_transport_options = {
            "visibility_timeout": 900,
            "unacked_restore_throttle": 1,
        }
    else:
        app.conf.task_default_queue_type = "quorum"
        app.conf.worker_detect_quorum_queues = True


_configure()
app.autodiscover_tasks(["lms.jobs"])
