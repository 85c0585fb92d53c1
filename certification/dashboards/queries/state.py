"""Count how a state stands on a date, by region, agency or site, without loading people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from certification.credentials.models import StandingSpan
from certification.dashboards.queries.programs import ProgramHere
from lms.public import StaffRow, employed, headcounts, staff_rows, unit

SOON: Final = timedelta(days=90)
"""A certificate that ends within this time is expiring."""

LAPSED: Final = ("expired", "suspended", "revoked")
CHUNK: Final = 2_000

# Employment is reached through the foreign key of the span to the person, never by importing the
# models of lms: the database joins, and which employment counts is said once, by lms.public.
_EMPLOYMENT: Final = "person__employments"


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


def tallies(*, program: ProgramHere, on: date, by: str | None) -> dict[int | None, Tally]:
    """Count people once in each unit of the kind `by`; two statements, whatever their number.

    The keys are ids of organisations; None counts those who lie in no such unit. Without `by`
    there is one tally, under None, in which everybody counts once.
    """
    counts: dict[int | None, dict[str, int]] = {}
    for where, status, late, soon, n in _spans_counted(program, on, by):
        count = counts.setdefault(where, dict.fromkeys(TALLY_NAMES, 0))
        count["lapsed" if status in LAPSED else status] += n
        count["overdue"] += n if late else 0
        count["expiring"] += n if soon else 0
    heads = headcounts(paths=program.paths, on=on, roles=program.roles, by=by)
    for where, active in heads.items():
        count = counts.setdefault(where, dict.fromkeys(TALLY_NAMES, 0))
        known = sum(count[name] for name in ("certified", "provisional", "in_training", "lapsed"))
        count["active"] = active
        count["unknown"] = active - known
    return {where: Tally(**count) for where, count in counts.items()}


def _spans_counted(
    program: ProgramHere, on: date, by: str | None
) -> Iterable[tuple[int | None, str, int, int, int]]:
    """Return (unit, status, overdue, expiring, people).

    Within a unit a person has one standing, so one distinct count serves all columns.
    """
    soon = Q(status="certified", valid_until__lte=on + SOON)
    rows = spans_on(program.key, on).filter(
        employed(paths=program.paths, on=on, roles=program.roles, field=_EMPLOYMENT)
    )
    where = unit(kind=by, field=_EMPLOYMENT) if by else Value(None, output_field=IntegerField())
    return (
        rows.annotate(unit=where, late=_flag(Q(overdue__gt=0)), soon=_flag(soon))
        .values("unit", "status", "late", "soon")
        .annotate(n=Count("person_id", distinct=True))
        .order_by("unit", "status", "late", "soon")
        .values_list("unit", "status", "late", "soon", "n")
    )


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
