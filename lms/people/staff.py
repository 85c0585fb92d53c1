"""Count and list who is employed below an organisation on a date, for desks and reports.

``employed`` and ``unit`` are expressions for querysets that reach employment through a foreign
key to the person; ``headcounts`` and ``staff_rows`` answer the same question for callers that
need no other table. One definition serves all of them, so that their numbers agree.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Length

from lms.people.authority import in_force
from lms.people.models import Duty, Employment
from lms.people.models.workers import Role

CHUNK: Final = 2_000


class StaffRow(NamedTuple):
    """One person at one place in one role on the date asked about."""

    person_id: int
    person_uuid: UUID
    given_name: str
    family_name: str
    role: str
    organisation_id: int


def employed(
    *, paths: Collection[str], on: date, roles: Collection[str] | None = None, field: str = ""
) -> Q:
    """Return the filter for employment on a date at or below any of these paths.

    ``roles`` None: every role. ``field`` leads to the employment ("person__employments"); pass
    the whole filter in one ``filter()`` call, or the conditions meet different rows.
    """
    at = f"{field}__" if field else ""
    places = Q(pk__in=[])
    for path in paths:
        places |= Q(**{f"{at}organisation__path__startswith": path})
    found = Q(**{f"{at}replaced_at__isnull": True, f"{at}starts_on__lte": on}) & places
    found &= Q(**{f"{at}ends_on__isnull": True}) | Q(**{f"{at}ends_on__gt": on})
    return found if roles is None else found & Q(**{f"{at}role__in": sorted(roles)})


def unit(*, kind: str, field: str = "") -> Case:
    """Return the id of the organisation of one kind that an employment lies in, else NULL."""
    at = f"{field}__organisation" if field else "organisation"
    levels = (at, f"{at}__parent", f"{at}__parent__parent")
    return Case(
        *(When(**{f"{each}__kind": kind}, then=F(f"{each}__pk")) for each in levels),
        default=Value(None),
        output_field=IntegerField(),
    )


def headcounts(
    *,
    paths: Collection[str],
    on: date,
    roles: Collection[str] | None = None,
    by: str | None = None,
) -> dict[int | None, int]:
    """Count people employed on a date, each once in each unit of the kind ``by``.

    Without ``by`` there is one count under the key None: everybody, once however often employed.
    With it, None counts those who lie in no such unit. One statement.
    """
    rows = Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
    if by is None:
        return {None: rows.aggregate(n=Count("person_id", distinct=True))["n"]}
    counted = (
        rows.annotate(unit=unit(kind=by))
        .values("unit")
        .annotate(n=Count("person_id", distinct=True))
        .order_by("unit")
    )
    return {row["unit"]: row["n"] for row in counted}


def staff_rows(
    *, paths: Collection[str], on: date, roles: Collection[str] | None = None
) -> Iterator[StaffRow]:
    """Yield who is employed on a date, by person and then by first day; streamed, one statement."""
    rows = (
        Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
        .order_by("person_id", "starts_on", "pk")
        .values_list(
            "person_id",
            "person__uuid",
            "person__given_name",
            "person__family_name",
            "role",
            "organisation_id",
        )
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield StaffRow(*row)


def role_title(*, role: str) -> str:
    """Return what a role is called; a code that is no role any more is shown as it is."""
    return str(Role(role).label) if role in Role.values else role


def duty_holders(
    *, kinds: Collection[str], paths: Collection[str], on: date
) -> list[tuple[str, str]]:
    """Return who holds these duties for the places at these paths, as (kind, name).

    A duty held above a place counts there too; the nearest comes first. One statement.
    """
    above = {int(part) for path in paths for part in path.strip("/").split("/")}
    rows = (
        Duty.objects.filter(in_force(on), kind__in=kinds, organisation_id__in=above)
        .order_by("kind", Length("organisation__path").desc(), "person__family_name", "pk")
        .values_list("kind", "person__given_name", "person__family_name")
    )
    return list(dict.fromkeys((kind, f"{given} {family}".strip()) for kind, given, family in rows))
