"""Work without a learner: the net under the news of the ledger, and what asks less by now."""

import logging
from typing import Any

from courses.learning import ledger
from courses.learning.operations import settling
from lms.public import every_night, handles, person

log = logging.getLogger(__name__)


@handles("evidence_recorded")
def tell_again(*, person_id: int, evidence_id: str, **_: Any) -> None:
    """Send ``evidence_recorded``; a listener that fails makes the job try again."""
    # Whose record was merged into another one in the meantime is that other one now.
    ledger.announce(person_id=person(person_id=person_id).id, evidence_id=evidence_id)
    log.info("evidence %s announced", evidence_id)


@every_night("finish_what_is_done")
def finish_what_is_done() -> None:
    """Finish courses of which a role, a track or a version leaves nothing to do."""
    log.info("%s courses were finished by what is asked now", settling.finish_what_is_done())
