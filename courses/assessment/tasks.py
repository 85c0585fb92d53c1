"""What happens to attempts without their learners: what is out of time is handed in."""

import logging
from typing import Any
from uuid import UUID

from courses.assessment.operations import time
from lms.public import every_night, handles

log = logging.getLogger(__name__)


@handles(time.JOB)
def hand_in_when_due(*, attempt: str, **_: Any) -> None:
    """Hand in one attempt; where its grace is not over yet, the job tries again."""
    done = time.hand_in_overdue(attempt_uuid=UUID(attempt))
    log.info("attempt %s: %s", attempt, "handed in" if done else "was handed in before")


@every_night("hand_in_overdue_attempts")
def hand_in_leftovers() -> None:
    """Hand in what a lost job has left open."""
    while uuids := time.overdue_attempts():
        for uuid in uuids:
            time.hand_in_overdue(attempt_uuid=uuid)
        log.warning("%s attempts were left open past their time", len(uuids))
