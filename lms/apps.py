"""The Django app of the lms folder."""

from django.apps import AppConfig


class LmsConfig(AppConfig):
    """People, organisations, audit, notices, documents and the outbox."""

    name = "lms"
    label = "lms"
    verbose_name = "People and organisations"

    def ready(self) -> None:
        # The Celery application must exist before the first task is sent, or tasks go to nowhere.
        from lms import celery, checks  # noqa: F401 (registers the system checks)
        from lms.people import sessions  # noqa: F401 (notes when each session begins)
