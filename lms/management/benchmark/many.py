"""The goals about thousands of people: a rule change, and who was qualified on a date."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from certification import public as certification
from lms.kit import clock
from lms.management.benchmark import crowd
from lms.management.benchmark.crowd import PROGRAM, ZONE, Asked
from lms.management.benchmark.line import Line, ratio
from lms.management.benchmark.measure import counted, cpu_ms
from lms.management.benchmark.stage import Stage
from lms.management.benchmark.visitor import Failed
from lms.people.files import person_ids_after
from lms.people.models import Person

LEARNERS = 10_000
HOLDERS = 100_000
# A rule change is measured this often, each time with another change of the rules.
CHANGES = 3
# Certificates were issued so many days ago; the older ones are near their end.
BEFORE = (700, 200)
# A portion is read, decided, issued and written in at most so many statements.
PORTION_SQL = 16
_EVENTS = {
    "self_paced": ("training", "self_paced"),
    "live_session": ("session", "live"),
    "quiz": ("quiz", "none"),
    "observed_skill": ("observation", "practice"),
}

# What the rules are told about these people, read by as many statements as there are subjects.
FACTS = (
    "SELECT e.person_id, e.uuid, e.kind, e.subject, e.hours_type, e.hours, e.score, e.passed,"
    " e.occurred_at, e.recorded_at, e.content_revision FROM courses_learningevent e"
    " LEFT JOIN courses_learningevent r ON r.reverses_id = e.id"
    " WHERE r.id IS NULL AND e.kind <> 'reversal' AND e.person_id BETWEEN %s AND %s"
    " ORDER BY e.person_id, e.occurred_at, e.id",
    "SELECT p.id, p.uuid, p.given_name, p.family_name, p.email, p.user_id, s.organisation_id,"
    " o.path, s.role, s.fte, s.starts_on, s.ends_on, s.supervisor_id, s.first_service_on"
    " FROM lms_person p LEFT JOIN lms_employment s"
    " ON s.person_id = p.id AND s.replaced_at IS NULL"
    " LEFT JOIN lms_organisation o ON o.id = s.organisation_id"
    " WHERE p.id BETWEEN %s AND %s ORDER BY p.id, s.starts_on",
    "SELECT person_id, uuid, kind, requirement, number, issuer, valid_from, valid_until,"
    " verified_at, recorded_at, replaces_id FROM lms_licence"
    " WHERE person_id BETWEEN %s AND %s ORDER BY person_id, valid_from",
    "SELECT c.person_id, c.id, c.code, c.credential_key, c.period, c.title, c.holder_name,"
    " c.valid_from, c.valid_until, e.kind, e.effective_on, e.recorded_at, e.reason_code"
    " FROM certification_credential c JOIN certification_credentialevent e"
    " ON e.credential_id = c.id WHERE c.person_id BETWEEN %s AND %s ORDER BY c.person_id, e.id",
)

# The status on a date is the last event that began to count by then and was not set aside.
QUALIFIED = (
    "SELECT DISTINCT told.person_id FROM (SELECT c.person_id, e.kind, row_number() OVER ("
    " PARTITION BY e.credential_id ORDER BY e.effective_on DESC, e.recorded_at DESC, e.id DESC"
    ") AS place FROM certification_credentialevent e"
    " JOIN certification_credential c ON c.id = e.credential_id"
    " LEFT JOIN certification_credentialevent a ON a.sets_aside_id = e.id"
    " WHERE c.program_key = %s AND c.valid_from <= %s"
    " AND (c.valid_until IS NULL OR c.valid_until > %s)"
    " AND e.effective_on <= %s AND e.kind <> 'set_aside' AND a.id IS NULL"
    ") told WHERE told.place = 1 AND told.kind IN ('issued', 'reinstated')"
)
THERE = (
    " AND EXISTS (SELECT 1 FROM lms_employment s JOIN lms_organisation o"
    " ON o.id = s.organisation_id WHERE s.person_id = told.person_id AND s.replaced_at IS NULL"
    " AND s.starts_on <= %s AND (s.ends_on IS NULL OR s.ends_on > %s) AND o.path LIKE %s)"
)


def p8(stage: Stage, rounds: int) -> list[Line]:
    """A rule change: everybody is decided anew, against bare SQL that reads the same facts."""
    asked = _asked(stage)
    ids = crowd.learners(LEARNERS, asked)
    crowd.settle()
    for back in BEFORE:
        day = clock.today(ZONE) - timedelta(days=back)
        for portion in _portions():
            certification.evaluate(person_ids=portion, program_key=PROGRAM, on=day)
    crowd.settle()
    taken: dict[str, list[float]] = {"floor": [], "feature": []}
    issued = facts = 0
    since = clock.today(ZONE)
    with _rule_changes() as change:
        for _ in range(CHANGES):
            ms, facts = _timed(partial(_read_all, min(ids), max(ids)))
            taken["floor"].append(ms)
            change()
            ms, done = _timed(
                partial(certification.evaluate_everybody, program_key=PROGRAM, since=since)
            )
            taken["feature"].append(ms)
            issued += len(done.issued)
        change()
        sql = [
            counted(
                partial(certification.evaluate, person_ids=each, program_key=PROGRAM, since=since)
            )
            for each in _portions()
        ]
    if not issued:
        raise Failed("no rule change gave anybody a certificate: it would measure too little")
    most, least = (each(one.statements for one in sql) for each in (max, min))
    floor, feature = (statistics.median(each) for each in taken.values())
    line = ratio("P8", f"a rule change, {len(ids):,} people", "the facts' SQL", feature, floor, 5.0,
                 {"SQL a portion": (most, PORTION_SQL)})  # fmt: skip
    more = (
        f"{facts:,} rows read, {issued // CHANGES} issued a time; {least} to {most} SQL for each"
        f" portion of {len(_portions()[0])}; {feature / len(ids):.2f} ms a person"
    )
    return [line.with_detail(more)]


def p18(stage: Stage, rounds: int) -> list[Line]:
    """Who is qualified on a date, against a window function over the events of credentials."""
    places = crowd.holders(HOLDERS)
    crowd.settle()
    today = clock.today(ZONE)
    days = [today - timedelta(days=back) for back in (0, 90, 400, 1000)]
    for day in days:
        _compare(day, places[0].path)
    _ask_some(days[1])
    day, path = days[1], places[0].path
    calls: dict[str, Callable[[], object]] = {
        "floor": lambda: _qualified_sql(day),
        "all": lambda: certification.qualified_on(program_key=PROGRAM, on=day),
        "floor of one": lambda: _qualified_sql(day, path),
        "one": lambda: certification.qualified_on(
            program_key=PROGRAM, on=day, organisation_path=path
        ),
    }
    ms = cpu_ms(calls, rounds=max(5, rounds // 6))
    lines = []
    for what, name, floor in (
        (f"who is qualified, {HOLDERS:,} people", "all", "floor"),
        ("who is qualified in one agency", "one", "floor of one"),
    ):
        sql = counted(calls[name]).statements
        found = len(_qualified_sql(day, path if name == "one" else None))
        line = ratio("P18", what, "window SQL", ms[name], ms[floor], 5.0, {"SQL": (sql, 1)})
        lines.append(line.with_detail(f"{found:,} people, the same on {len(days)} dates"))
    return lines


def _asked(stage: Stage) -> list[Asked]:
    """Return what the program asks of everybody that a ledger can answer."""
    person_id = Person.objects.get(user=stage.holder).pk
    report = certification.status_on(person_id=person_id, program_key=PROGRAM)
    found = []
    for node in report.rules.requirements:
        kind, hours_type = _EVENTS.get(str(getattr(node, "kind", "")), ("", ""))
        if not kind or "renew" in node.gates:
            continue
        each: Any = node
        hours = Decimal(each.hours or 0)
        found.append(
            Asked(
                key=(each.keys or (each.id,))[0],
                kind=kind,
                hours=hours,
                hours_type=hours_type if hours else "none",
                times=each.count or 1,
                scored=bool(each.pass_percent),
            )
        )
    return found


@contextmanager
def _rule_changes() -> Iterator[Callable[[], None]]:
    """Yield what publishes the next version: a lower pass mark, and other hours for everybody."""
    source = Path(settings.ROOT) / "certification" / "programs" / "data" / f"{PROGRAM}.yaml"
    text = source.read_text("utf-8")
    numbers = iter(range(1, 20))
    with TemporaryDirectory() as folder:

        def change() -> None:
            n = next(numbers)
            changed, labels = re.subn(r"(?m)^version: .*$", f"version: benchmark-{n}", text)
            changed, marks = re.subn(r'("NM-EXAM".*?"pass": )80', rf"\g<1>{80 - 2 * n}", changed)
            hours = rf"\g<1>{1 - n / 20}"
            changed, more = re.subn(r'("NM-40-12-S".*?"hours": )1\.0', hours, changed)
            if (labels, marks, more) != (1, 1, 1):
                raise Failed(f"{source.name} is written in another way: no rule could be changed")
            file = Path(folder) / source.name
            file.write_text(changed, "utf-8")
            certification.load_programs(path=file, effective_on=clock.today(ZONE))

        yield change


def _portions() -> list[list[int]]:
    """Return all people in the portions in which everybody is evaluated."""
    found: list[list[int]] = []
    while portion := person_ids_after(person_id=found[-1][-1] if found else 0):
        found.append(portion)
    return found


def _read_all(first: int, last: int) -> int:
    """Fetch every fact about these people and build nothing; return how many rows there are."""
    rows = 0
    with connection.cursor() as cursor:
        for sql in FACTS:
            cursor.execute(sql, [first, last])
            rows += len(cursor.fetchall())
    return rows


def _qualified_sql(on: date, path: str | None = None) -> list[int]:
    values: list[str | date] = [PROGRAM, on, on, on]
    sql = QUALIFIED
    if path is not None:
        sql, values = sql + THERE, [*values, on, on, f"{path}%"]
    with connection.cursor() as cursor:
        cursor.execute(sql + " ORDER BY told.person_id", values)
        return [row[0] for row in cursor.fetchall()]


def _compare(on: date, path: str) -> None:
    """Check that both give the same answer. Raises: Failed."""
    for place in (None, path):
        ours = certification.qualified_on(program_key=PROGRAM, on=on, organisation_path=place)
        if ours != _qualified_sql(on, place) or not ours:
            raise Failed(f"the two answers differ, or nobody is qualified, on {on}")


def _ask_some(on: date, *, some: int = 40) -> None:
    """Check some people one by one by the fold of their events. Raises: Failed."""
    certified = set(certification.qualified_on(program_key=PROGRAM, on=on))
    newest = list(Person.objects.order_by("-pk").values_list("pk", flat=True)[:some])
    for person_id in newest:
        report = certification.status_on(person_id=person_id, program_key=PROGRAM, on=on)
        if (report.status == "certified") != (person_id in certified):
            raise Failed(f"person {person_id} is {report.status} on {on}")


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU milliseconds of one call, and what it returned."""
    before = time.process_time()
    result = call()
    return (time.process_time() - before) * 1000, result
