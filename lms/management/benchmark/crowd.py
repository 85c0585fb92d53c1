"""Large invented populations for the goals that are about thousands of people."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models

from certification import public as certification
from lms.kit import clock
from lms.kit.matching import name_key
from lms.people.models import Employment, Licence, Organisation, Person
from lms.people.operations.organisations import create_organisation

PROGRAM = "nm-mrss"
ZONE = "America/Denver"
AGENCIES = 40
BATCH = 1_000
_ROLES = (*["responder"] * 7, "peer", "clinician", "supervisor")


@dataclass(slots=True)
class Rows:
    """Rows of several tables, in the order in which they have to be written."""

    tables: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)

    def add(self, row: models.Model) -> None:
        """Keep one row for `write`."""
        self.tables.setdefault(type(row), []).append(row)

    def write(self) -> None:
        """Insert everything that was added."""
        for model, rows in self.tables.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)
        self.tables.clear()


def agencies(key: str) -> list[Organisation]:
    """Create a state with agencies and put it under the program since five years ago."""
    state = create_organisation(
        actor_id=None, key=f"{key}-state", name=f"{key} state", kind="state", zone=ZONE
    )
    made = [
        create_organisation(
            actor_id=None, key=f"{key}-{n}", name=f"{key} {n}", kind="agency", parent_id=state,
            zone=ZONE,
        )
        for n in range(AGENCIES)
    ]  # fmt: skip
    since = clock.today(ZONE) - timedelta(days=5 * 365)
    certification.adopt(organisation_id=state, program_key=PROGRAM, starts_on=since)
    return list(Organisation.objects.filter(pk__in=made).order_by("pk"))


def people(
    key: str, size: int, places: Sequence[Organisation], dice: random.Random
) -> Iterator[Employment]:
    """Create people who were hired in the last four years, and yield each one's employment.

    One in twelve has left again, one in twenty has moved to another agency.
    """
    today = clock.today(ZONE)
    everybody = Person.objects.bulk_create(
        [
            Person(
                given_name="Ada", family_name=f"{key} {n}", folded_name=name_key(f"Ada {key} {n}")
            )
            for n in range(size)
        ],
        batch_size=BATCH,
    )
    for person in everybody:
        hired = today - timedelta(days=dice.randrange(20, 4 * 365))
        leaves = dice.randrange(12) == 0
        moves = not leaves and dice.randrange(20) == 0
        turn = hired + (today - hired) / 2 if leaves or moves else None
        role = dice.choice(_ROLES)
        first = Employment(
            person=person, organisation=dice.choice(places), role=role, starts_on=hired,
            ends_on=turn, first_service_on=hired + timedelta(days=7),
        )  # fmt: skip
        yield first
        if moves and turn is not None:
            yield Employment(
                person=person, organisation=dice.choice(places), role=role, starts_on=turn
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of the 40-hour program as the crowd meets it."""

    key: str
    kind: str
    hours: Decimal
    hours_type: str
    times: int
    scored: bool


def learners(size: int, asked: Sequence[Asked], *, seed: int = 8) -> list[int]:
    """Create people in every state of a 40-hour program; return their ids.

    Of twenty: eight have done everything, two everything but reach the mark of the examination,
    eight a part, two nothing. Facts lie between hire and half a year later.
    """
    dice = random.Random(seed)  # noqa: S311 - invented people, no secret
    rows, today = Rows(), clock.today(ZONE)
    ids: list[int] = []
    for spell in people("Learner", size, agencies("learner"), dice):
        rows.add(spell)
        if ids and ids[-1] == spell.person_id:
            continue
        ids.append(spell.person_id)
        lot = dice.randrange(20)
        done = 1.0 if lot < 10 else dice.random() if lot < 18 else 0.0
        for each in asked:
            if dice.random() > done:
                continue
            for _ in range(each.times):
                day = min(spell.starts_on + timedelta(days=dice.randrange(180)), today)
                fails = each.key == "NM-EXAM" and 8 <= lot < 10
                score = dice.randrange(70, 80) if fails else dice.randrange(85, 100)
                rows.add(_fact(spell.person_id, each, day, score if each.scored else None))
        _licences(rows, spell, dice)
    rows.write()
    return ids


def _fact(person_id: int, asked: Asked, day: date, score: int | None) -> models.Model:
    event = apps.get_model("courses", "LearningEvent")
    fact: models.Model = event(
        person_id=person_id,
        kind=asked.kind,
        subject=asked.key,
        hours=asked.hours,
        hours_type=asked.hours_type,
        score=score,
        occurred_at=min(_noon(day), clock.now()),
    )
    fact.act = f"crowd:{fact.uuid}"  # type: ignore[attr-defined]  # a field of the model
    return fact


def _licences(rows: Rows, spell: Employment, dice: random.Random) -> None:
    """Give a background check to nine in ten, and peers their credential."""
    kinds = ["BACKGROUND"] if dice.randrange(10) else []
    if spell.role == "peer" and dice.randrange(5):
        kinds.append("CPSW")
    for kind in kinds:
        day = spell.starts_on - timedelta(days=dice.randrange(1, 60))
        rows.add(
            Licence(
                person_id=spell.person_id, kind=kind, valid_from=day, verified_at=_noon(day),
                issuer="Board", number=str(spell.person_id),
            )
        )  # fmt: skip


def holders(size: int, *, seed: int = 18) -> list[Organisation]:
    """Write a population of certificate holders straight into the tables; return its agencies.

    Every fate occurs: in training, valid, expired, renewed after a gap, suspended, reinstated,
    revoked, revoked and set right on appeal, retired.
    """
    dice = random.Random(seed)  # noqa: S311 - invented people, no secret
    places = agencies("holder")
    versions = apps.get_model("certification", "ProgramVersion").objects
    version = versions.filter(program__key=PROGRAM).order_by("pk")[0]
    rows, late, fates = Rows(), Rows(), _Fates(dice, version.pk)
    last = 0
    for spell in people("Holder", size, places, dice):
        rows.add(spell)
        if spell.person_id != last:
            last = spell.person_id
            fates.tell(rows, late, spell)
    rows.write()
    fates.set_aside(late)
    late.write()
    return places


class _Fates:
    """Writes the credentials of one person after another, with the standing that they make."""

    def __init__(self, dice: random.Random, version_id: int) -> None:
        get = apps.get_model
        self.dice, self.version_id, self.today = dice, version_id, clock.today(ZONE)
        self.decision = get("certification", "StoredDecision")
        self.credential = get("certification", "Credential")
        self.event = get("certification", "CredentialEvent")
        self.span = get("certification", "StandingSpan")
        self.overturned: list[tuple[Any, date]] = []

    def tell(self, rows: Rows, late: Rows, spell: Employment) -> None:
        """Decide somebody's fate and write it down."""
        fate = self.dice.randrange(20)
        begins = spell.starts_on + timedelta(days=self.dice.randrange(30, 400))
        turns: list[tuple[date, str]] = [(spell.starts_on, "in_training")]
        if fate >= 5 and begins <= self.today:
            turns += self._first(rows, late, spell.person_id, begins, fate)
        again = turns[-1][0] + timedelta(days=self.dice.randrange(0, 90))
        if fate in (6, 7) and begins <= again <= self.today:
            turns = [turn for turn in turns if turn[0] != again]
            ends = self._issue(rows, late, spell.person_id, again, 2)[1]
            turns += [(again, "certified"), (ends, "expired")]
        ends_on = [day for day, _ in turns[1:]] + [None]
        for (day, status), until in zip(turns, ends_on, strict=True):
            rows.add(
                self.span(
                    person_id=spell.person_id, program_key=PROGRAM, from_on=day, until_on=until,
                    status=status,
                )
            )  # fmt: skip

    def _first(
        self, rows: Rows, late: Rows, person_id: int, begins: date, fate: int
    ) -> list[tuple[date, str]]:
        credential, ends = self._issue(rows, late, person_id, begins, 1)
        middle = begins + timedelta(days=self.dice.randrange(1, 300))
        later = middle + timedelta(days=self.dice.randrange(1, 100))
        told = [(begins, "certified")]
        if later > self.today:
            return [*told, (ends, "expired")]
        if fate in (8, 9):
            late.add(self._event(credential, "suspended", middle))
            told.append((middle, "suspended"))
        if fate == 9:
            late.add(self._event(credential, "reinstated", later))
            told.append((later, "certified"))
        if fate in (10, 11):
            revoked = self._event(credential, "revoked", middle)
            late.add(revoked)
            if fate == 11:
                self.overturned.append((revoked, later))
                return [*told, (ends, "expired")]
            return [*told, (middle, "revoked")]
        if fate == 12:
            late.add(self._event(credential, "retired", middle))
            return [*told, (middle, "retired")]
        return [*told, (ends, "expired")]

    def _issue(
        self, rows: Rows, late: Rows, person_id: int, begins: date, period: int
    ) -> tuple[Any, date]:
        ends = begins + timedelta(days=730)
        decision = self.decision(
            person_id=person_id, program_version_id=self.version_id, as_of=begins, outcome="met",
            credential_key="mrss-certified-responder", findings=[], evidence={}, engine="",
        )  # fmt: skip
        rows.add(decision)
        credential = self.credential(
            code=f"C-{person_id}-{period}", person_id=person_id, program_key=PROGRAM,
            credential_key="mrss-certified-responder", period=period, decision=decision,
            holder_name="Ada", title="Certified MRSS Responder", program_title="MRSS",
            issuer="Academy", hours=40, zone=ZONE, valid_from=begins, valid_until=ends,
            issued_at=_noon(begins),
        )  # fmt: skip
        rows.add(credential)
        late.add(self._event(credential, "issued", begins))
        return credential, ends

    def _event(self, credential: Any, kind: str, on: date, **more: Any) -> Any:
        return self.event(
            credential=credential, kind=kind, effective_on=on, recorded_at=_noon(on), **more
        )

    def set_aside(self, late: Rows) -> None:
        """Let every appeal succeed: it needs the id of what it sets aside."""
        late.write()
        for revoked, on in self.overturned:
            late.add(self._event(revoked.credential, "set_aside", on, sets_aside=revoked))


def settle() -> None:
    """Let PostgreSQL learn how large its tables have become, as it does by itself overnight.

    SQLite never does so by itself, and plans worse when told to while a column is still empty.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _noon(day: date) -> datetime:
    """Return 19:00 UTC, which is the same legal date in every American zone."""
    return datetime.combine(day, time(19), UTC)
