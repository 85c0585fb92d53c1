"""Whether the transcript that people read adds up to what the ledger holds."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from certification.dashboards.transcript import transcript_of
from courses.public import EvidenceRecord, evidence_for, hours_by_type
from lms.kit.integrity import Check, check
from lms.public import person_ids_after

PORTION: Final = 500


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "transcript-sums",
            "The lines of a transcript, its totals and the facts that count add up to the same.",
            _unequal_sums(),
        )
    ]


def _unequal_sums() -> Iterator[str]:
    last = 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        last = portion[-1]
        every: dict[int, list[EvidenceRecord]] = {}
        for record in evidence_for(person_ids=portion, include_reversed=True):
            every.setdefault(record.person_id, []).append(record)
        standing: dict[int, list[EvidenceRecord]] = {}
        for record in evidence_for(person_ids=portion):
            standing.setdefault(record.person_id, []).append(record)
        for person_id, records in sorted(every.items()):
            transcript = transcript_of(records, {})
            counts = sum(hours_by_type(evidence=standing.get(person_id, [])).values(), Decimal(0))
            lines = sum((entry.counted for entry in transcript.entries), Decimal(0))
            totals = sum((hours for _, hours in transcript.totals), Decimal(0))
            if len({counts, lines, totals, transcript.total}) != 1:
                yield f"person {person_id}: {counts} hours count, {lines} in lines, {totals} told"
