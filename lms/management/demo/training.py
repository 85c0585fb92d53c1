"""When somebody does what a program asks: dates and scores for a believable way through; pure."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

PROGRAMS: Final = Path(__file__).resolve().parents[3] / "certification" / "programs" / "data"
NM, ORIENTATION = "nm-mrss", "mrss-orientation"
COURSE, CHECK = "course:mrss-101", "quiz:mrss-101-check"
CORE: Final = "mrss-core-40"
CORE_PAPERS: Final = ("rubric:core40-m03-reflection", "rubric:core40-m13-note")
CONVERSATION: Final = "rubric:engagement-conversation"
# Not before this many days after the start; the rest of the time is shared out at random.
_EARLIEST: Final = {"NM-EXAM": 55, "NM-TOOL": 40, "NM-OBS": 30, "NM-40-14-P": 60, "NM-40-14-C": 60}
# Kind of clause: kind of event, type of hours.
_EVENTS: Final = {
    "self_paced": ("training", "self_paced"),
    "live_session": ("session", "live"),
    "quiz": ("quiz", "none"),
    "observed_skill": ("observation", "practice"),
    "collaborative": ("collaborative", "live"),
    "experience": ("experience", "none"),
}


VERSION: Final = "2026.1"
_TAUGHT: Final = {"module": "module", "session": "session", "rubric": "observation"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement of a program file, as far as a life story needs it."""

    id: str
    kind: str
    hours: Decimal
    mark: int | None
    count: int
    days: int
    roles: frozenset[str]
    gates: frozenset[str]
    counts: tuple[str, ...]


class Act(NamedTuple):
    """One thing that somebody did on a legal date; becomes a fact of the ledger."""

    kind: str
    subject: str
    on: date
    hours: Decimal = Decimal(0)
    hours_type: str = "none"
    score: int | None = None
    passed: bool = True
    revision: str = ""


@cache
def clauses(program: str) -> tuple[Clause, ...]:
    """Return the requirements of a program file, in its order."""
    document: dict[str, Any] = yaml.safe_load((PROGRAMS / f"{program}.yaml").read_text("utf-8"))
    return tuple(
        Clause(
            id=row["id"],
            kind=row["kind"],
            hours=Decimal(str(row.get("hours") or 0)),
            mark=row.get("pass"),
            count=row.get("count") or 1,
            days=(row.get("due") or {}).get("days") or 60,
            roles=frozenset(row["roles"]),
            gates=frozenset(row["gate"]),
            counts=tuple(row.get("counts") or ()),
        )
        for row in document["requirements"]
    )


def asked_of(role: str, program: str, gates: Collection[str] = ()) -> list[Clause]:
    """Return what training demands of a role, behind some gates or (when empty) all of it.

    Licences and background checks are papers, not acts; MRSS 101 is learned by `introduction`.
    """
    return [
        each
        for each in clauses(program)
        if each.kind in _EVENTS
        and each.id not in {"NM-101", "MO-COURSE", "MO-CHECK", "MO-OBS"}
        and (role in each.roles or "all" in each.roles)
        and (not gates or not each.gates.isdisjoint(gates))
    ]


def introduction(rng: random.Random, on: date, *, right: int | None = None) -> list[Act]:
    """Return MRSS 101 and its final check done on a day, `right` of ten answers correct."""
    score = 10 * (right or rng.choice((8, 8, 9, 9, 9, 10, 10)))
    version = f"{on.year}.1"
    return [
        Act("quiz", CHECK, on, score=score, revision=version),
        Act("course", COURSE, on, Decimal("1.5"), "self_paced", score, revision=version),
    ]


def conversation(rng: random.Random, on: date, *, passed: bool = True) -> Act:
    """Return one observed engagement conversation."""
    score = rng.randint(80, 100) if passed else rng.randint(50, 75)
    return Act(
        "observation", CONVERSATION, on, hours_type="none", score=score, passed=passed,
        revision="2026.1",
    )  # fmt: skip


def way_through(rng: random.Random, asked: Sequence[Clause], since: date, until: date) -> list[Act]:
    """Return acts that meet all clauses between two dates, the last of them exactly on `until`.

    What is due earlier is done earlier, and nothing before its time.
    """
    days = max((until - since).days, 1)
    acts: list[Act] = []
    for clause in asked:
        first = min(_EARLIEST.get(clause.id, 2), days)
        last = max(first, min(clause.days, days))
        for _ in range(clause.count):
            day = since + timedelta(days=rng.randint(first, last))
            acts.append(act_for(rng, clause, min(working_day(day, since), until)))
    if acts:
        latest = max(range(len(acts)), key=lambda place: (acts[place].on, acts[place].subject))
        acts[latest] = acts[latest]._replace(on=until)
    return acts


def act_for(rng: random.Random, clause: Clause, on: date) -> Act:
    """Return one act that meets a clause, or one part of it when it counts several."""
    kind, hours_type = _EVENTS[clause.kind]
    if clause.id == "NM-40-14-C":
        kind, hours_type = "coaching", "coaching"
    score = None if clause.mark is None else min(100, rng.randint(clause.mark, clause.mark + 20))
    hours = clause.hours
    return Act(kind, clause.id, on, hours, hours_type if hours else "none", score)


def as_taught(act: Act) -> list[Act]:
    """Return what somebody did as the academy records it: its modules, sessions and rubrics.

    A clause that no part of the 40-hour curriculum answers stays as it is, as attested elsewhere.
    """
    clause = _core40().get(act.subject)
    if clause is None:
        return [act]
    share = act.hours / len(clause.counts)
    return [
        act._replace(
            kind=_TAUGHT[subject.partition(":")[0]], subject=subject, hours=share, revision=VERSION
        )
        for subject in clause.counts
    ]


def core_finished(acts: Iterable[Act]) -> list[Act]:
    """Return what only the academy records of who did all of the core: two papers, and the end.

    No program asks for these by name; without them the course would never be finished.
    """
    days = {act.subject: act.on for act in acts if is_core(act)}
    if days.keys() != _core40().keys():
        return []
    last = max(days.values())
    papers = [
        Act("observation", subject, last, score=90, revision=VERSION) for subject in CORE_PAPERS
    ]
    return [*papers, Act("course", f"course:{CORE}", last, revision=VERSION)]


def is_core(act: Act) -> bool:
    """Tell whether an act is a part of the 40-hour curriculum."""
    return act.subject in _core40()


@cache
def _core40() -> dict[str, Clause]:
    return {each.id: each for each in clauses(NM) if each.id.startswith("NM-40-")}


def yearly(
    rng: random.Random, ids: Iterable[str], since: date, until: date, *, every: int = 335
) -> list[Act]:
    """Return what is repeated each year after `since`, a few weeks before it would lapse."""
    known = {each.id: each for each in clauses(NM)}
    acts: list[Act] = []
    day = since + timedelta(days=every - rng.randint(0, 20))
    while day < until:
        acts.extend(act_for(rng, known[each], working_day(day, since)) for each in ids)
        day += timedelta(days=every - rng.randint(0, 20))
    return acts


def before(acts: Iterable[Act], day: date) -> list[Act]:
    """Return the acts that happened before a day."""
    return [each for each in acts if each.on < day]


def working_day(day: date, first: date) -> date:
    """Return the day, or the Friday before a weekend unless that is too early."""
    friday = day - timedelta(days=max(0, day.weekday() - 4))
    return friday if friday >= first else day
