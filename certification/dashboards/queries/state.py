"""Count how a state stands on a date, by region, agency or site, without loading people."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from certification.credentials.models import StandingSpan
from certification.dashboards.queries.programs import ProgramHere
from lms.public import (
    OrganisationRecord,
    StaffRow,
    employed,
    jobs_counted,
    repeated_jobs,
    staff_rows,
)

SOON: Final = timedelta(days=90)
"""A certificate that ends within this time is expiring."""

STANDINGS: Final = ("certified", "provisional", "in_training", "lapsed")
WHOLE: Final = 0
"""The key of everybody together; no organisation has this id."""

LAPSED: Final = ("expired", "suspended", "revoked", "retired")
CHUNK: Final = 2_000

# Employment is reached through the foreign key of the span to the person, never by importing the
# models of lms: the database joins, and which employment counts is said once, by lms.public.
_EMPLOYMENT: Final = "person__employments"
# Of records that were merged into the one that the span is about.
_MERGED: Final = "person__absorbed__employments"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people stand how. The first four and `unknown` add up to `active`.

    `lapsed`: expired, suspended or revoked. `unknown`: nothing worked out yet. `overdue` and
    `expiring` (within 90 days) count people who are in one of the others too.
    """

    active: int = 0
    certified: int = 0
    provisional: int = 0
    in_training: int = 0
    lapsed: int = 0
    unknown: int = 0
    overdue: int = 0
    expiring: int = 0


class SpanRow(NamedTuple):
    """What an export says of one standing."""

    person_id: int
    status: str
    overdue: int
    unmet: int
    have_hours: object
    need_hours: object
    next_due_on: date | None
    next_requirement: str
    who_next: str
    valid_until: date | None


TALLY_NAMES: Final = tuple(each.name for each in fields(Tally))


def tallies(
    *, program: ProgramHere, on: date, by: str, places: Mapping[int, OrganisationRecord]
) -> tuple[dict[int | None, Tally], Tally]:
    """Count people once in each unit of the kind `by` and once in the whole.

    The keys are ids of organisations; None counts those who lie in no such unit. `places` are
    all organisations in question, by id. Four statements, whatever the number of people: jobs
    are counted by the database, and the few people with two of them are taken out again here.
    """
    where = {each.id: (_unit(each, by, places), WHOLE) for each in places.values()}
    counts = _Counts()
    scope: dict[str, Any] = {"paths": program.paths, "on": on, "roles": program.roles}
    for place, jobs in jobs_counted(**scope).items():
        counts.add(where[place], "active", jobs)
    for place, columns, jobs in _spans_counted(program, on, scope):
        counts.add(where[place], columns, jobs)
    again = repeated_jobs(**scope)
    columns_of = _columns_of(program, on, {person_id for person_id, _ in again})
    for person_id, key, times in _counted_again(again, where):
        counts.add((key,), ("active", *columns_of.get(person_id, ())), -times)
    whole = counts.tally(WHOLE)
    return {key: counts.tally(key) for key in counts.keys() - {WHOLE}}, whole


class _Counts(dict[int | None, dict[str, int]]):
    """Running counts by unit and column."""

    def add(self, keys: Iterable[int | None], columns: str | Iterable[str], n: int) -> None:
        names = (columns,) if isinstance(columns, str) else columns
        for key in keys:
            count = self.setdefault(key, dict.fromkeys(TALLY_NAMES, 0))
            for name in names:
                count[name] += n

    def tally(self, key: int | None) -> Tally:
        count = self.get(key, dict.fromkeys(TALLY_NAMES, 0))
        known = sum(count[name] for name in STANDINGS)
        return Tally(**count | {"unknown": count["active"] - known})


def _unit(
    place: OrganisationRecord, kind: str, places: Mapping[int, OrganisationRecord]
) -> int | None:
    """Return the id of the organisation of a kind that a place is or lies in, or None."""
    above = (int(part) for part in place.path.strip("/").split("/"))
    return next((each for each in above if each in places and places[each].kind == kind), None)


def _columns(status: str, late: int, soon: int) -> tuple[str, ...]:
    """Return the columns that a standing counts in."""
    first = "lapsed" if status in LAPSED else status
    return (first, *(("overdue",) if late else ()), *(("expiring",) if soon else ()))


def _spans_counted(
    program: ProgramHere, on: date, scope: Mapping[str, Any]
) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """Yield (organisation, columns, jobs) of those who have a standing."""
    own, merged = (
        _flagged(program, on)
        .filter(employed(field=field, **scope))
        .values_list(f"{field}__organisation_id", "status", "late", "soon")
        .annotate(n=Count(f"{field}__pk"))
        .order_by()
        for field in (_EMPLOYMENT, _MERGED)
    )
    for place, status, late, soon, n in own.union(merged, all=True):
        yield place, _columns(status, late, soon), n


def _columns_of(
    program: ProgramHere, on: date, person_ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Return the columns that the standing of each of these people counts in."""
    # Nobody has the id 0; without it an empty list would leave the statement out.
    rows = _flagged(program, on).filter(person_id__in=[0, *person_ids]).order_by("person_id")
    return {
        person_id: _columns(*row)
        for person_id, *row in rows.values_list("person_id", "status", "late", "soon")
    }


def _counted_again(
    jobs: Iterable[tuple[int, int]], where: Mapping[int, Sequence[int | None]]
) -> Iterator[tuple[int, int | None, int]]:
    """Yield (person, key, how often too often) wherever somebody counted more than once."""
    for person_id, theirs in groupby(jobs, key=itemgetter(0)):
        seen = Counter(key for _, place in theirs for key in where[place])
        yield from ((person_id, key, times - 1) for key, times in seen.items() if times > 1)


def _flagged(program: ProgramHere, on: date) -> QuerySet[Any]:
    soon = Q(status="certified", valid_until__lte=on + SOON)
    return spans_on(program.key, on).annotate(late=_flag(Q(overdue__gt=0)), soon=_flag(soon))


def spans_on(program_key: str, on: date) -> QuerySet[StandingSpan]:
    """Return the standings in a program that hold on a date."""
    return StandingSpan.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on), program_key=program_key, from_on__lte=on
    )


def people_rows(*, program: ProgramHere, on: date) -> Iterator[tuple[StaffRow, SpanRow | None]]:
    """Yield everybody active with their standing, streamed from two statements side by side.

    Both come in the order of people, so that neither is held in memory. One row for each place
    and role: somebody in two agencies comes twice.
    """
    spans = (
        SpanRow(*row)
        for row in spans_on(program.key, on)
        .order_by("person_id", "pk")
        .values_list(*SpanRow._fields)
        .iterator(chunk_size=CHUNK)
    )
    span = next(spans, None)
    for staff in staff_rows(paths=program.paths, on=on, roles=program.roles):
        while span is not None and span.person_id < staff.person_id:
            span = next(spans, None)
        same = span is not None and span.person_id == staff.person_id
        yield staff, span if same else None


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
