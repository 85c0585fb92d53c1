"""What is known of one demo person, from hire to today, before anything is written; pure."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from lms.kit.periods import add_months
from lms.management.demo import training
from lms.management.demo.names import address_of, draw
from lms.management.demo.training import NM, Act

RESPONSE_ROLES: Final = frozenset({"responder", "clinician", "peer", "supervisor"})
CERTIFY: Final = ("certify", "enter_core40")
PAIRED: Final = ("NM-40-05-S", "NM-40-05-L", "NM-40-06-S", "NM-40-06-L", "NM-40-08-S")
LONGEST_BACK: Final = 36
"""Hires reach this many months back."""


@dataclass(frozen=True, slots=True)
class Work:
    """One employment spell; ``place`` and ``supervisor`` are keys, ``until`` is exclusive."""

    place: str
    role: str
    since: date
    until: date | None = None
    fte: str = "1.00"
    supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One licence, peer credential or background check; ``until`` is exclusive."""

    kind: str
    since: date
    until: date | None = None
    requirement: str = ""
    issuer: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One person: ``ending`` says what an officer did to the certificate, and when."""

    key: str
    given_name: str
    family_name: str
    work: tuple[Work, ...]
    papers: tuple[Paper, ...] = ()
    acts: tuple[Act, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    account: bool = True
    ending: tuple[tuple[str, str, date], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Seat:
    """A place with room for people: the agency's key, its site, who supervises, its programs."""

    site: str
    supervisor: str | None
    programs: tuple[str, ...]


Stage = Callable[[random.Random, str, date], tuple[date, list[Act]]]


def stranger(
    rng: random.Random, number: int, seat: Seat, today: date, *, role: str | None = None
) -> Story:
    """Return an invented worker at a seat, at any stage of training."""
    given, family = draw(rng)
    role = role or rng.choices(_ROLES, _ROLE_WEIGHTS)[0]
    stage = rng.choices(_STAGES, _WEIGHTS)[0] if role in RESPONSE_ROLES else "beside"
    if NM not in seat.programs:
        stage = "beside"
    since, acts = _MAKERS[stage](rng, role, today)
    until = _leaving(rng, stage, since, today)
    acts += _introduction(rng, stage, since, today)
    for program in seat.programs:
        if program not in {NM, training.ORIENTATION}:
            acts += _elsewhere(rng, role, program, since, today)
    last = today if until is None else min(until, today)
    return Story(
        key=address_of(given, family, number),
        given_name=given,
        family_name=family,
        work=(Work(seat.site, role, since, until, _fte(rng), seat.supervisor),),
        papers=tuple(papers_of(rng, role, since, today, certain=stage not in {"review", "new"})),
        acts=tuple(training.before(acts, last)),
        ending=_ending(rng, stage, acts, today),
    )


def papers_of(
    rng: random.Random, role: str, since: date, today: date, *, certain: bool = True
) -> list[Paper]:
    """Return what others granted somebody of this role who was hired on `since`."""
    papers = []
    if role in RESPONSE_ROLES and (certain or rng.random() < 0.5):
        seen = since - timedelta(days=rng.randint(3, 40))
        papers.append(Paper("BACKGROUND", seen, issuer="High Desert Background Unit"))
        if add_months(seen, 36) <= today + timedelta(days=30):
            papers.append(replace(papers[0], since=add_months(seen, 34)))
    if role == "peer":
        kind = rng.choice(("CPSW", "CFPSW", "CYPSW"))
        start = since - timedelta(days=rng.randint(-60, 200))
        if start < today:
            papers += _renewed(Paper(kind, start, verified=certain), 24, today)
    if role in {"clinician", "supervisor"}:
        start = since - timedelta(days=rng.randint(20, 700))
        clause = "NM-LIC" if role == "supervisor" else ""
        first = Paper("LICENCE", start, requirement=clause, issuer="High Desert Licensing Board")
        papers += _renewed(first, 24, today)
    return papers


def _renewed(paper: Paper, months: int, today: date) -> list[Paper]:
    """Return a paper and its renewals, each for as many months, until today is covered."""
    papers = [replace(paper, until=add_months(paper.since, months))]
    while (ends := papers[-1].until) is not None and ends <= today:
        papers.append(replace(papers[-1], since=ends, until=add_months(ends, months)))
    return papers


# --- stages of training in the state's program ----------------------------------------------
def certified(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Certified within the last two years, and mostly in step with what comes each year."""
    done = today - timedelta(days=rng.randint(15, 700))
    return complete(rng, role, done, today)


def complete(
    rng: random.Random, role: str, done: date, today: date, *, keeps_up: bool = True
) -> tuple[date, list[Act]]:
    """Return the hire and the acts of somebody certified on `done`."""
    since = done - timedelta(days=rng.randint(100, 170))
    asked = training.asked_of(role, NM, CERTIFY)
    acts = training.way_through(rng, asked, since, done)
    if keeps_up:
        yearly = ["NM-REN"] + [each.id for each in asked if each.id == "NM-TOOL"]
        acts += training.yearly(rng, yearly, done, today)
        if role == "supervisor":
            acts += training.yearly(rng, ["NM-LC"], done, today, every=90)
    return since, acts


def renewed(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Certified more than two years ago and renewed when the first period ended."""
    return complete(rng, role, today - timedelta(days=rng.randint(745, 900)), today)


def expired(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Certified more than two years ago, without the yearly refresher since."""
    done = today - timedelta(days=rng.randint(740, 880))
    return complete(rng, role, done, today, keeps_up=False)


def provisional(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Some weeks in, allowed out in a pair."""
    since = today - timedelta(days=rng.randint(35, 85))
    return since, _partly(rng, role, since, today, share=0.75, certain=PAIRED)


def in_training(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Some days or weeks in, on time."""
    since = today - timedelta(days=rng.randint(4, 55))
    return since, _partly(rng, role, since, today, share=1.0)


def overdue(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Past a deadline with a few things open; most may go out in a pair."""
    since = today - timedelta(days=rng.randint(95, 240))
    certain = PAIRED if rng.random() < 0.7 else ()
    return since, _partly(rng, role, since, today, share=0.8, certain=certain)


def new(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Hired this week; nothing done."""
    return today - timedelta(days=rng.randint(0, 7)), []


def beside(rng: random.Random, role: str, today: date) -> tuple[date, list[Act]]:
    """Works beside the teams: the state's program asks nothing but the introduction."""
    return today - timedelta(days=rng.randint(10, 30 * LONGEST_BACK)), []


def _partly(
    rng: random.Random,
    role: str,
    since: date,
    today: date,
    *,
    share: float,
    certain: Sequence[str] = (),
) -> list[Act]:
    """Return what was done by today of a way through that ends later."""
    acts = training.way_through(
        rng, training.asked_of(role, NM, CERTIFY), since, since + timedelta(days=179)
    )
    kept = [each for each in acts if each.subject in certain or rng.random() < share]
    early = since + timedelta(days=max(1, min(30, (today - since).days - 1)))
    return [
        each._replace(on=early) if each.subject in certain and each.on >= today else each
        for each in kept
    ]


_ROLES = ("responder", "clinician", "peer", "supervisor", "coach", "access_staff", "admin")
_ROLE_WEIGHTS = (44, 18, 16, 3, 4, 9, 6)
_MAKERS: Final[dict[str, Stage]] = {
    "certified": certified,
    "renewed": renewed,
    "expired": expired,
    "suspended": certified,
    "revoked": certified,
    "provisional": provisional,
    "training": in_training,
    "overdue": overdue,
    "review": provisional,
    "new": new,
    "leaver": certified,
    "dropped out": overdue,
    "beside": beside,
}
_STAGES = tuple(each for each in _MAKERS if each != "beside")
_WEIGHTS = (46, 10, 5, 2, 1, 12, 9, 5, 1, 2, 5, 2)


# What an officer did to the certificate, and the reasons to draw from.
_REASONS: Final = {
    "suspended": ("suspend", ("under_review", "licence_lapsed")),
    "revoked": ("revoke", ("issued_in_error", "dishonesty", "evidence_withdrawn")),
}


# --- what belongs to every story ------------------------------------------------------------
def _introduction(rng: random.Random, stage: str, since: date, today: date) -> list[Act]:
    """Return MRSS 101 soon after hire, the observed conversation, and both again in time."""
    if stage == "new" or (stage in {"training", "beside"} and rng.random() < 0.15):
        return []
    acts: list[Act] = []
    day = since + timedelta(days=rng.randint(1, 12))
    while day < today:
        right = 6 if rng.random() < 0.05 else None
        if right:
            acts += training.introduction(rng, day, right=right)[:1]
            day += timedelta(days=1)
        acts += training.introduction(rng, day)
        if rng.random() < 0.8:
            seen = day + timedelta(days=rng.randint(3, 70))
            acts.append(training.conversation(rng, seen, passed=rng.random() > 0.06))
        if rng.random() < 0.3:
            break
        day += timedelta(days=rng.randint(690, 760))
    return acts


def _elsewhere(rng: random.Random, role: str, program: str, since: date, today: date) -> list[Act]:
    """Return training under a program of another state, done in part by one in three."""
    asked = training.asked_of(role, program)
    until = min(today - timedelta(days=1), since + timedelta(days=rng.randint(90, 300)))
    acts = training.way_through(rng, asked, since, max(until, since + timedelta(days=1)))
    share = 1.0 if rng.random() < 0.67 else 0.6
    return [each for each in acts if rng.random() < share]


def _leaving(rng: random.Random, stage: str, since: date, today: date) -> date | None:
    if stage not in {"leaver", "dropped out"} and not (stage == "beside" and rng.random() < 0.1):
        return None
    return today - timedelta(days=rng.randint(5, max(6, min(400, (today - since).days - 5))))


def _ending(
    rng: random.Random, stage: str, acts: Sequence[Act], today: date
) -> tuple[tuple[str, str, date], ...]:
    if stage not in _REASONS:
        return ()
    what, reasons = _REASONS[stage]
    done = max(each.on for each in acts if each.subject in {"NM-OBS", "NM-EXAM"})
    day = done + timedelta(days=rng.randint(5, max(6, (today - done).days)))
    return ((what, rng.choice(reasons), min(day, today)),)


def _fte(rng: random.Random) -> str:
    return str(Decimal(rng.choice(("1.00", "1.00", "1.00", "1.00", "0.80", "0.75", "0.50"))))
