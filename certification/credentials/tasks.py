"""What happens to credentials without anybody asking: on news, from the outbox, every night."""

import logging
import threading
from typing import Any

from certification.credentials import operations
from certification.credentials.issuing import ISSUED_JOB
from courses.public import evidence_recorded
from lms.public import PERSON_CHANGED, every_night, handles, people

log = logging.getLogger(__name__)
_lately = threading.local()


def weigh_evidence(*, person_id: int, evidence_id: str, **_: Any) -> None:
    """Evaluate a person when evidence arrives, in the request that recorded it.

    One act can record several facts (a lesson and with it the course): the news of the second
    finds that the first evaluation in this thread has read it already, and costs nothing.
    """
    seen: tuple[int, frozenset[str]] | None = getattr(_lately, "seen", None)
    if seen is not None and seen[0] == person_id and evidence_id in seen[1]:
        return
    _lately.seen = None
    done = operations.evaluate(person_ids=[person_id])
    _lately.seen = (person_id, done.evidence)
    for each in done.issued:
        log.info("credential %s issued", each.code)


def connect() -> None:
    """Listen to the ledger."""
    evidence_recorded.connect(weigh_evidence, dispatch_uid="certification.weigh_evidence")


@handles(ISSUED_JOB)
def follow_up(*, code: str, **_: Any) -> None:
    """Make the certificate of a new credential and tell its holder."""
    operations.follow_up(code=code)
    log.info("credential %s: certificate made, holder told", code)


@handles(PERSON_CHANGED)
def weigh_person(*, person_ids: list[int], **_: Any) -> None:
    """Evaluate people of whom something else than their learning has changed."""
    # Whose record was merged into another one in the meantime is that other one now.
    now = sorted({each.id for each in people(person_ids=person_ids).values()})
    done = operations.evaluate(person_ids=now)
    log.info("%s people evaluated, %s credentials issued", done.people, len(done.issued))


@every_night("reevaluate")
def reevaluate() -> None:
    """Issue what nobody was told about, and lay the standing of everybody out anew."""
    done = operations.evaluate_everybody()
    log.info("%s people evaluated, %s credentials issued", done.people, len(done.issued))
