"""Promising work, claiming it under a lease, and doing it."""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from lms.jobs.models import Job, JobState
from lms.kit import clock

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}


class NoHandler(LookupError):
    """Nobody has registered for this kind of job."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind. It may be called twice for one job."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def enqueue(
    *, kind: str, key: str, payload: dict[str, Any], run_after: datetime | None = None
) -> None:
    """Promise work, once for a key; call inside the transaction that makes it due.

    ``payload`` holds ids only and becomes the handler's keyword arguments.
    """
    fields: dict[str, Any] = {"kind": kind, "payload": payload}
    if run_after is not None:
        fields["run_after"] = run_after
    Job.objects.bulk_create([Job(key=key, **fields)], ignore_conflicts=True)
    if run_after is None:
        transaction.on_commit(lambda: hand_over(key))


def enqueue_many(
    *, kind: str, jobs: Mapping[str, dict[str, Any]], run_after: datetime | None = None
) -> None:
    """Promise several pieces of work of one kind, payloads by key, in one statement."""
    fields = {} if run_after is None else {"run_after": run_after}
    rows = [Job(key=key, kind=kind, payload=payload, **fields) for key, payload in jobs.items()]
    Job.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if run_after is None:
        for key in jobs:
            transaction.on_commit(partial(hand_over, key))


def hand_over(key: str) -> None:
    """Tell a worker about a job at once; when the broker is away, the sweep will find it."""
    from lms.jobs.tasks import run_job

    try:
        run_job.apply_async(kwargs={"key": key}, retry=False)
    except Exception:
        log.warning("broker away; job %s waits for the sweep", key, exc_info=True)


def run(key: str) -> bool:
    """Claim a job and do it. Return False when somebody else has it or it is done."""
    lease = uuid.uuid4()
    now = clock.now()
    claimed = (
        Job.objects.filter(key=key)
        .filter(Q(state=JobState.READY) | Q(state=JobState.RUNNING, lease_until__lt=now))
        .update(
            state=JobState.RUNNING,
            lease=lease,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
    )
    if not claimed:
        return False
    job = Job.objects.get(key=key)
    mine = Job.objects.filter(pk=job.pk, lease=lease, state=JobState.RUNNING)
    try:
        if job.kind not in _handlers:
            raise NoHandler(job.kind)
        _handlers[job.kind](**job.payload)
    except Exception as error:
        log.exception("job %s failed at attempt %s", key, job.attempts)
        last = job.attempts >= MOST_ATTEMPTS
        mine.update(
            state=JobState.FAILED if last else JobState.READY,
            run_after=clock.now() + timedelta(seconds=2 ** min(job.attempts, 10)),
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
        return True
    mine.update(state=JobState.DONE, finished_at=clock.now(), last_error="")
    return True


def sweep(*, limit: int = 200) -> list[str]:
    """Return the keys of jobs that are due: never handed over, to be retried, or left running."""
    now = clock.now()
    return list(
        Job.objects.filter(
            Q(state=JobState.READY, run_after__lte=now)
            | Q(state=JobState.RUNNING, lease_until__lt=now)
        )
        .order_by("run_after", "pk")
        .values_list("key", flat=True)[:limit]
    )


def drain(*, limit: int = 1000) -> int:
    """Do every job that is due, here and now. Return how many were done."""
    done = 0
    while done < limit and (keys := sweep(limit=50)):
        for key in keys:
            done += run(key)
    return done


def retry(*, key: str) -> bool:
    """Put a failed job back. Return False when there is no such failed job."""
    return bool(
        Job.objects.filter(key=key, state=JobState.FAILED).update(
            state=JobState.READY, attempts=0, run_after=clock.now()
        )
    )


def backlog() -> dict[str, int]:
    """Return how many jobs stand in each state, for operators."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, COUNT(*) FROM lms_job GROUP BY state")
        return {str(state): int(count) for state, count in cursor.fetchall()}
