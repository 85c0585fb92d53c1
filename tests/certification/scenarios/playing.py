"""Play a story told in YAML through the real operations, and ask it the questions it answers.

A story is what happens to one worker, each step at an instant; the clock is moved there. After
every step the rules are asked, as they are after every piece of news. A question names a date,
and perhaps an instant at which it would have been asked; its answer was reckoned by hand and says
how. Every answer is read in four places: the report, the cached standing, ``explain --json`` and,
for certificates, the public look-up.
"""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
import yaml
from django.core.management import call_command
from django.db.models import Q

from certification import public as certification
from certification.credentials.cases import report_on
from certification.credentials.models import Credential, StandingSpan
from certification.engine.requirements import Group, Kind, walk
from certification.programs.operations import DATA, adopt, load_programs
from certification.programs.queries import catalogue
from certification.verification.queries import verify
from courses.public import record_training, reverse
from lms.people.models import Licence
from lms.people.operations import (
    change_employment,
    create_person,
    end_employment,
    record_licence,
    start_employment,
    verify_licence,
)

HERE = Path(__file__).parent
PASSIVE = {"optional", "report_only", "renew", "coach_renew", "trainer_renew"}
LONG_AGO = datetime.fromisoformat("2018-01-01T12:00Z")
DAY = timedelta(days=1)
# Questions that name some requirements and leave open what is said of the others.
SOME_OF = {"lacks", "meets", "asked"}
PUBLIC = {"retired": "expired", "lapsed": "expired"}
_acts = count()


def stories():
    """Return every story of every file, as parameters named by file and story."""
    found = []
    for file in sorted((HERE / "stories").glob("*.yaml")):
        for story in yaml.safe_load(file.read_text("utf-8")):
            marks = []
            if "wrong" in story:
                marks = [pytest.mark.xfail(strict=True, reason=story["wrong"])]
            name = f"{file.stem}: {story['name']}"
            found.append(pytest.param(story, id=name, marks=marks))
    return found


def instant(text, zone="UTC"):
    """Return an aware instant; a bare date means noon, and a time is local to the zone."""
    if isinstance(text, date) and not isinstance(text, datetime):
        text = f"{text}T12:00"
    read = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


class Play:
    """One story on its way: the worker, what was named, and what was known after each step."""

    def __init__(self, story, cast):
        self.story, self.cast, self.named = story, cast, {}
        self.program = story.get("program", "nm-mrss")
        with time_machine.travel(LONG_AGO, tick=False):
            self._publish(self.program, None)
            for each in story.get("also", ()):
                self._publish(each, None)
            for each in (self.program, *story.get("also", ())):
                if each not in story.get("unadopted", ()):
                    self._adopt(each, date(2018, 1, 1))
            self.person = create_person(actor_id=None, given_name="Ola", family_name="Brink")
        self.zone = catalogue().version(self.program, date.max).rules.zone
        self.known = []

    # --- what happens -------------------------------------------------------------------------
    def play(self):
        """Do every step at its instant, and note what is known then of every date asked about."""
        last = LONG_AGO
        for step in self.story["story"]:
            step = dict(step)
            at = instant(step.pop("at"), self.zone)
            assert at >= last, f"{at} comes before {last}"
            last = at
            refused = step.pop("refused", None)
            expected = pytest.raises(Exception) if refused else nullcontext()
            with time_machine.travel(at, tick=False):
                with expected as caught:
                    for verb, how in step.items():
                        getattr(self, f"_{verb}")(how)
                if refused:
                    assert type(caught.value).__name__ == refused
                certification.evaluate(person_ids=[self.person])
                self._note(at)
        self.end = last

    def _note(self, at):
        for on, program in self._dates():
            now = self.report(on, program)
            then = self.report(on, program, at)
            assert replace(_frozen(then), known_at=None) == _frozen(now), f"known now, {at} of {on}"
            self.known.append((on, program, at, _frozen(then)))

    def _dates(self):
        asks = self.story["asks"]
        return sorted({(ask["date"], ask.get("program", self.program)) for ask in asks})

    def report(self, on, program=None, known_at=None):
        return report_on(
            person_id=self.person, program_key=program or self.program, on=on, known_at=known_at
        )

    def _hire(self, how):
        named = how.get("as", "job")
        self.named[named] = start_employment(
            actor_id=None,
            person_id=self.person,
            organisation_id=self.cast.organisation(how.get("place", "rio-vista")).pk,
            role=how.get("role", "responder"),
            starts_on=how["from"],
            ends_on=how.get("until"),
            first_service_on=how.get("first_service"),
            supervisor_id=self._supervisor(how.get("supervisor")),
        )

    def _supervisor(self, key):
        return self.cast.person(key).pk if key else None

    def _leave(self, how):
        spell = self.named[how.get("job", "job")]
        end_employment(actor_id=None, spell=spell, ends_on=how["from"])

    def _mend(self, how):
        names = {
            "from": "starts_on",
            "until": "ends_on",
            "role": "role",
            "first_service": "first_service_on",
        }
        spell = self.named[how.pop("job", "job")]
        changes = {names[key]: value for key, value in how.items()}
        change_employment(actor_id=None, spell=spell, **changes)

    def _learn(self, how):
        for each in how if isinstance(how, list) else [how]:
            self._learn_one(each)

    def _learn_one(self, how):
        hours = how.get("hours", 0)
        now = datetime.now(tz=ZoneInfo(self.zone))
        evidence = record_training(
            person_id=self.person,
            kind=how.get("kind", "training"),
            subject=how["what"],
            hours=str(hours),
            hours_type=how.get("type", "self_paced") if hours else "none",
            score=how.get("score"),
            passed=how.get("passed", True),
            occurred_at=instant(how["when"], self.zone) if "when" in how else now,
            actor_id=None,
            act=f"story:{next(_acts)}",
        )
        if "as" in how:
            self.named[how["as"]] = evidence

    def _all(self, how):
        """Learn all that one role is asked for, except what is excepted; licences as well."""
        rules = catalogue().version(how.get("program", self.program), date.max).rules
        role, skip = how.get("role", "responder"), how.get("except", ())
        for _, node in walk(rules.requirements):
            open_to = {role, "all"} & set(node.roles)
            if isinstance(node, Group) or node.id in skip or not open_to:
                continue
            if PASSIVE & set(node.gates) and node.id not in how.get("with", ()):
                continue
            if node.kind in (Kind.CREDENTIAL, Kind.BACKGROUND):
                self._licence({"requirement": node.id, "from": self._today()})
                continue
            for _ in range(node.count or 1):
                self._learn_one(
                    {
                        "what": node.id,
                        "hours": node.hours or 0,
                        "score": 100 if node.pass_percent else None,
                        **({"when": how["when"]} if "when" in how else {}),
                    }
                )

    def _today(self):
        return datetime.now(tz=ZoneInfo(self.zone)).date()

    def _undo(self, how):
        reverse(evidence_id=self.named[how], actor_id=None, reason="Wrong sheet.")

    def _licence(self, how):
        requirement = how.get("requirement", "")
        uuid = record_licence(
            actor_id=None,
            person_id=self.person,
            kind=how.get("kind", "BACKGROUND" if requirement.endswith("-BG") else "OTHER"),
            requirement=requirement,
            valid_from=how["from"],
            valid_until=how.get("until"),
            verified=how.get("verified", True),
            replaces_id=self._licence_id(how["instead_of"]) if "instead_of" in how else None,
        )
        if "as" in how:
            self.named[how["as"]] = uuid

    def _licence_id(self, name):
        return Licence.objects.get(uuid=self.named[name]).pk

    def _verify(self, how):
        verify_licence(actor_id=None, licence_id=self._licence_id(how))

    def _publish(self, name, how=None):
        if isinstance(name, dict):
            name, how = name["file"], name["from"]
        own = HERE / "programs" / f"{name}.yaml"
        load_programs(path=own if own.exists() else DATA / f"{name}.yaml", effective_on=how)

    def _adopt(self, program, since=None):
        if isinstance(program, dict):
            place, until = program.get("place", "high-desert"), program.get("until")
            program, since = program["program"], program["from"]
        else:
            place, until = "high-desert", None
        adopt(
            organisation_id=self.cast.organisation(place).pk,
            program_key=program,
            starts_on=since,
            ends_on=until,
        )

    def _issue(self, how):
        certification.issue(
            person_id=self.person,
            program_key=self.program,
            credential_key=how["credential"],
            actor_id=self.cast.user("ines").pk,
            on=how.get("from"),
        )

    def _suspend(self, how):
        self._act(certification.suspend, how)

    def _reinstate(self, how):
        self._act(certification.reinstate, how)

    def _retire(self, how):
        self._act(certification.retire, how, reason="holder_request")

    def _revoke(self, how):
        self._act(certification.revoke, how, proposed_by_id=self.cast.user("odette").pk)

    def _act(self, operation, how, reason="other", **more):
        held = Credential.objects.filter(person_id=self.person, program_key=self.program)
        if "credential" in how:
            held = held.filter(credential_key=how["credential"])
        operation(
            code=held.get(period=how.get("period", 1), edition=1).code,
            actor_id=self.cast.user("ines").pk,
            reason=how.get("reason", reason),
            effective_on=how.get("from"),
            **more,
        )

    def _night(self, _how):
        """Nothing but time passes; the rules are asked after every step anyway."""

    # --- what is asked ------------------------------------------------------------------------
    def answer(self):
        """Hold every question against the report and every other place that answers it."""
        for ask in self.story["asks"]:
            assert ask["because"], "every answer says how it was reckoned"
            program = ask.get("program", self.program)
            known_at = instant(ask["known"], self.zone) if "known" in ask else None
            report = self.report(ask["date"], program, known_at)
            told = _told(report)
            expected = {name: _plain(ask[name]) for name in told.keys() & ask.keys()}
            found = {name: _narrowed(name, told[name], ask[name]) for name in expected}
            assert found == expected, f"{ask['date']} (known {known_at}): {ask['because']}"
            self._explained(report, program, known_at)
            if known_at is None:
                self._cached(report, program, told)
                self._looked_up(report)

    def _explained(self, report, program, known_at):
        out = StringIO()
        more = [] if known_at is None else ["--known-at", known_at.isoformat()]
        uuid = str(report.person.uuid)
        call_command(
            "explain", uuid, program, "--as-of", str(report.on), "--json", *more, stdout=out
        )
        told = json.loads(out.getvalue())
        assert (told["status"], told["outcome"]) == (report.status, report.decision.outcome.value)
        assert told["valid_until"] == _iso(_last(report.valid_until))
        assert [
            (each["requirement"], each["met"], each["have"], each["due"])
            for each in told["findings"]
        ] == [
            (each.requirement, each.met, str(each.have), _iso(each.due))
            for each in report.decision.findings
        ]

    def _cached(self, report, program, told):
        spans = StandingSpan.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gt=report.on),
            person_id=self.person,
            program_key=program,
            from_on__lte=report.on,
        )
        began = StandingSpan.objects.filter(person_id=self.person, program_key=program)
        first = began.order_by("from_on").first()
        if first is None or report.on < first.from_on:
            assert told["certificates"] == []
            return
        [span] = spans
        assert (span.status, span.valid_until) == (report.status, report.valid_until)
        assert (span.unmet, span.overdue) == (len(told["unmet"]), len(told["late"]))

    def _looked_up(self, report):
        for each in report.held:
            seen = verify(code=each.code, on=report.on)
            worth = each.worth(report.on)
            status = worth.status.value
            # Laid down early has ended early, and a stranger reads just that.
            until = worth.event.effective_on if status == "retired" else each.valid_until
            assert (seen.status.value, seen.valid_from, seen.valid_until) == (
                PUBLIC.get(status, status),
                each.valid_from,
                _last(until),
            )

    def remembered(self):
        """What was known after each step is still said to have been known then."""
        for on, program, at, then in self.known:
            assert _frozen(self.report(on, program, at)) == then, f"known at {at} of {on}"

    def sound(self):
        """Every invariant of the stored data holds."""
        with time_machine.travel(self.end, tick=False):
            broken = [each for each in certification.integrity() if not each.ok]
        assert broken == []


def _frozen(report):
    """Return a report without the end of its rules, which is known only when others follow."""
    return replace(report, version=replace(report.version, until_on=None))


def _told(report):
    """Return all that a question may ask about."""
    gates = {node.id: set(node.gates) for node in report.rules.requirements}
    decisive = [
        each
        for each in report.decision.findings
        if "/" not in each.requirement and gates[each.requirement] - PASSIVE
    ]
    findings = {each.requirement: each for each in report.decision.findings}
    return {
        "status": report.status,
        "provisional": report.provisional,
        "outcome": report.decision.outcome.value,
        "version": report.version.label,
        "through": _iso(_last(report.valid_until)),
        "unmet": sorted(each.requirement for each in decisive if not each.met),
        "lacks": sorted(each.requirement for each in report.decision.findings if not each.met),
        "meets": sorted(each.requirement for each in report.decision.findings if each.met),
        "asked": sorted(findings),
        "late": sorted(
            each.requirement
            for each in decisive
            if not each.met and each.due is not None and each.due < report.on
        ),
        "have": {name: float(each.have) for name, each in findings.items()},
        "due": {name: _iso(each.due) for name, each in findings.items()},
        "anchors": {name: _iso(day) for name, day in report.facts.anchors.items()},
        "certificates": [
            {
                "period": each.period,
                "from": _iso(each.valid_from),
                "through": _iso(_last(each.valid_until)),
                "status": each.worth(report.on).status.value,
            }
            for each in report.held
        ],
    }


def _narrowed(name, told, asked):
    """Return of what is told only what the question is about."""
    if isinstance(asked, dict):
        return {each: told.get(each, "not asked for") for each in asked}
    if name in SOME_OF:
        return sorted(set(told) & set(asked))
    if name == "certificates" and len(told) == len(asked):
        return [
            {key: each[key] for key in wanted} for each, wanted in zip(told, asked, strict=True)
        ]
    return told


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        plain = [_plain(each) for each in value]
        return sorted(plain) if all(isinstance(each, str) for each in plain) else plain
    return _iso(value) if isinstance(value, date) else value


def _last(until):
    return until - DAY if until else None


def _iso(day):
    return day.isoformat() if day else None
