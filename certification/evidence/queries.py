"""Read everything the rules need to know about people, in as many statements for 500 as for one."""

from collections.abc import Collection
from datetime import datetime

from certification.evidence.translation import Dossier
from courses.public import EvidenceRecord, evidence_for
from lms.public import person_files


def gather(
    *, person_ids: Collection[int], known_at: datetime | None = None, alone: bool = False
) -> dict[int, Dossier]:
    """Return what is known about these people, by id, in two statements.

    `known_at` leaves out evidence that was recorded later and brings back what was taken back
    later; employment and licences, too, are as the rows of that instant said. With `alone`, which
    needs a transaction, nobody else decides about one of them before it ends.
    """
    # First: what somebody else decided before we were let in is then read, not missed.
    files = person_files(person_ids=person_ids, known_at=known_at, alone=alone)
    learned: dict[int, list[EvidenceRecord]] = {}
    for record in evidence_for(person_ids=person_ids, known_at=known_at):
        learned.setdefault(record.person_id, []).append(record)
    return {
        person_id: Dossier(file, tuple(learned.get(person_id, ())))
        for person_id, file in files.items()
    }
