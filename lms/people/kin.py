"""Read several records of one human as one: which rows are theirs, and whose name they bear.

Merging moves no row (docs/adr/0015). Every reader that takes ids of people asks here which records
are meant, inside its own statement: ``rows_of`` finds the rows of all records of a human, by
whichever of their ids, and ``kept_id`` says in the same statement which record is shown.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from lms.people.models import PersonMerge

# Written out, because these stand inside the statements of every page and every decision.
_RECORDS = """SELECT k.id FROM lms_person a JOIN lms_person k
 ON k.id = COALESCE(a.merged_into_id, a.id) OR k.merged_into_id = COALESCE(a.merged_into_id, a.id)
 WHERE a.{column} IN ({holes})"""


def rows_of(*, person_ids: Collection[int], field: str = "person_id") -> Q:
    """Return the filter for the rows of these people, under whichever record they were written.

    ``field`` names the person in the queryset's model; "pk" on ``Person`` finds the records.
    """
    return Q(**{f"{field}__in": _records("id", list(person_ids)) if person_ids else []})


def rows_of_account(*, user_id: int, field: str = "person_id") -> Q:
    """Return the filter for the rows of whoever signs in with an account, under any record."""
    return Q(**{f"{field}__in": _records("user_id", [user_id])})


def kept_id(*, path: str = "person") -> Coalesce:
    """Return the expression for the id of the record that a foreign key's person is read as."""
    return Coalesce(f"{path}__merged_into_id", f"{path}_id")


def _records(column: str, values: list[int]) -> RawSQL:
    holes = ", ".join(["%s"] * len(values))
    return RawSQL(_RECORDS.format(column=column, holes=holes), values)  # noqa: S611 - no text of others


# --- over time ------------------------------------------------------------------------------
def flattened(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return what each absorbed record is read as, from the standing (absorbed, kept) pairs; pure.

    A record that was kept first and absorbed later leads on: A into B and B into C means that
    both are read as C. A circle, which no operation makes, leads nowhere: its records are left
    out.
    """
    into = dict(pairs)
    found: dict[int, int] = {}
    for start in into:
        at, seen = start, {start}
        while at in into and into[at] not in seen:
            at = into[at]
            seen.add(at)
        if at not in into:
            found[start] = at
    return found


def merged(*, known_at: datetime | None = None) -> dict[int, int]:
    """Return what each absorbed record is read as, from the merges; one statement.

    ``known_at``: as the merges stood at that instant.
    """
    rows = PersonMerge.objects.filter(_standing(known_at)).order_by("pk")
    return flattened(rows.values_list("absorbed_id", "kept_id"))


def records_known(*, person_ids: Collection[int], known_at: datetime) -> dict[int, int]:
    """Return every record of these people as known at an instant, and what it was read as then."""
    into = merged(known_at=known_at)
    roots = {into.get(each, each) for each in person_ids}
    return {each: each for each in roots} | {a: root for a, root in into.items() if root in roots}


def _standing(known_at: datetime | None) -> Q:
    if known_at is None:
        return Q(undone__isnull=True)
    later = Q(undone__isnull=True) | Q(undone__recorded_at__gt=known_at)
    return later & Q(recorded_at__lte=known_at)
