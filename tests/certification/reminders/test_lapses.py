"""What stops counting, ends or opens: told on its days, once, and not again when it moves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.credentials.cases import read_cases
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate
from certification.engine.decide import decide
from certification.engine.facts import Fact, FactKind, PersonFacts, RoleSpell
from certification.engine.history import histories
from certification.engine.requirements import Group, Kind, Requirement
from certification.programs.document import parse
from certification.programs.operations import adopt, load_programs
from certification.reminders.ends import first_code
from certification.reminders.lapses import lapse_of
from certification.reminders.models import ReminderItem
from certification.reminders.operations import send_reminders, send_to_everybody
from certification.reminders.schedule import LATE_DAYS, MILESTONES
from courses.public import reverse
from lms.people.models import Employment, Licence, LicenceVerification
from tests.cast import HIRED
from tests.certification.learning import finish_program, learn, noon
from tests.certification.reminders.conftest import STARTED, mails, run

DAY = timedelta(days=1)
CERTIFIED = date(2026, 2, 2)


def before(day, number):
    return day - number * DAY


def told_of(subject, days, who=("Alma", "Bo")):
    """Run on these days; return {who: [(day, milestone)]} about one subject."""
    found = {}
    for on in days:
        for name, lines in run(on).items():
            found.setdefault(name, [])
            found[name] += [(on, n) for _, about, n in lines if about == subject]
    return {name: found.get(name, []) for name in who}


def around(last, first=91, late=2):
    return [before(last, n) for n in range(first, -late, -1)]


def each_milestone(last, numbers=MILESTONES):
    return [(before(last, n), n) for n in numbers]


def licence(person, kind, since, until, *, verified=True, requirement="", **more):
    row = Licence.objects.create(
        person=person, kind=kind, valid_from=since, valid_until=until, requirement=requirement,
        verified_at=noon(since) if verified else None, **more,
    )  # fmt: skip
    if verified:
        LicenceVerification.objects.create(
            licence=row, outcome="confirmed", source="Board", looked_up_on=since,
            recorded_at=row.verified_at,
        )  # fmt: skip
    return row


# --- which day: the engine's own, by force ----------------------------------------------------
FIRST = date(2027, 12, 1)
spans = st.lists(
    st.tuples(st.integers(0, 120), st.none() | st.integers(1, 90), st.booleans()), max_size=4
)


def node(count, months):
    return Requirement(
        id="R", title="R", kind=Kind.OBSERVED_SKILL, roles=("all",), gates=("certify",),
        count=count, valid_months=months,
    )  # fmt: skip


def facts(rows):
    return PersonFacts(
        "p",
        (RoleSpell("responder", date(2020, 1, 1), None),),
        {},
        tuple(
            Fact(
                id=f"f{n}", kind=FactKind.OBSERVATION, key="R", on=FIRST + start * DAY,
                hours=Decimal(0), score=None, passed=True, verified=verified, hours_type="none",
                valid_until=None if length is None else FIRST + (start + length) * DAY,
            )
            for n, (start, length, verified) in enumerate(rows)
        ),
    )  # fmt: skip


@given(
    rows=spans,
    count=st.integers(1, 2),
    months=st.none() | st.integers(1, 2),
    at=st.integers(0, 220),
)
def test_the_day_is_the_first_on_which_the_engine_says_unmet(rows, count, months, at):
    one, told, on = node(count, months), facts(rows), FIRST + at * DAY

    def met(day):
        return decide([one], told, day).findings[0].met

    start = on
    while start > FIRST and not met(start):
        start -= DAY
    expected = None
    if met(start):
        over = next((day for n in range(1, 400) if not met(day := start + n * DAY)), None)
        first = start
        while met(first - DAY):
            first -= DAY
        if over is not None and over + LATE_DAYS * DAY > on:
            expected = (first, over)
    assert lapse_of(histories([one], told)["R"], on) == expected


def test_in_a_choice_nothing_lapses_while_enough_is_left():
    two = Group(
        id="G", title="G", roles=("all",), gates=("certify",), needed=1,
        members=(node(1, None), node(1, None)),
    )  # fmt: skip
    told = facts([(0, 30, True), (10, 60, True)])
    history = histories([two], told)["G"]
    assert lapse_of(history, FIRST + 5 * DAY) == (FIRST, FIRST + 70 * DAY)


# --- training that grows old ------------------------------------------------------------------
@pytest.fixture
def certified(alma):
    """Alma, certified on 2 February 2026: her tools count for 12 months."""
    finish_program(alma, "nm-mrss", CERTIFIED)
    evaluate(person_ids=[alma.pk], on=CERTIFIED)
    return Credential.objects.get(person=alma, credential_key="mrss-certified-responder")


TOOL = "lapse:nm-mrss:NM-TOOL"


def test_what_counts_for_twelve_months_is_told_on_its_days_to_both_and_once(certified):
    # 12 months from 2 February 2026: 1 February 2027 is the last day.
    last = date(2027, 2, 1)
    assert told_of(TOOL, around(last)) == {
        "Alma": each_milestone(last), "Bo": each_milestone(last),
    }  # fmt: skip
    body = next(each.body for each in mails() if "counts through" in each.body)
    assert "counts through 1 Feb 2027; do it again before then" in body


def test_a_leap_day_counts_through_the_28th_of_a_common_february(alma, time_machine):
    time_machine.move_to(noon(date(2028, 3, 1)), tick=False)
    learn(alma, "NM-TOOL", date(2028, 2, 29), kind="observation")
    last = date(2029, 2, 28)
    found = told_of(TOOL, [before(last, n) for n in (8, 7, 6, 1, 0, -1)], who=("Alma",))
    assert found == {"Alma": [(before(last, 8), 30), (before(last, 7), 7), (last, 0)]}


def test_who_does_it_again_hears_of_the_new_day_and_no_more_of_the_old(certified, time_machine):
    old, again = date(2027, 2, 1), date(2027, 1, 10)
    assert told_of(TOOL, around(old, first=31, late=-20), ("Alma",))["Alma"] == [
        (before(old, 31), 60), (before(old, 30), 30),
    ]  # fmt: skip
    time_machine.move_to(noon(again), tick=False)
    learn(certified.person, "NM-TOOL", again, kind="observation")
    new = date(2028, 1, 9)
    rest = [before(old, n) for n in range(19, -5, -1)]
    assert told_of(TOOL, rest)["Alma"] == []
    # Shortly before the certificate ends it is renewed with it, and not told apart.
    assert told_of(TOOL, around(new, first=90))["Alma"] == []
    last = date(2028, 2, 1)
    found = told_of(f"credential:{certified.code}", [before(last, 7), last], ("Alma",))
    assert found["Alma"] == [(before(last, 7), 7), (last, 0)]


def test_after_an_outage_or_an_import_only_the_nearest_is_told(certified):
    last = date(2027, 2, 1)
    assert told_of(TOOL, [before(last, 20)])["Alma"] == [(before(last, 20), 30)]
    assert told_of(TOOL, [before(last, n) for n in range(19, 7, -1)])["Alma"] == []


def test_a_last_day_that_was_missed_is_told_for_a_month_and_not_after(certified):
    last = date(2027, 2, 1)
    on = last + LATE_DAYS * DAY
    assert told_of(TOOL, [on])["Alma"] == [(on, 0)]
    assert "counted through 1 Feb 2027" in mails()[-1].body
    assert told_of(TOOL, [on + DAY])["Alma"] == []


def test_what_is_reversed_is_not_reminded_of(alma):
    uuid = learn(alma, "NM-TOOL", date(2026, 2, 1), kind="observation")
    reverse(evidence_id=uuid, actor_id=None, reason="Wrong sheet.")
    assert told_of(TOOL, [date(2027, 1, 31)])["Alma"] == []


# --- licences and checks ----------------------------------------------------------------------
def test_a_background_check_that_ends_is_told_once_and_others_learn_not_what_it_is(alma):
    until = date(2027, 5, 1)
    licence(alma, "BACKGROUND", date(2026, 1, 2), until)
    last = date(2027, 4, 30)
    found = {}
    for on in around(last):
        for who, lines in run(on).items():
            for _, about, days in lines:
                if "NM-BG" in about or about.startswith("licence:"):
                    found.setdefault(who, []).append((about, on, days))
    expected = [("lapse:nm-mrss:NM-BG", *each) for each in each_milestone(last)]
    assert found == {"Alma": expected, "Bo": expected}
    bodies = {each.person_id: each.body for each in mails()}
    assert "background" in bodies[alma.pk].casefold()
    assert "/me/licences/" in bodies[alma.pk]
    boss = [each.body for each in mails() if each.person_id != alma.pk]
    assert all("check on record ends" in body for body in boss)


def test_a_licence_that_no_program_asks_for_is_told_of_as_well(alma):
    row = licence(alma, "CYPSW", date(2025, 5, 1), date(2027, 5, 1))
    last = date(2027, 4, 30)
    found = told_of(f"licence:{row.uuid}", around(last))
    assert found == {"Alma": each_milestone(last), "Bo": each_milestone(last)}
    for mail in mails():
        own = mail.person_id == alma.pk
        assert ("youth peer" in mail.body.casefold()) is own


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, False),
        ({"verified": False}, True),
        ({"kind": "CPSW"}, True),
    ],
)
def test_a_later_one_of_the_kind_silences_it_once_it_is_verified(alma, values, told):
    row = licence(alma, "CYPSW", date(2025, 5, 1), date(2027, 5, 1))
    values = {"kind": "CYPSW", "since": date(2027, 4, 1), "until": date(2029, 5, 1)} | values
    licence(alma, **values)
    found = told_of(f"licence:{row.uuid}", [date(2027, 4, 30)], ("Alma",))
    assert found["Alma"] == ([(date(2027, 4, 30), 0)] if told else [])


def test_one_that_is_corrected_begins_a_new_series(alma):
    row = licence(alma, "CYPSW", date(2025, 5, 1), date(2027, 5, 1))
    on = date(2027, 4, 23)
    assert told_of(f"licence:{row.uuid}", [on])["Alma"] == [(on, 7)]
    newer = licence(alma, "CYPSW", date(2025, 5, 1), date(2027, 6, 1), replaces=row)
    assert told_of(f"licence:{row.uuid}", [on + DAY, date(2027, 4, 30)])["Alma"] == []
    last = date(2027, 5, 31)
    found = told_of(f"licence:{newer.uuid}", [before(last, n) for n in (30, 8, 7)], ("Alma",))
    assert found["Alma"] == [(before(last, 30), 30), (before(last, 7), 7)]


def test_unverified_and_empty_ones_are_not_told_of(alma):
    licence(alma, "CYPSW", date(2025, 5, 1), date(2027, 5, 1), verified=False)
    licence(alma, "LICENCE", date(2027, 4, 30), date(2027, 4, 30))
    found = run(date(2027, 4, 30))
    assert not [each for lines in found.values() for each in lines if "licence:" in each[1]]


def test_who_is_under_no_program_and_who_has_left(cast):
    load_programs()
    row = licence(cast.person("lucia"), "LICENCE", date(2025, 5, 1), date(2027, 5, 1))
    assert run(date(2027, 4, 30)) == {"Lucía": [("Lucía", f"licence:{row.uuid}", 0)]}
    [mail] = mails()
    assert "Today, 30 Apr 2027, is the last day, on record:" in mail.body
    Employment.objects.filter(person=cast.person("lucia")).update(ends_on=date(2027, 4, 1))
    row = licence(cast.person("lucia"), "DEGREE", date(2025, 5, 1), date(2027, 5, 2))
    assert run(date(2027, 5, 1)) == {}


# --- renewal, grace, provisional work ---------------------------------------------------------
def test_the_day_on_which_renewal_opens_is_told_on_that_day_and_once(certified):
    opens = certified.renew_from
    assert opens == date(2027, 11, 4)
    days = [opens - 5 * DAY, opens - DAY, opens, opens + DAY, opens + 40 * DAY]
    expected = [(opens, 0)]
    assert told_of(f"opens:{certified.code}", days) == {"Alma": expected, "Bo": expected}
    body = next(each.body for each in mails() if "can be renewed" in each.body)
    assert "can be renewed; it is valid through 1 Feb 2028" in body


def test_the_end_of_grace_is_told_on_its_days(certified):
    assert certified.grace_until == date(2028, 4, 2)
    last = date(2028, 4, 1)
    found = told_of(f"grace:{certified.code}", around(last, first=62))
    # 60 days before it is the last day of the certificate itself, of which that day told.
    expected = [(before(last, 59), 60), *each_milestone(last, (30, 7, 0))]
    assert found == {"Alma": expected, "Bo": expected}
    assert "ended on 1 Feb 2028; renewable through 1 Apr 2028" in mails()[-1].body


def test_another_number_for_the_same_period_repeats_nothing(certified):
    last = date(2028, 2, 1)
    assert told_of(f"credential:{certified.code}", [before(last, 30)])["Alma"]
    [case] = [each for each in read_cases(person_ids=[certified.person_id]) if each.held]
    one = case.held[0]
    other = replace(one, code="MRSS-NEXT", edition=2, formerly=one.code)
    assert first_code(other, [one, other]) == one.code == first_code(one, [one, other])


PROVISIONAL = """
program: pairs
title: Pairs
version: "1"
as_of: 2018-01-01
zone: America/Denver
issuer: Nobody
own_rule: true
adopted: Nobody
basis: exist=O title=O zone=O issuer=O adopted=O
credentials: []
provisional:
  {requirements: [P-BASE], until: {from: hire, days: 100}, supervised: true, basis: exist=O}
requirements:
  - {id: P-BASE, title: Base, kind: self_paced, hours: 2, roles: [all], gate: [certify],
     basis: exist=O}
  - {id: P-MORE, title: More, kind: self_paced, hours: 9, roles: [all], gate: [certify],
     basis: exist=O}
"""


def test_provisional_work_that_ends_is_told_to_who_does_it(cast, tmp_path):
    parse(PROVISIONAL)
    (tmp_path / "pairs.yaml").write_text(PROVISIONAL, "utf-8")
    load_programs(path=tmp_path)
    place = cast.organisation("high-desert")
    adopt(organisation_id=place.pk, program_key="pairs", starts_on=HIRED)
    for who in ("alma", "kofi"):
        Employment.objects.filter(person=cast.person(who)).update(
            starts_on=STARTED, supervisor=cast.person("bo")
        )
    learn(cast.person("alma"), "P-BASE", STARTED, hours=2, hours_type="self_paced")
    last = STARTED + 100 * DAY
    found = told_of("provisional:pairs", around(last, first=100), ("Alma", "Bo", "Kofi"))
    expected = each_milestone(last)
    assert found == {"Alma": expected, "Bo": expected, "Kofi": []}
    assert "is open through 22 Apr 2026" in mails()[0].body
    assert ReminderItem.objects.filter(subject="provisional:pairs").count() == 10


# --- how much it costs ------------------------------------------------------------------------
def test_ends_of_any_kind_cost_no_further_statement(certified, statements):
    ids = [certified.person_id]
    on = before(date(2027, 2, 1), 7)
    send_reminders(person_ids=ids, on=on, dry_run=True)
    with statements() as few:
        send_reminders(person_ids=ids, on=on, dry_run=True)
    for kind in ("CPSW", "LICENCE", "DEGREE"):
        licence(certified.person, kind, date(2026, 3, 1), date(2027, 2, 2))
    with statements() as many:
        done = send_reminders(person_ids=ids, on=on, dry_run=True)
    assert {line.owed.matter.occasion for line in done.digests[0].lines} >= {"lapses", "licence"}
    assert len(few) == len(many)


def test_a_whole_life_tells_everything_at_most_once_and_one_message_a_day(certified):
    seen = set()
    on = date(2027, 10, 1)
    while on < date(2028, 5, 1):
        for digest in send_to_everybody(on=on).digests:
            assert (digest.recipient.id, on) not in seen
            seen.add((digest.recipient.id, on))
        on += 3 * DAY
    keys = list(ReminderItem.objects.values_list("recipient", "subject", "due_on", "days_before"))
    assert len(keys) == len(set(keys))
