"""Random lives of a certificate: the fold, the cache, the public and the report say one thing.

And what was known at an instant is never changed by what comes later.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.casework import integrity, operations
from certification.casework.models import Appeal, RevocationProposal
from certification.credentials.cases import report_on
from certification.credentials.models import StandingSpan
from certification.credentials.operations import (
    WrongDate,
    WrongState,
    reinstate,
    retire,
    suspend,
)
from certification.credentials.queries import held_of
from certification.verification.queries import verify
from lms.kit import clock

from .conftest import DAY, credential

PROGRAM = "nm-mrss"
START = datetime.combine(DAY + timedelta(days=1), time(18), UTC)
# What a standing is called where a credential decides it, and what strangers read.
STANDINGS = {"valid": "certified"}
PUBLIC = {"retired": "expired"}
REFUSALS = (
    WrongState,
    WrongDate,
    operations.AlreadyProposed,
    operations.AlreadyAppealed,
    operations.NothingToAppeal,
)

steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["suspend", "reinstate", "retire", "propose", "propose_softly", "agree", "decline",
             "withdraw", "appeal", "appeal_first", "set_aside", "uphold"]
        ),
        st.integers(0, 120),  # days that pass before it
        st.integers(0, 60),  # how many days back it counts
    ),
    min_size=2,
    max_size=9,
)  # fmt: skip


class Life:
    """One certificate, to which officers and its holder do what a history says."""

    def __init__(self, desk):
        self.desk = desk
        self.users = {key: desk.user(key).pk for key in ("ines", "odette", "samir", "alma")}

    def do(self, what, back):
        day = max(DAY, clock.today("America/Denver") - timedelta(days=back))
        change = {"suspend": suspend, "reinstate": reinstate, "retire": retire}.get(what)
        if change is not None:
            change(
                code=self.desk.code, actor_id=self.users["ines"], reason="other", effective_on=day
            )
        elif what.startswith("propose"):
            operations.propose_revocation(
                code=self.desk.code, actor_id=self.users["ines"], reason="conduct", note="See.",
                effective_on=day, suspend=what == "propose",
            )  # fmt: skip
        elif what in ("agree", "decline", "withdraw"):
            self._answer(what)
        elif what.startswith("appeal"):
            self._appeal(first=what == "appeal_first")
        else:
            self._decide("new_evidence" if what == "set_aside" else "facts_stand")

    def _answer(self, what):
        waits = RevocationProposal.objects.filter(answer__isnull=True).first()
        if waits is not None:
            who = "ines" if what == "withdraw" else "odette"
            getattr(operations, what)(actor_id=self.users[who], uuid=waits.uuid, note="So.")

    def _appeal(self, *, first):
        events = credential(self.desk).events.filter(kind__in=["suspended", "revoked"])
        event = events.order_by("pk" if first else "-pk").first()
        if event is not None:
            operations.appeal(
                actor_id=self.users["alma"], code=self.desk.code, event_id=event.pk, words="No."
            )

    def _decide(self, reason):
        waits = Appeal.objects.filter(decision__isnull=True).order_by("pk").first()
        if waits is not None:
            operations.decide_appeal(
                actor_id=self.users["samir"], uuid=waits.uuid, reason=reason, words="So.",
                late_because="Ill.",
            )  # fmt: skip

    def days(self):
        """Return the days on which something changes, those before them, and one far off."""
        held = held_of(credential(self.desk))
        turns = {each.effective_on for each in held.events} | {held.valid_until}
        near = {day - timedelta(days=1) for day in turns}
        return sorted(turns | near | {date(2027, 2, 1), date(2030, 1, 1)})

    def report(self, day, known_at=None):
        person_id = self.desk.person("alma").pk
        found = report_on(person_id=person_id, program_key=PROGRAM, on=day, known_at=known_at)
        return found.status

    def cached(self, day):
        spans = StandingSpan.objects.filter(
            person=self.desk.person("alma"), program_key=PROGRAM, from_on__lte=day
        )
        return spans.exclude(until_on__lte=day).get().status

    def folded(self, day):
        return held_of(credential(self.desk)).worth(day).status.value


def everything_agrees(life):
    for day in life.days():
        folded = life.folded(day)
        assert verify(code=life.desk.code, on=day).status == PUBLIC.get(folded, folded)
        assert life.cached(day) == life.report(day)
        if folded != "not_yet_valid":
            assert life.report(day) == STANDINGS.get(folded, folded)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_every_answer_is_one_and_the_past_stays_known(desk, told):
    point = transaction.savepoint()
    try:
        life = Life(desk)
        known = []
        now = START
        for number, (what, wait, back) in enumerate(told, start=1):
            now += timedelta(days=wait, minutes=1)
            with time_machine.travel(now, tick=True):
                with suppress(*REFUSALS):
                    life.do(what, back)
                if number in (1, len(told) // 2, len(told)):
                    everything_agrees(life)
                at = clock.now()
                known.append((at, {day: life.report(day, at) for day in life.days()[:6]}))
        with time_machine.travel(now + timedelta(days=1), tick=True):
            for at, answers in known:
                assert {day: life.report(day, at) for day in answers} == answers
            assert [each for each in integrity.integrity() if not each.ok] == []
    finally:
        transaction.savepoint_rollback(point)
