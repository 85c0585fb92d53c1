"""Whether the stored organisations, people and employment are as they must be."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from lms.kit.integrity import Check, check
from lms.kit.matching import name_key
from lms.people.models import Employment, Organisation, Person
from lms.people.operations.organisations import LEVELS


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


def _wrong_names() -> Iterator[str]:
    rows = Person.objects.order_by("pk").values_list(
        "uuid", "given_name", "family_name", "folded_name"
    )
    for uuid, given, family, folded in rows.iterator():
        if folded != name_key(f"{given} {family}")[:180]:
            yield f"person {uuid}: {folded!r}"
