"""Whether the stored organisations, people and employment are as they must be."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db.models import Count, F, Min, Q

from lms.kit.integrity import Check, check, triggers
from lms.kit.matching import name_key
from lms.people.kin import merged
from lms.people.models import (
    Employment,
    Licence,
    NameDecision,
    Organisation,
    Person,
    PersonMerge,
)
from lms.people.models.licences import LookUp
from lms.people.operations.organisations import LEVELS

NAMES: Final = (("lms_namechange", "UPDATE DELETE"), ("lms_namedecision", "UPDATE DELETE"))
LICENCES: Final = (
    ("lms_licence", "UPDATE DELETE"),
    ("lms_licenceverification", "UPDATE DELETE"),
)
MERGES: Final = (
    ("lms_personmerge", "UPDATE DELETE"),
    ("lms_personunmerge", "UPDATE DELETE"),
)


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "organisation-paths",
            "The path of an organisation is its parent's path and its own id.",
            _wrong_paths(),
        ),
        check(
            "spells-current-once",
            "Every employment spell has exactly one current version.",
            _spells_without_one_version(),
        ),
        check(
            "spells-apart",
            "Nobody has the same role at the same place twice at once.",
            _overlapping_spells(),
        ),
        check(
            "folded-names",
            "The folded name of a person is the fold of the name.",
            _wrong_names(),
        ),
        triggers("append-only-names", NAMES),
        check(
            "names-as-decided",
            "Whoever's name was changed by a decision is called what the last one says.",
            _names_otherwise(),
        ),
        triggers("append-only-licences", LICENCES),
        check(
            "verified-as-looked-up",
            "A licence is verified exactly since it was first confirmed at its source.",
            _wrongly_verified(),
        ),
        triggers("append-only-merges", MERGES),
        check(
            "merged-is-the-fold",
            "What a record is read as is what the standing merges say, and that record stands"
            " for itself.",
            _wrong_merged(),
        ),
        check(
            "merges-lead-somewhere",
            "No record is merged twice at once, and no merges lead in a circle.",
            _circles(),
        ),
    ]


def _wrong_paths() -> Iterator[str]:
    known = {row.pk: row for row in Organisation.objects.order_by("pk")}
    for row in known.values():
        parent = known[row.parent_id] if row.parent_id in known else None
        if row.path != f"{parent.path if parent else '/'}{row.pk}/":
            yield f"{row.key}: path {row.path}"
        elif parent and LEVELS.index(parent.kind) >= LEVELS.index(row.kind):
            yield f"{row.key}: a {row.kind} below a {parent.kind}"


def _spells_without_one_version() -> Iterator[str]:
    current = Count("pk", filter=Q(replaced_at__isnull=True))
    rows = Employment.objects.values("spell").annotate(current=current).exclude(current=1)
    for row in rows.order_by("spell"):
        yield f"spell {row['spell']}: {row['current']} current versions"


def _overlapping_spells() -> Iterator[str]:
    last: tuple[tuple[int, int, str], date | None] | None = None
    rows = Employment.objects.filter(replaced_at__isnull=True).order_by(
        "person_id", "organisation_id", "role", "starts_on", "pk"
    )
    fields = ("person_id", "organisation_id", "role", "starts_on", "ends_on", "spell")
    for person_id, place, role, starts_on, ends_on, spell in rows.values_list(*fields).iterator():
        same = (person_id, place, role)
        if last and last[0] == same and (last[1] is None or starts_on < last[1]):
            yield f"spell {spell} overlaps the one before"
        if ends_on is None or starts_on < ends_on:
            last = (same, ends_on)


def _wrongly_verified() -> Iterator[str]:
    confirmed = Q(verifications__outcome=LookUp.CONFIRMED)
    rows = Licence.objects.annotate(first=Min("verifications__recorded_at", filter=confirmed))
    rows = rows.filter(
        Q(verified_at__isnull=True, first__isnull=False)
        | Q(verified_at__isnull=False, first__isnull=True)
        | Q(verified_at__lt=F("first"))
        | Q(verified_at__gt=F("first"))
    )
    for uuid, verified_at, first in rows.order_by("pk").values_list("uuid", "verified_at", "first"):
        yield f"licence {uuid}: verified {verified_at}, first confirmed {first}"


def _wrong_merged() -> Iterator[str]:
    into = merged()
    rows = Person.objects.filter(Q(merged_into__isnull=False) | Q(pk__in=into)).order_by("pk")
    for row in rows.select_related("merged_into"):
        if row.merged_into_id != into.get(row.pk):
            yield f"person {row.uuid}: read as {row.merged_into_id}, merged into {into.get(row.pk)}"
        elif row.merged_into is not None and row.merged_into.merged_into_id is not None:
            yield f"person {row.uuid}: read as a record that is itself read as another"


def _circles() -> Iterator[str]:
    rows = PersonMerge.objects.filter(undone__isnull=True).order_by("pk")
    standing = list(rows.values_list("absorbed_id", "kept_id", "uuid"))
    into = merged()
    seen: set[int] = set()
    for absorbed, _kept, uuid in standing:
        if absorbed in seen:
            yield f"merge {uuid}: its record is merged already"
        elif absorbed not in into:
            yield f"merge {uuid}: leads in a circle"
        seen.add(absorbed)


def _wrong_names() -> Iterator[str]:
    rows = Person.objects.order_by("pk").values_list(
        "uuid", "given_name", "family_name", "folded_name"
    )
    for uuid, given, family, folded in rows.iterator():
        if folded != name_key(f"{given} {family}")[:180]:
            yield f"person {uuid}: {folded!r}"


def _names_otherwise() -> Iterator[str]:
    decided = NameDecision.objects.filter(outcome="accepted").order_by("pk")
    last: dict[int, tuple[str, str]] = {
        person_id: (given, family)
        for person_id, given, family in decided.values_list(
            "change__person_id", "change__given_name", "change__family_name"
        ).iterator()
    }
    people = Person.objects.filter(pk__in=decided.values("change__person_id")).order_by("pk")
    rows = people.values_list("pk", "uuid", "given_name", "family_name")
    for pk, uuid, given, family in rows.iterator():
        if last.get(pk) != (given, family):
            yield f"person {uuid}: another name than was decided last"
