"""The portions of walks through everybody, as jobs."""

import logging
from typing import Any

from certification.program_review import operations
from certification.program_review.operations.walking import WALK_JOB
from lms.public import handles

log = logging.getLogger(__name__)


@handles(WALK_JOB)
def go_on(*, walk_id: int, after_id: int, **_: Any) -> None:
    """Do one portion and promise the next."""
    operations.go_on(walk_id=walk_id, after_id=after_id)
    log.info("walk %s: portion after person %s done", walk_id, after_id)
