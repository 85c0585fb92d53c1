"""Any life: fold = cache = report = what a stranger reads, and nothing known is forgotten."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification import public as certification
from certification.credentials.cases import report_on
from certification.credentials.models import Credential, StandingSpan
from certification.credentials.operations import (
    NotEarned,
    WrongDate,
    WrongState,
    evaluate,
    issue,
    reinstate,
    retire,
    revoke,
    suspend,
)
from certification.credentials.records import Held
from certification.credentials.standing import credential_status
from certification.programs.operations import adopt, load_programs
from certification.verification.queries import verify
from courses.public import record_training, reverse
from lms.people.models import Employment, Licence
from lms.people.operations import (
    EmploymentOverlaps,
    WrongDates,
    change_employment,
    create_person,
    end_employment,
    record_licence,
    start_employment,
    verify_licence,
)
from tests.certification.scenarios.playing import HERE, LONG_AGO

# Around a leap day and both changes of the clock; an hour that is another date in New York.
BEGIN = date(2027, 11, 1)
HOURS = (4, 15)
DAY = timedelta(days=1)
PUBLIC = {"retired": "expired", "lapsed": "expired"}
REFUSALS = (WrongState, WrongDate, NotEarned, EmploymentOverlaps, WrongDates)
_acts = count()

gaps = st.sampled_from([0, 0, 1, 3, 10, 29, 60, 170, 366])
back = st.sampled_from([0, 0, 0, 1, 5, 40])
roles = st.sampled_from(["responder", "supervisor"])
lengths = st.sampled_from([20, 300, None])
steps = st.tuples(
    gaps,
    st.sampled_from(HOURS),
    st.one_of(
        st.tuples(st.just("hire"), roles, st.sampled_from([-20, 0, 5])),
        st.tuples(st.just("leave"), back),
        st.tuples(st.just("mend"), st.sampled_from([-10, 3])),
        st.tuples(st.just("learn"), st.sampled_from(["S-BASE", "S-EXAM", "S-REN", "S-LEAD"]), back),
        st.tuples(st.just("everything"), back),
        st.tuples(st.just("undo"), st.integers(0, 5)),
        st.tuples(st.just("licence"), st.sampled_from([-30, 0, 10]), lengths, st.booleans()),
        st.tuples(st.just("confirm")),
        st.tuples(st.just("suspend"), back),
        st.tuples(st.just("reinstate"), back),
        st.tuples(st.just("revoke"), back),
        st.tuples(st.just("retire"), back),
        st.tuples(st.just("issue"), back),
        st.tuples(st.just("rules")),
        st.tuples(st.just("night")),
    ),
)  # fmt: skip
# Most lives begin with a certificate: without one little can happen.
begun = st.sampled_from(
    [
        [],
        [(0, 15, ("hire", "responder", -20)), (3, 15, ("everything", 1))],
        [(0, 15, ("hire", "responder", 0)), (10, 4, ("everything", 0))],
        [
            (0, 15, ("hire", "supervisor", 0)),
            (1, 15, ("licence", -30, 300, True)),
            (3, 15, ("everything", 0)),
        ],
    ]
)
lives = st.builds(lambda first, then: first + then, begun, st.lists(steps, min_size=3, max_size=7))


class Life:
    """One worker and what becomes of them."""

    def __init__(self, cast):
        self.cast, self.facts, self.dates, self.known = cast, [], {BEGIN}, []
        self.person = create_person(actor_id=None, given_name="Ola", family_name="Brink")
        self.changed = False

    def do(self, today, what, *how):
        getattr(self, f"_{what}")(today, *how)

    def _hire(self, today, role, shift):
        start = today + timedelta(shift)
        self.dates |= {start - DAY, start, start + timedelta(31)}
        start_employment(
            actor_id=None,
            person_id=self.person,
            organisation_id=self.cast.organisation("rio-vista").pk,
            role=role,
            starts_on=start,
        )

    def _job(self):
        jobs = Employment.objects.filter(person_id=self.person, replaced_at__isnull=True)
        return jobs.order_by("-starts_on", "-pk").first()

    def _leave(self, today, days):
        if job := self._job():
            self.dates |= {today - timedelta(days), today - timedelta(days + 1)}
            end_employment(actor_id=None, spell=job.spell, ends_on=today - timedelta(days))

    def _mend(self, today, days):
        if job := self._job():
            start = job.starts_on + timedelta(days)
            self.dates |= {start, start - DAY}
            change_employment(actor_id=None, spell=job.spell, starts_on=start)

    def _learn(self, today, subject, days):
        hours = {"S-BASE": 2, "S-REN": 4, "S-LEAD": 3}.get(subject, 0)
        self.dates |= {today - timedelta(days), today - timedelta(days + 1)}
        evidence = record_training(
            person_id=self.person,
            kind="training",
            subject=subject,
            hours=hours,
            hours_type="self_paced" if hours else "none",
            score=90,
            occurred_at=datetime.now(UTC) - timedelta(days),
            actor_id=None,
            act=f"life:{next(_acts)}",
        )
        self.facts.append(evidence)

    def _everything(self, today, days):
        for subject in ("S-BASE", "S-EXAM", "S-REN"):
            self._learn(today, subject, days)

    def _undo(self, _today, which):
        if which < len(self.facts):
            reverse(evidence_id=self.facts[which], actor_id=None, reason="Wrong sheet.")

    def _licence(self, today, shift, length, verified):
        start = today + timedelta(shift)
        until = start + timedelta(length) if length else None
        self.dates |= {start - DAY, start, *([until - DAY, until] if until else [])}
        record_licence(
            actor_id=None,
            person_id=self.person,
            kind="LICENCE",
            valid_from=start,
            valid_until=until,
            verified=verified,
        )

    def _confirm(self, _today):
        waiting = Licence.objects.filter(person_id=self.person, verified_at__isnull=True)
        if row := waiting.order_by("pk").first():
            verify_licence(actor_id=None, licence_id=row.pk)

    def _held(self):
        return Credential.objects.filter(person_id=self.person).order_by("period").last()

    def _act(self, operation, today, days, **more):
        if held := self._held():
            on = today - timedelta(days)
            self.dates |= {on - DAY, on}
            operation(code=held.code, actor_id=self.cast.user("ines").pk, effective_on=on, **more)

    def _suspend(self, today, days):
        self._act(suspend, today, days, reason="other")

    def _reinstate(self, today, days):
        self._act(reinstate, today, days, reason="other")

    def _revoke(self, today, days):
        self._act(revoke, today, days, reason="conduct", proposed_by_id=self.cast.user("odette").pk)

    def _retire(self, today, days):
        self._act(retire, today, days, reason="holder_request")

    def _issue(self, today, days):
        issue(
            person_id=self.person,
            program_key="small",
            credential_key="small-cert",
            actor_id=self.cast.user("ines").pk,
            on=today - timedelta(days),
        )

    def _rules(self, today):
        if not self.changed:
            self.changed = True
            self.dates |= {today, today + DAY, today + timedelta(61)}
            load_programs(
                path=HERE / "programs" / "small-2.yaml", effective_on=today + timedelta(1)
            )

    def _night(self, _today):
        """Nothing happens."""

    # --- what must hold -----------------------------------------------------------------------
    def report(self, on, known_at=None):
        return report_on(person_id=self.person, program_key="small", on=on, known_at=known_at)

    def hold(self, now):
        """Hold every answer against every other, on every date that matters."""
        days = set(self.dates)
        for held in Credential.objects.filter(person_id=self.person):
            days |= {held.valid_from - DAY, held.valid_from}
            if held.valid_until:
                days |= {held.valid_until - DAY, held.valid_until}
        spans = list(
            StandingSpan.objects.filter(person_id=self.person, program_key="small").order_by(
                "from_on"
            )
        )
        for one, other in pairwise(spans):
            assert one.until_on == other.from_on
        days |= {each.from_on for each in spans}
        for day in sorted(days):
            report = self.report(day)
            self._cached(spans, day, report)
            self._folded(report)
            then = self.report(day, now)
            assert _frozen(replace(then, known_at=None)) == _frozen(report), day
            self.known.append((day, now, _frozen(then)))
        self.dates = days

    def _cached(self, spans, day, report):
        there = [
            each
            for each in spans
            if each.from_on <= day and (each.until_on is None or day < each.until_on)
        ]
        if not there:
            assert not spans or day < spans[0].from_on
            assert all(each.valid_from > day for each in report.held)
            return
        [span] = there
        decisive = [each for each in report.decision.findings if each.requirement != "S-REN"]
        assert (span.status, span.valid_until) == (report.status, report.valid_until), day
        assert span.unmet == sum(not each.met for each in decisive), day
        assert span.overdue == sum(
            not each.met and each.due is not None and each.due < day for each in decisive
        ), day

    def _folded(self, report):
        status, until = credential_status(report.held, report.on)
        assert (status or report.status, until) == (report.status, report.valid_until)
        in_force = []
        for each in report.held:
            assert isinstance(each, Held)
            told = each.worth(report.on).status.value
            seen = verify(code=each.code, on=report.on)
            assert seen.status.value == PUBLIC.get(told, told), report.on
            in_force += [each.code] if told in ("valid", "suspended") else []
        assert len(in_force) <= 1, report.on

    def remember(self):
        """Ask again what was known at every instant passed."""
        for day, at, then in self.known:
            assert _frozen(self.report(day, at)) == then, f"{day} as known at {at}"


def _frozen(report):
    """Return a report without the end of its rules, which is known only when others follow."""
    return replace(report, version=replace(report.version, until_on=None))


@contextmanager
def taken_back():
    """Let what happens within be taken back, as a test's own transaction is."""
    part = transaction.atomic()
    part._from_testcase = True
    part.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        part.__exit__(None, None, None)


@pytest.fixture
def small(stage):
    with time_machine.travel(LONG_AGO, tick=False):
        load_programs(path=HERE / "programs" / "small.yaml")
        adopt(
            organisation_id=stage.organisation("high-desert").pk,
            program_key="small",
            starts_on=date(2018, 1, 1),
        )
    return stage


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives)
def test_whatever_happens_every_answer_agrees_and_the_past_stays_known(small, life):
    from certification.programs import queries

    queries.forget()
    with taken_back():
        today = BEGIN
        with time_machine.travel(datetime(2027, 11, 1, 3, tzinfo=UTC), tick=False):
            one = Life(small)
        seconds = 0
        for gap, hour, (what, *how) in life:
            today += timedelta(gap)
            seconds += 1
            # A step a second, so that no two instants are the same.
            now = datetime(today.year, today.month, today.day, 4, tzinfo=UTC) + timedelta(
                hours=0 if hour == 4 and gap else 11, seconds=seconds
            )
            with time_machine.travel(now, tick=False):
                part = transaction.atomic()
                part._from_testcase = True
                try:
                    with part:
                        one.do(today if hour != 4 or not gap else today - DAY, what, *how)
                except REFUSALS:
                    pass
                evaluate(person_ids=[one.person])
                one.hold(now)
        one.remember()
        with time_machine.travel(now, tick=False):
            broken = [each for each in certification.integrity() if not each.ok]
            assert broken == []
    queries.forget()
