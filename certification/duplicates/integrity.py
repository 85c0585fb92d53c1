"""Whether joining lost nothing, left no standing of absorbed records, and took two officers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import F, Q

from certification.credentials.models import StandingSpan
from certification.credentials.queries import held_by
from certification.duplicates.models import DuplicateAnswer
from courses.public import evidence_for
from lms.kit.integrity import Check, check, triggers
from lms.public import MergeRecord, merges_of

TABLES: Final = tuple(
    (f"certification_duplicate{name}", "UPDATE DELETE") for name in ("proposal", "answer", "change")
)
_BEFORE: Final = timedelta(microseconds=1)


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-duplicates", TABLES),
        check(
            "no-standing-of-merged-records",
            "A record that is read as another one has no standing of its own.",
            _standing_left(),
        ),
        check(
            "joined-as-proposed",
            "Every joining did what was proposed, by another officer than the one who proposed.",
            _not_as_proposed(),
        ),
        check(
            "joining-lost-nothing",
            "Every fact and certificate known of either record before joining is known now.",
            _lost(),
        ),
    ]


def _standing_left() -> Iterator[str]:
    rows = StandingSpan.objects.filter(person__merged_into__isnull=False)
    for uuid, key in rows.order_by("person_id", "pk").values_list("person__uuid", "program_key"):
        yield f"person {uuid}: {key}"


def _not_as_proposed() -> Iterator[str]:
    fits = Q(
        merge__kept=F("proposal__kept"),
        merge__absorbed=F("proposal__absorbed"),
        merge__proposed_by=F("proposal__proposed_by"),
        merge__actor=F("answered_by"),
    )
    rows = DuplicateAnswer.objects.filter(merge__isnull=False).exclude(fits)
    for uuid in rows.order_by("pk").values_list("proposal__uuid", flat=True):
        yield f"proposal {uuid}"


def _lost() -> Iterator[str]:
    for merge in merges_of():
        ids = [merge.kept_id, merge.absorbed_id]
        missing = _facts(merge, before=True) - _facts(merge, before=False)
        if missing:
            yield f"merge {merge.uuid} of {ids}: {', '.join(sorted(missing)[:5])}"


def _facts(merge: MergeRecord, *, before: bool) -> set[str]:
    """Return the ids of the facts and the codes of both records, now or just before the merge."""
    at = merge.recorded_at - _BEFORE if before else None
    ids = [merge.kept_id, merge.absorbed_id]
    facts = evidence_for(person_ids=ids, known_at=at, include_reversed=True)
    held = held_by(person_ids=ids, known_at=at)
    known = [each for theirs in held.values() for each in theirs]
    if at is not None:
        known = [each for each in known if each.known(at)]
    return {each.id for each in facts} | {each.code for each in known}
