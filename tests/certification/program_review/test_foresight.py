"""What is foreseen is what happens: on every date, for everybody, by the same figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import Q

from certification.credentials.cases import report_on
from certification.credentials.models import Credential, StandingSpan
from certification.credentials.operations import evaluate_everybody, rebuild_standing
from certification.program_review import operations
from certification.program_review.foresight import Kind
from certification.program_review.models import ImpactRow, ProgramWalk
from certification.program_review.operations import walking
from certification.program_review.wording import kinds_in, lines_of
from certification.programs.document import parse
from certification.programs.models import ProgramVersion
from certification.programs.operations import adopt, load_programs
from certification.programs.queries import catalogue, rules_of, supposing
from lms.jobs.operations import drain
from lms.people.models import Employment, Person
from tests.certification.learning import learn

from .conftest import LONGER, PROGRAM, TEXT, TODAY, add_stranger, hand_in, look, second

YESTERDAY = TODAY - timedelta(days=1)
CHANGES = {
    "more hours": LONGER,
    "fewer hours": {"live": ("hours: 6", "hours: 3")},
    "a higher mark": {"mark": ("pass: 80", "pass: 95")},
    "an earlier deadline": {"due": ("days: 700", "days: 400")},
    "a later deadline": {"due": ("days: 30}", "days: 600}")},
    "another way to work in a pair": {"pair": ("[P-FIRST]", "[P-FIRST, P-CHECK]")},
    "no work in a pair": {
        "pair": ("provisional: {requirements: [P-FIRST], basis: exist=A}", "provisional: null")
    },
    "validity": {"valid": ("valid_months: 24", "valid_months: 6")},
    "for peers alone": {"roles": ("[responder, peer]", "[peer]")},
    "open to all": {
        "roles": ("[responder, peer]", "[all]"),
        "first": ("due: {from: hire, days: 30}, ", ""),
        "live": ("due: {from: hire, days: 700}, ", ""),
    },
    "another zone": {"zone": ("America/Denver", "Pacific/Kiritimati")},
    "one requirement less": {
        "check": (
            "  - {id: P-CHECK, title: Check, kind: quiz, pass: 80, roles: [all], gate: [certify],\n"
            "     basis: exist=V pass=A}\n",
            "",
        )
    },
    "a choice": {
        "check": (
            "  - {id: P-CHECK,",
            "  - {id: P-ANY, title: Either, any: [P-LIVE, P-CHECK], basis: exist=V}\n"
            "  - {id: P-CHECK,",
        )
    },
}


def crowd(cast):
    """Let some have learned everything, some half, some nothing, on different days."""
    days = [date(2025, 3, 1), date(2025, 11, 30), YESTERDAY]
    for place, who in enumerate(sorted(cast.people)):
        person = cast.person(who)
        day = days[place % 3]
        if place % 4:
            learn(person, "P-FIRST", day, hours=2, hours_type="self_paced")
        if place % 3:
            learn(person, "P-LIVE", day, kind="session", hours=6, hours_type="live")
        if place % 4 in (2, 3):
            learn(person, "P-CHECK", day, kind="quiz", score=85 if place % 2 else 97)
    Employment.objects.filter(person=cast.person("teo")).update(starts_on=date(2026, 5, 20))
    for number in range(6):
        key = f"p{number}"
        cast.add_person(key, f"Person{number}", "Crowd", account=False)
        since = date(2026, 5, 1) + timedelta(days=9 * number)
        cast.employ(key, "llano-main", ("responder", "peer")[number % 2], since=since)
        for subject in ("P-FIRST", "P-LIVE", "P-CHECK")[: number % 4]:
            learn(cast.person(key), subject, YESTERDAY, hours=3, hours_type="live", score=85)
    add_stranger(cast)
    learn(cast.person("una"), "P-FIRST", YESTERDAY, hours=2, hours_type="self_paced")
    return cast


def span(person_id, on):
    rows = StandingSpan.objects.filter(program_key=PROGRAM, person_id=person_id, from_on__lte=on)
    row = rows.filter(Q(until_on=None) | Q(until_on__gt=on)).first()
    if row is None:
        return None
    due = row.next_due_on.isoformat() if row.next_due_on else None
    return {
        "status": row.status,
        "unmet": row.unmet,
        "overdue": row.overdue,
        "next_due_on": due,
    }


def everybody(days):
    return {
        (person_id, on): span(person_id, on)
        for person_id in Person.objects.values_list("pk", flat=True)
        for on in days
    }


def codes():
    return set(
        Credential.objects.filter(program_key=PROGRAM).values_list("person_id", "credential_key")
    )


@pytest.mark.parametrize("on", [TODAY, date(2026, 3, 1), date(2026, 12, 24)])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_foreseen_happens(plain, change, on):
    crowd(plain)
    evaluate_everybody(program_key=PROGRAM)
    days = sorted({TODAY, on})
    uuid = hand_in(plain, text=second(**change))
    walk = look(plain, uuid, on)
    foreseen = {(row.person_id, row.on): row for row in ImpactRow.objects.filter(walk_id=walk)}
    before, held = everybody(days), codes()
    operations.publish(
        actor_id=plain.user("odette").pk, uuid=uuid, effective_on=on, reason="As agreed"
    )
    assert drain() > 0
    after = everybody(days)
    for place, now in after.items():
        row = foreseen.get(place)
        if row is None:
            assert now == before[place], place
        else:
            assert (now or {}) == row.details["after"], place
    issued = {
        (row.person_id, key)
        for row in foreseen.values()
        if row.on == TODAY
        for key in row.details.get(Kind.ISSUED.value, [])
    }
    assert codes() - held == issued


def test_requirements_are_named_as_the_decisions_differ(plain):
    crowd(plain)
    evaluate_everybody(program_key=PROGRAM)
    uuid = hand_in(plain)
    walk = look(plain, uuid)

    def unmet(person_id):
        report = report_on(person_id=person_id, program_key=PROGRAM, on=TODAY)
        return {each.requirement for each in report.decision.findings if not each.met}

    before = {pk: unmet(pk) for pk in Person.objects.values_list("pk", flat=True)}
    operations.publish(actor_id=plain.user("odette").pk, uuid=uuid, effective_on=TODAY)
    newly = {pk: sorted(unmet(pk) - before[pk]) for pk in before}
    rows = ImpactRow.objects.filter(walk_id=walk)
    told = {row.person_id: row.details.get(Kind.UNMET.value, []) for row in rows}
    concerned = {pk for pk in newly if pk in told}
    assert {pk: told[pk] for pk in concerned} == {pk: newly[pk] for pk in concerned}
    assert any(newly[pk] for pk in concerned)


def test_what_is_foreseen_is_said_of_the_right_people_and_agencies(plain):
    """Hours go from 6 to 8: who had 6 lacks some; a certificate stays."""
    alma, kofi, hannah = (plain.person(who) for who in ("alma", "kofi", "hannah"))
    for person in (alma, kofi):
        learn(person, "P-FIRST", YESTERDAY, hours=2, hours_type="self_paced")
        learn(person, "P-LIVE", YESTERDAY, kind="session", hours=6, hours_type="live")
    learn(alma, "P-CHECK", YESTERDAY, kind="quiz", score=90)
    learn(hannah, "P-LIVE", YESTERDAY, kind="session", hours=9, hours_type="live")
    evaluate_everybody(program_key=PROGRAM)
    walk = look(plain, hand_in(plain))
    rows = {row.person_id: row for row in ImpactRow.objects.filter(walk_id=walk)}
    kinds = {pk: kinds_in(row.kinds) for pk, row in rows.items()}
    # Everybody who has not met it has more to do; Hannah has enough for both.
    assert hannah.pk not in kinds
    kinds = {pk: each for pk, each in kinds.items() if each != [Kind.AMOUNT]}
    assert kinds == {alma.pk: [Kind.UNMET], kofi.pk: [Kind.UNMET]}
    assert rows[alma.pk].details["after"]["status"] == "certified"
    assert {rows[pk].agency.key for pk in kinds} == {"rio-vista"}


def test_more_to_do_and_a_renewal_out_of_reach_are_foreseen(cast, tmp_path):
    """Renewal asks for 2 hours, and will for 4: Alma, who has 2, could renew and then not."""
    renewing = TEXT.replace("valid_months: 24,", "valid_months: 24, renewal_gates: [renew],")
    renewing += (
        "  - {id: P-RENEW, title: Refresher, kind: self_paced, hours: 2, roles: [all],\n"
        "     gate: [renew], basis: exist=V hours=A}\n"
    )
    file = tmp_path / "renewing.yaml"
    file.write_text(renewing)
    load_programs(path=file)
    adopt(
        organisation_id=cast.organisation("high-desert").pk,
        program_key=PROGRAM,
        starts_on=date(2025, 1, 1),
    )
    alma, kofi = cast.person("alma"), cast.person("kofi")
    early = date(2026, 2, 1)
    learn(alma, "P-FIRST", early, hours=2, hours_type="self_paced")
    learn(alma, "P-LIVE", early, kind="session", hours=6, hours_type="live")
    learn(alma, "P-CHECK", early, kind="quiz", score=90)
    learn(kofi, "P-FIRST", early, hours=1, hours_type="self_paced")
    with time_machine.travel(datetime(2026, 2, 2, 18, tzinfo=UTC), tick=False):
        evaluate_everybody(program_key=PROGRAM)
    learn(alma, "P-RENEW", YESTERDAY, hours=2, hours_type="self_paced")
    evaluate_everybody(program_key=PROGRAM)
    text = renewing.replace('version: "1"', 'version: "2"').replace(
        "title: Refresher, kind: self_paced, hours: 2",
        "title: Refresher, kind: self_paced, hours: 4",
    )
    text = text.replace(
        "title: First things, kind: self_paced, hours: 2",
        "title: First things, kind: self_paced, hours: 3",
    )
    walk = look(cast, hand_in(cast, text=text))
    rows = {row.person_id: row.details for row in ImpactRow.objects.filter(walk_id=walk)}
    assert rows[alma.pk]["blocked"] == ["plain-certified"]
    assert rows[alma.pk]["after"]["status"] == "certified"
    assert [Decimal(each) for each in rows[kofi.pk]["amount"][0][1:]] == [2, 3]
    titles = {"P-FIRST": "First things"}
    assert lines_of({"amount": rows[kofi.pk]["amount"]}, titles) == [
        "More or less to do: First things, 3 instead of 2"
    ]


def test_a_supposed_text_is_seen_in_the_block_alone_and_nothing_is_written(plain):
    rules = parse(second("supposed", **LONGER))
    with supposing(rules, effective_on=TODAY):
        assert catalogue().version(PROGRAM, TODAY).label == "supposed"
        assert rules_of(rules.digest) is rules
    assert catalogue().version(PROGRAM, TODAY).label == "1"
    with pytest.raises(ProgramVersion.DoesNotExist):
        rules_of(rules.digest)


def test_a_preview_changes_nothing_for_anybody(plain):
    crowd(plain)
    evaluate_everybody(program_key=PROGRAM)
    before, held = everybody([TODAY]), codes()
    look(plain, hand_in(plain, text=second(**CHANGES["fewer hours"])))
    assert (everybody([TODAY]), codes()) == (before, held)


def test_it_costs_the_same_statements_for_one_as_for_many(plain, statements):
    learn(plain.person("alma"), "P-LIVE", YESTERDAY, kind="session", hours=6, hours_type="live")
    uuid = hand_in(plain)
    look(plain, uuid)
    with statements() as few:
        look(plain, uuid)
    crowd(plain)
    with statements() as many:
        look(plain, uuid)
    assert len(few) == len(many)


def test_portions_go_on_as_jobs_and_a_portion_done_twice_counts_once(plain, monkeypatch):
    monkeypatch.setattr(walking, "PORTION", 5)
    crowd(plain)
    uuid = hand_in(plain)
    pk = look(plain, uuid)
    walk = ProgramWalk.objects.get(pk=pk)
    assert (walk.done, walk.finished_at) == (5, None)
    with pytest.raises(operations.NotPreviewed):
        operations.publish(actor_id=plain.user("odette").pk, uuid=uuid, effective_on=TODAY)
    operations.go_on(walk_id=pk, after_id=0)
    drain()
    operations.go_on(walk_id=pk, after_id=0)
    walk.refresh_from_db()
    assert walk.finished_at is not None
    assert walk.done == walk.total == Person.objects.count()
    in_one = ImpactRow.objects.filter(walk=walk).count()
    monkeypatch.setattr(walking, "PORTION", 500)
    again = look(plain, uuid)
    assert ImpactRow.objects.count() == ImpactRow.objects.filter(walk_id=again).count() == in_one


def test_everybody_is_evaluated_after_publishing(plain, monkeypatch):
    crowd(plain)
    uuid = hand_in(plain, text=second(**CHANGES["fewer hours"]))
    look(plain, uuid)
    monkeypatch.setattr(walking, "PORTION", 7)
    operations.publish(actor_id=plain.user("odette").pk, uuid=uuid, effective_on=TODAY)
    walk = ProgramWalk.objects.get(draft__isnull=True)
    assert (walk.done, walk.finished_at) == (0, None)
    drain()
    walk.refresh_from_db()
    assert walk.done == walk.total == Person.objects.count()
    assert walk.issued == len(codes()) > 0


def spans():
    fields = [each.attname for each in StandingSpan._meta.concrete_fields if each.name != "id"]
    return list(StandingSpan.objects.order_by("person", "from_on").values_list(*fields))


@pytest.mark.parametrize("on", [TODAY - timedelta(days=40), TODAY, TODAY + timedelta(days=40)])
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_is_laid_out_after_publishing_is_what_laying_everything_out_says(plain, change, on):
    crowd(plain)
    evaluate_everybody()
    uuid = hand_in(plain, text=second(**CHANGES[change]))
    look(plain, uuid, on)
    operations.publish(
        actor_id=plain.user("odette").pk, uuid=uuid, effective_on=on, reason="Asked by the state."
    )
    drain()
    laid = spans()
    rebuild_standing(person_ids=list(Person.objects.values_list("pk", flat=True)))
    assert laid == spans()
