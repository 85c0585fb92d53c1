"""Count and list who is employed below an organisation on a date, for desks and reports.

``employed`` is a filter for querysets that reach employment through a foreign key to the person;
the others answer the same question for callers that need no other table. One definition serves
all of them, so that their numbers agree.
"""

from collections.abc import Collection, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Length

from lms.kit.matching import name_key
from lms.people.authority import in_force
from lms.people.kin import kept_id
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
    found = Q(**{f"{at}replaced_at__isnull": True, f"{at}starts_on__lte": on})
    found &= Q(**{f"{at}ends_on__isnull": True}) | Q(**{f"{at}ends_on__gt": on})
    places = [Q(**{f"{at}organisation__path__startswith": path}) for path in paths]
    found &= reduce(or_, places) if places else Q(pk__in=[])
    return found if roles is None else found & Q(**{f"{at}role__in": sorted(roles)})


def people_employed(
    *,
    paths: Collection[str],
    on: date,
    roles: Collection[str] | None = None,
    field: str = "person_id",
) -> Q:
    """Return the filter for rows of people employed on a date at or below any of these paths.

    ``field`` holds the id of the record that somebody is read as; the employment may be another
    record's of the same human.
    """
    here = Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
    return Q(**{f"{field}__in": here.annotate(human=kept_id()).values("human")})


def jobs_counted(
    *, paths: Collection[str], on: date, roles: Collection[str] | None = None
) -> dict[int, int]:
    """Count spells of employment on a date by organisation, in one statement.

    Somebody with two jobs counts twice; ``repeated_jobs`` says who that is.
    """
    rows = (
        Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
        .values_list("organisation_id")
        .annotate(n=Count("pk"))
        .order_by("organisation_id")
    )
    return dict(rows)


def repeated_jobs(
    *, paths: Collection[str], on: date, roles: Collection[str] | None = None
) -> list[tuple[int, int]]:
    """Return (person, organisation) of everybody with more than one job there, in one statement.

    Few people have two jobs, so that this list stays short where the staff is large.
    """
    here = Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
    here = here.annotate(human=kept_id())
    more = here.values("human").annotate(n=Count("pk")).filter(n__gt=1).values("human")
    rows = here.filter(human__in=more).order_by("human", "pk")
    return list(rows.values_list("human", "organisation_id"))


def staff_rows(
    *, paths: Collection[str], on: date, roles: Collection[str] | None = None
) -> Iterator[StaffRow]:
    """Yield who is employed on a date, by person and then by first day; streamed, one statement."""
    rows = (
        Employment.objects.filter(employed(paths=paths, on=on, roles=roles))
        .annotate(human=kept_id())
        .order_by("human", "starts_on", "pk")
        .values_list(
            "human",
            _kept("uuid"),
            _kept("given_name"),
            _kept("family_name"),
            "role",
            "organisation_id",
        )
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield StaffRow(*row)


def staff_named(*, paths: Collection[str], on: date, words: str, most: int) -> list[StaffRow]:
    """Return who is employed on a date and has all these words in the name, by name.

    Without words nobody is found. At most ``most`` people, each once; one statement.
    """
    wanted = name_key(words).split()
    if not wanted or not paths:
        return []
    rows = Employment.objects.filter(employed(paths=paths, on=on)).annotate(
        human=kept_id(), folded=_kept("folded_name")
    )
    for word in wanted:
        rows = rows.filter(folded__contains=word)
    columns = ("human", _kept("uuid"), _kept("given_name"), _kept("family_name"))
    found: dict[int, StaffRow] = {}
    ordered = rows.order_by("folded", "human", "starts_on", "pk")
    # Several jobs are several rows of one person, and few have more than one.
    for row in ordered.values_list(*columns, "role", "organisation_id")[: most * 2]:
        found.setdefault(row[0], StaffRow(*row))
    return list(found.values())[:most]


def _kept(name: str) -> Coalesce:
    """Return the expression for a column of the record that a row's person is read as."""
    return Coalesce(f"person__merged_into__{name}", f"person__{name}")


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
        .values_list("kind", _kept("given_name"), _kept("family_name"))
    )
    return list(dict.fromkeys((kind, f"{given} {family}".strip()) for kind, given, family in rows))
