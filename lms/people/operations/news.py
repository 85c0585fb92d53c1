"""Promise that whoever judges people looks again, because what is known of them has changed."""

from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from lms.jobs.operations import enqueue_many
from lms.kit import clock

PERSON_CHANGED: Final = "person_changed"
"""The job that certification answers: employment, licences or the record itself are others now."""
PORTION: Final = 200


def tell(person_ids: Iterable[int]) -> None:
    """Write the promise inside the caller's transaction, for some people together."""
    everybody = sorted(set(person_ids))
    jobs = {
        f"{PERSON_CHANGED}:{uuid4()}": {"person_ids": everybody[start : start + PORTION]}
        for start in range(0, len(everybody), PORTION)
    }
    if jobs:
        # Left to the sweep, seconds later: a roster's worth of messages would keep mail waiting.
        enqueue_many(kind=PERSON_CHANGED, jobs=jobs, run_after=clock.now())
