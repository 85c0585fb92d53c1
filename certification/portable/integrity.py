"""Whether what imports counted is in the ledger, and what they took back counts no more."""

from collections.abc import Iterator, Sequence
from typing import Final

from certification.portable.models import ImportedFact
from certification.portable.outcomes import Outcome
from courses.public import evidence_for
from lms.kit.integrity import Check, check, triggers

TABLES: Final = tuple(
    (f"certification_{name}", "UPDATE DELETE")
    for name in (
        "recorddownload",
        "trustedissuer",
        "equivalencemap",
        "personalias",
        "recordimport",
        "importedfact",
    )
)
PORTION: Final = 500


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-portable", TABLES),
        check(
            "portable-counted",
            "What imports counted is in the ledger, and what they took back does not count.",
            _wrong(),
        ),
    ]


def _wrong() -> Iterator[str]:
    written = ImportedFact.objects.filter(evidence__isnull=False)
    rows = written.select_related("record_import__alias").order_by("pk").iterator(PORTION)
    portion: list[ImportedFact] = []
    for each in rows:
        portion.append(each)
        if len(portion) == PORTION:
            yield from _wrong_in(portion)
            portion = []
    yield from _wrong_in(portion)


def _wrong_in(facts: Sequence[ImportedFact]) -> Iterator[str]:
    people = {each.record_import.alias.person_id for each in facts}
    every = evidence_for(person_ids=people, include_reversed=True) if people else []
    stands = {each.id: not each.reversed for each in every}
    for each in facts:
        evidence = str(each.evidence)
        where = f"import {each.record_import.uuid}, fact {evidence}"
        if evidence not in stands:
            yield f"{where} is not in the ledger"
        elif each.outcome == Outcome.REVERSE and stands[evidence]:
            yield f"{where} was taken back and still counts"
