"""The net under the news of the ledger: a job that sends the signal again."""

import logging
from typing import Any

from courses.learning import ledger
from lms.public import handles, person

log = logging.getLogger(__name__)


@handles("evidence_recorded")
def tell_again(*, person_id: int, evidence_id: str, **_: Any) -> None:
    """Send ``evidence_recorded``; a listener that fails makes the job try again."""
    # Whose record was merged into another one in the meantime is that other one now.
    ledger.announce(person_id=person(person_id=person_id).id, evidence_id=evidence_id)
    log.info("evidence %s announced", evidence_id)
