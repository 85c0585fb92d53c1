"""Celery's side of the outbox: tasks take a key, claim the job, do it; all may run twice."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import shared_task

from lms.jobs import operations
from lms.jobs.models import Job, JobState
from lms.kit import clock

log = logging.getLogger(__name__)

_nightly: dict[str, Callable[[], object]] = {}


@shared_task(name="lms.jobs.run")
def run_job(key: str, **_: Any) -> None:
    """Do one job."""
    log.info("job %s: %s", key, "done" if operations.run(key) else "already taken")


@shared_task(name="lms.jobs.sweep")
def sweep(**_: Any) -> None:
    """Do what nobody was told about, what must be tried again and what a dead worker left."""
    for key in operations.sweep():
        operations.run(key)


def every_night(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register work for once a day."""

    def register(work: Callable[[], object]) -> Callable[[], object]:
        _nightly[name] = work
        return work

    return register


@shared_task(name="lms.jobs.nightly")
def nightly(**_: Any) -> None:
    """Promise today's nightly work, once a day however often this is called."""
    today = clock.now().date().isoformat()
    for name in sorted(_nightly):
        operations.enqueue(kind="nightly", key=f"nightly:{name}:{today}", payload={"name": name})
    Job.objects.filter(
        state=JobState.DONE, finished_at__lt=clock.now() - timedelta(days=30)
    ).delete()


@operations.handles("nightly")
def run_nightly(*, name: str) -> None:
    """Do one piece of nightly work."""
    _nightly[name]()
