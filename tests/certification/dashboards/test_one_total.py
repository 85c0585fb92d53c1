"""A month of learning, acted out at random: every page, file and paper tells the same hours.

What is right is read from the rows themselves, in plain SQL: the hours of every fact that no later
row took back, of whichever record they were written for.
"""

import csv
import io
import random
import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction

from certification.credentials.models import Credential, StandingSpan
from certification.dashboards.queries.transcript import read_transcript
from certification.duplicates.queries import sides
from certification.programs.operations import adopt, load_programs
from certification.public import evaluate
from courses import public
from courses.catalog import queries as catalog
from courses.coaching.operations import withdraw
from courses.learning.operations import finish_lesson
from courses.public import (
    Observed,
    acknowledge,
    evidence_for,
    hours_by_type,
    record_observation,
    record_training,
    reverse,
    total_hours,
)
from courses.seat_time.operations import take_ticks
from courses.seat_time.tickets import page_study, read_ticket
from courses.seat_time.ticks import read_batch
from courses.timekeeping.queries import overview
from lms.kit.formats import exact_hours
from lms.public import merge_people
from tests.courses.packs import write_pack

BEGIN = datetime(2026, 3, 2, 15, tzinfo=UTC)
WHO = ("alma", "kofi", "hannah")
ACTS = 60
ELSEWHERE = {"self_paced": "X-SELF", "live": "X-LIVE", "practice": "X-SKILL", "coaching": "X-COACH"}
KINDS = {
    "self_paced": ("self_paced", "module:tiny-only"),
    "live": ("live_session", "session:tiny-only"),
    "practice": ("observed_skill", "rubric:tiny-rubric"),
    "coaching": ("observed_skill", "rubric:tiny-coaching"),
}
PROGRAM = """\
program: {key}
title: Program {key}
version: "1"
as_of: 2018-01-01
zone: America/Denver
issuer: Nobody
own_rule: true
adopted: Nobody
basis: exist=O title=O zone=O issuer=O adopted=O
credentials:
  - {{key: {key}-cert, title: Certificate, kind: certification, gates: [certify], roles: [responder], valid_months: 12, renewal_gates: [renew], basis: exist=O}}
requirements:
  - {{id: AGAIN, title: Again, kind: quiz, hours: 0, pass: 80, valid_months: 12, due: {{from: certification, days: 335}}, roles: [responder], gate: [renew], basis: exist=O}}
"""  # noqa: E501 - as such files are written
REQUIREMENT = (
    "  - {{id: {id}, title: {id}, kind: {kind}, hours: {hours}, due: {{from: hire, days: 900}},"
    ' roles: [responder], gate: [certify], counts: ["{subject}", "{elsewhere}"], basis: exist=O}}\n'
)


# --- a month ------------------------------------------------------------------------------------
class Month:
    """Three people who learn for thirty days, one of them under two records."""

    def __init__(self, cast, seed):
        self.cast, self.dice = cast, random.Random(seed)
        self.now = BEGIN
        self.observations = {key: [] for key in WHO}
        self.twin = cast.add_person("twin", "Alma", "Reyes", account=False)
        self.acts = [
            self.lesson, self.lesson, self.quiz, self.session, self.coaching, self.coaching,
            self.elsewhere, self.prior_learning, self.take_back, self.withdraw, self.read,
        ]  # fmt: skip

    def play(self):
        for number in range(ACTS):
            self.now += timedelta(hours=12, minutes=self.dice.randrange(60))
            with time_machine.travel(self.now, tick=False):
                self.dice.choice(self.acts)(self.dice.choice(WHO))
                if number == ACTS // 2:
                    self.join()

    def record_of(self, key):
        """Return the person, or for Alma now and then her other record."""
        twin = key == "alma" and self.dice.random() < 0.3
        return self.twin if twin else self.cast.person(key)

    def lesson(self, key):
        outline = catalog.outline(course_key="tiny")
        lesson = self.dice.choice([each for _module, each in outline.lessons()])
        finish_lesson(
            person_id=self.cast.person(key).pk, actor_id=None, outline=outline,
            lesson_key=lesson.key, page_revision=None,
        )  # fmt: skip

    def quiz(self, key):
        score = self.dice.choice((40, 80, 100))
        self._told(
            self.cast.person(key), "quiz:tiny-quiz", kind="quiz", score=score, passed=score >= 80,
            content_revision="1",
        )  # fmt: skip

    def session(self, key):
        self._told(
            self.record_of(key), "session:tiny-only", kind="session", hours="0.5",
            hours_type="live", actor_id=self.cast.user("samir").pk, content_revision="1",
        )  # fmt: skip

    def coaching(self, key):
        observation = record_observation(
            actor_id=self.cast.user("renata").pk,
            observed=Observed(
                person_id=self.cast.person(key).pk,
                rubric_key=self.dice.choice(("tiny-rubric", "tiny-coaching")),
                observed_on=(self.now - timedelta(days=1)).date(), setting="simulation",
                ratings={"one": self.dice.choice((0, 3))}, form_key=uuid4(),
            ),
        )  # fmt: skip
        self.observations[key].append(observation)
        if self.dice.random() < 0.8:  # Some are never signed, and credit nothing.
            acknowledge(actor_id=self.cast.user(key).pk, observation_uuid=observation, comment="")

    def withdraw(self, key):
        if self.observations[key]:
            withdraw(
                actor_id=self.cast.user("renata").pk,
                observation_uuid=self.dice.choice(self.observations[key]), reason="Not so.",
            )  # fmt: skip

    def elsewhere(self, key):
        kind = self.dice.choice(list(ELSEWHERE))
        hours = self.dice.choice(("0.25", "1.5", "0.33", "7"))
        detail = {"provider": "Harbor College"} if self.dice.random() < 0.5 else {}
        self._told(
            self.record_of(key), ELSEWHERE[kind], hours=hours, hours_type=kind, detail=detail
        )

    def prior_learning(self, key):
        self._told(
            self.record_of(key), "X-LIVE", hours="2", hours_type="live",
            detail={"prior_learning": str(uuid4()), "reference": "P-7", "provider": "Away"},
        )  # fmt: skip

    def take_back(self, key):
        facts = evidence_for(person_ids=[self.cast.person(key).pk])
        if facts:
            reverse(evidence_id=self.dice.choice(facts).id, actor_id=None, reason="Entered twice")

    def read(self, key):
        """Have a lesson open for a while: measured, and worth no hour."""
        ticket = page_study(
            person_id=self.cast.person(key).pk, course_key="tiny",
            subject="lesson:tiny-only/lesson-1", revision="1",
        )["ticket"]  # fmt: skip
        ticks = [
            {"sequence": n, "kind": "reading", "ms": 15_000, "at": 15_000 * n}
            for n in range(1, 200)
        ]
        with time_machine.travel(self.now + timedelta(hours=1), tick=False):
            take_ticks(
                person_id=self.cast.person(key).pk, ticket=read_ticket(ticket),
                batch=read_batch(
                    {"session": str(uuid4()), "opened_ago": 3_600_000, "ticks": ticks}
                ),
            )  # fmt: skip

    def join(self):
        with transaction.atomic():
            merge_people(
                actor_id=self.cast.user("ines").pk, proposed_by_id=self.cast.user("odette").pk,
                kept_id=self.cast.person("alma").pk, absorbed_id=self.twin.pk, reason="same_person",
            )  # fmt: skip

    def _told(self, person, subject, *, kind="training", hours=0, **more):
        record_training(
            person_id=person.pk, kind=kind, subject=subject, hours=Decimal(hours),
            occurred_at=self.now - timedelta(hours=1), act=str(uuid4()),
            **({"actor_id": None} | more),
        )  # fmt: skip


def by_hand(person):
    """Return the hours by type as the rows have them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.hours_type, e.hours FROM courses_learningevent e"
            " JOIN lms_person p ON p.id = e.person_id"
            " WHERE COALESCE(p.merged_into_id, p.id) = %s AND e.kind <> 'reversal' AND NOT EXISTS"
            " (SELECT 1 FROM courses_learningevent r WHERE r.reverses_id = e.id)",
            [person.pk],
        )
        found: dict[str, Decimal] = {}
        for kind, hours in cursor.fetchall():
            if Decimal(str(hours)):
                found[kind] = found.get(kind, Decimal(0)) + Decimal(str(hours))
    return found


@pytest.fixture(params=[7, 101, 2026])
def month(cast, settings, tmp_path, request):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    catalog._pages.clear()
    catalog._outlines.clear()
    with time_machine.travel(BEGIN, tick=False):
        public.load_curriculum(path=write_pack(tmp_path, lessons=2, credit=True))
    found = Month(cast, request.param)
    found.play()
    with time_machine.travel(found.now + timedelta(days=1), tick=False):
        yield found


def rows(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- what they all tell -------------------------------------------------------------------------
def test_every_page_and_file_tells_what_the_ledger_holds(month, client, tmp_path):
    earned = 0
    for key in WHO:
        person = month.cast.person(key)
        right = by_hand(person)
        whole = sum(right.values(), Decimal(0))
        earned += whole
        facts = evidence_for(person_ids=[person.pk])
        assert hours_by_type(evidence=facts) == right
        assert total_hours(evidence=facts) == whole

        record = read_transcript(person_id=person.pk)
        assert record.total == whole
        assert sum(hours for _kind, hours in record.totals) == whole
        assert sum(each.hours for each in record.taught) == whole
        assert sum(each.counted for each in record.entries) == whole
        assert all(each.why_not for each in record.uncounted)

        client.force_login(month.cast.user(key))
        assert client.get("/me/transcript/").context["record"] == record
        told = rows(client.get("/me/transcript.csv"))
        assert sum(Decimal(row["hours_counted"]) for row in told) == whole
        time = client.get("/me/time/").context["overview"]
        assert time.credited == whole
        assert sum(course.credited for course in time.courses) == whole
        assert sum(row.credited for course in time.courses for row in course.rows) == whole

        paper = tmp_path / f"{key}.pdf"
        paper.write_bytes(client.get("/me/transcript.pdf").content)
        words = subprocess.run(
            ["pdftotext", str(paper), "-"], capture_output=True, check=True, text=True
        ).stdout
        figure = f"{whole.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
        assert f"{figure} h of training count" in " ".join(words.split())
    assert earned > 10  # The month was not empty.
    two = [month.cast.person(key) for key in ("alma", "kofi")]
    compared = sides(kept_id=two[0].pk, absorbed_id=two[1].pk)
    assert [each.hours for each in compared] == [sum(by_hand(each).values()) for each in two]


def test_measured_time_is_apart_and_adds_up_on_its_own(month):
    for key in WHO:
        found = overview(person_id=month.cast.person(key).pk)
        courses = [each for each in found.courses if each.time]
        assert sum((each.time.active for each in courses), timedelta(0)) == found.active
        for course in courses:
            parts = sum((row.time.active for row in course.rows if row.time), timedelta(0))
            assert parts == course.time.active <= course.time.wall


def test_desks_and_the_certificate_tell_the_same(month, client, tmp_path):
    alma = month.cast.person("alma")
    right = by_hand(alma)
    load(tmp_path, month, "exact", {kind: str(hours) for kind, hours in right.items()})
    evaluate(person_ids=[month.cast.person(key).pk for key in WHO])
    whole = sum(right.values(), Decimal(0))

    paper = Credential.objects.get(person=alma, program_key="exact")
    assert paper.hours == whole
    assert {kind: Decimal(hours) for kind, hours in paper.hours_by_type.items()} == right
    client.force_login(month.cast.user("alma"))
    shown = client.get(f"/certificates/{paper.code}/").content.decode()
    assert f"{exact_hours(whole)} clock hours" in shown and Decimal(exact_hours(whole)) == whole
    public_answer = client.get(f"/verify/{paper.code}/").content.decode()
    assert f"{exact_hours(whole)} " in public_answer
    on = (month.now + timedelta(days=1)).date()
    span = StandingSpan.objects.get(person=alma, program_key="exact", until_on=None)
    assert span.have_hours == whole
    asked = {"as_of": on.isoformat(), "program": "exact"}
    client.force_login(month.cast.user("bo"))
    [mine] = [r for r in rows(client.get("/agency/rio-vista/team.csv", asked))
              if r["person_uuid"] == str(alma.uuid)]  # fmt: skip
    assert Decimal(mine["hours_have"]) == whole
    client.force_login(month.cast.user("dee"))
    [mine] = [r for r in rows(client.get("/state/people.csv", asked))
              if r["person_uuid"] == str(alma.uuid)]  # fmt: skip
    assert Decimal(mine["hours_have"]) == whole


def load(folder, month, key, hours):
    """Publish a program that asks exactly these hours of each type."""
    text = PROGRAM.format(key=key) + "".join(
        REQUIREMENT.format(
            id=f"{key.upper()}-{kind.upper().replace('_', '-')}", kind=KINDS[kind][0], hours=amount,
            subject=KINDS[kind][1], elsewhere=ELSEWHERE[kind],
        )
        for kind, amount in hours.items()
    )  # fmt: skip
    path = folder / f"{key}.yaml"
    path.write_text(text)
    load_programs(path=path)
    adopt(
        organisation_id=month.cast.organisation("high-desert").pk, program_key=key,
        starts_on=date(2025, 1, 1),
    )  # fmt: skip
