"""Whether promised work is done."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q

from lms.jobs.models import Job, JobState
from lms.kit import clock
from lms.kit.integrity import Check, check

PATIENCE = timedelta(hours=1)
"""How long work may wait after it was due before it counts as stuck."""


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [check("jobs-done", "No promised work has failed or waits for long.", _stuck())]


def _stuck() -> Iterator[str]:
    late = clock.now() - PATIENCE
    rows = Job.objects.filter(
        Q(state=JobState.FAILED)
        | Q(state=JobState.READY, run_after__lt=late)
        | Q(state=JobState.RUNNING, lease_until__lt=late)
    )
    for key, state, error in rows.order_by("pk").values_list("key", "state", "last_error"):
        yield f"job {key} is {state}" + (f": {error[:120]}" if error else "")
