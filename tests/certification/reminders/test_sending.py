"""Who is reminded of what, once each, in one message a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certification.credentials.models import Credential
from certification.credentials.operations import evaluate, revoke, suspend
from certification.credentials.reasons import RevocationReason, SuspensionReason
from certification.reminders.models import ReminderDigest, ReminderItem
from certification.reminders.operations import choose, send_reminders, send_to_everybody
from certification.reminders.schedule import Choice
from lms.notices.models import Notice
from lms.people.models import Employment, Person
from tests.certification.learning import finish_program, learn
from tests.certification.reminders.conftest import (
    STARTED,
    WITHIN_14,
    WITHIN_60,
    WITHIN_90,
    WITHIN_180,
    mails,
    run,
)

DAY = timedelta(days=1)


def before(day, number):
    return day - number * DAY


def employ_with(cast, key, **values):
    Employment.objects.filter(person=cast.person(key)).update(**values)


# --- each on its day, once ------------------------------------------------------------------
def test_worker_and_supervisor_are_told_on_each_day_of_a_deadline_and_on_no_other(alma):
    told = {}
    on = STARTED
    while on <= before(WITHIN_180, -31):
        found = run(on)
        assert found.keys() <= {"Alma", "Bo"}
        for who, lines in found.items():
            for whose, subject, days in lines:
                assert whose == "Alma"
                told.setdefault((who, subject), []).append((on, days))
        on += DAY
    for who in ("Alma", "Bo"):
        assert told[who, "nm-mrss:NM-101"] == [(before(WITHIN_14, n), n) for n in (7, 0)]
        assert told[who, "nm-mrss:NM-40-02-S"] == [
            (before(WITHIN_60, n), n) for n in (60, 30, 7, 0)
        ]
        assert told[who, "nm-mrss:NM-EXAM"] == [
            (before(WITHIN_90, n), n) for n in (90, 60, 30, 7, 0)
        ]
        assert told[who, "nm-mrss:NM-OBS"] == [
            (before(WITHIN_180, n), n) for n in (90, 60, 30, 7, 0)
        ]
    assert not [subject for _, subject in told if "NM-REN" in subject]


def test_running_again_on_the_same_day_or_the_next_tells_nothing_again(alma):
    on = before(WITHIN_60, 7)
    assert run(on).keys() == {"Alma", "Bo"}
    count = ReminderItem.objects.count()
    assert run(on) == {}
    assert run(on + DAY) == {}
    assert ReminderItem.objects.count() == count
    assert len(mails()) == 2


def test_after_missed_nights_only_the_newest_is_told(alma):
    run(STARTED)
    # Nothing ran for 58 days: 30 and 7 days before were missed.
    found = run(before(WITHIN_60, 2))
    subject = "nm-mrss:NM-40-02-S"
    assert [days for _, about, days in found["Alma"] if about == subject] == [7]
    assert run(before(WITHIN_60, 1)) == {}
    # The last day was missed too.
    late = run(before(WITHIN_60, -3))
    assert [days for _, about, days in late["Alma"] if about == subject] == [0]
    assert "The last day was 13 Mar 2026 (3 days late)" in mails()[-1].body


def test_what_is_done_is_not_reminded_of(alma):
    learn(alma, "NM-EXAM", STARTED, kind="quiz", score=100)
    found = run(before(WITHIN_90, 7))
    about = {subject for _, subject, _ in found["Alma"]}
    assert "nm-mrss:NM-EXAM" not in about
    assert "nm-mrss:NM-40-02-L" in about


def test_somebody_recorded_late_is_told_the_newest_since_the_hire_and_nothing_from_before(alma):
    # The roster came 25 days after the hire; the 60 days' milestone was the day of hire.
    found = run(STARTED + 25 * DAY)
    told = {subject: days for _, subject, days in found["Alma"]}
    assert told["nm-mrss:NM-40-02-S"] == 60
    assert told["nm-mrss:NM-EXAM"] == 90
    # 14 days were given: only 7 and 0 ever came, and the last day is 11 days ago.
    assert told["nm-mrss:NM-101"] == 0
    assert "nm-mrss:NM-OBS" not in told


# --- one message a day ----------------------------------------------------------------------
def test_a_supervisor_gets_one_message_for_the_whole_team_and_their_own(programs, alma):
    kofi, bo = programs.person("kofi"), programs.person("bo")
    employ_with(programs, "kofi", starts_on=STARTED, supervisor=bo)
    employ_with(programs, "bo", starts_on=STARTED)
    run(before(WITHIN_90, 7))
    sent = {each.person_id: each for each in mails()}
    assert len(mails()) == len(sent)
    assert {alma.pk, kofi.pk, bo.pk} <= sent.keys()
    body = sent[bo.pk].body
    assert body.index("Through 12 Apr 2026 (in 7 days)") < body.index("For your team:")
    assert body.index("For your team:") < body.index("Kofi Mensah") < body.index("Alma Reyes")
    assert body.count("Hello") == 1
    assert f"/people/{kofi.uuid}/" in body
    assert len([row for row in body.splitlines() if row.startswith("- and ")]) >= 2


def test_the_message_says_what_through_which_day_where_and_how_to_choose(alma):
    run(before(WITHIN_180, 30))
    [mine] = [each for each in mails() if each.person_id == alma.pk]
    assert mine.subject == "Reminder: 1 deadline, on 11 Jul 2026"
    assert mine.key == f"reminders:{alma.pk}:2026-06-11"
    assert mine.sent_at is not None
    for words in (
        "Hello Alma,",
        "Through 11 Jul 2026 (in 30 days), ",
        "- Three observed field responses (shadow, co-lead, lead)",
        "Next to act: Your coach.",
        "/me/?program=nm-mrss",
        "midnight in the zone of the program: America/Denver",
        "/me/reminders/",
    ):
        assert words in mine.body


def test_what_a_second_run_of_a_day_finds_waits_for_the_next_day(programs, alma):
    on = before(WITHIN_90, 7)
    assert run(on)["Bo"]
    employ_with(programs, "kofi", starts_on=STARTED, supervisor=programs.person("bo"))
    assert "Bo" not in run(on)
    assert {whose for whose, _, _ in run(on + DAY)["Bo"]} == {"Kofi"}
    assert ReminderDigest.objects.filter(recipient=programs.person("bo"), day=on).count() == 1


def test_others_do_not_learn_which_licence_or_check_is_missing(programs, alma):
    employ_with(programs, "alma", role="peer")
    run(before(WITHIN_180, 30))
    bodies = {each.person_id: each.body for each in mails()}
    assert "peer credential" in bodies[alma.pk]
    assert "peer credential" not in bodies[programs.person("bo").pk].casefold()
    assert "A license, credential or background check" in bodies[programs.person("bo").pk]


# --- the end of a certificate ---------------------------------------------------------------
@pytest.fixture
def certified(alma):
    """Alma's certificates, issued on 2 February 2026 for 24 months."""
    on = date(2026, 2, 2)
    finish_program(alma, "nm-mrss", on)
    evaluate(person_ids=[alma.pk], on=on)
    return Credential.objects.get(person=alma, credential_key="mrss-certified-responder")


def test_the_last_day_of_a_certificate_is_the_day_written_on_it(certified):
    assert certified.valid_until == date(2028, 2, 2)
    subject = f"credential:{certified.code}"
    last = date(2028, 2, 1)
    for number in (90, 60, 30, 7, 0):
        on = before(last, number)
        assert ("Alma", subject, number) in run(on)["Alma"]
        assert ("Alma", subject, number) not in run(on + DAY).get("Alma", [])
    assert "is valid through 1 Feb 2028" in mails()[0].body


def test_a_certificate_that_ran_out_while_nothing_ran_is_told_of_once(certified):
    on = certified.valid_until + 4 * DAY
    assert ("Alma", f"credential:{certified.code}", 0) in run(on)["Alma"]
    assert "was valid through 1 Feb 2028" in mails()[0].body
    assert run(on + DAY) == {}


def test_of_a_revoked_certificate_nothing_is_said_to_anybody(programs, certified):
    officer = programs.user("ines")
    revoke(
        code=certified.code,
        actor_id=officer.pk,
        proposed_by_id=programs.user("odette").pk,
        reason=RevocationReason.values[0],
        effective_on=certified.valid_from,
    )
    for number in (90, 30, 0):
        assert run(before(date(2028, 2, 1), number)) == {}


def test_a_suspended_certificate_is_not_offered_for_renewal(programs, certified):
    suspend(
        code=certified.code,
        actor_id=programs.user("ines").pk,
        reason=SuspensionReason.values[0],
        effective_on=certified.valid_from,
    )
    assert run(before(date(2028, 2, 1), 30)) == {}


def test_the_yearly_renewal_hours_of_the_certified_are_a_deadline(certified):
    due = date(2027, 2, 2)
    told = run(before(due, 30))["Alma"]
    assert [each for each in told if each[1] == "nm-mrss:NM-REN"] == [
        ("Alma", "nm-mrss:NM-REN", 30)
    ]


# --- people who come and go -----------------------------------------------------------------
def test_who_has_left_is_not_reminded_nor_is_anybody_about_them(programs, alma):
    employ_with(programs, "alma", ends_on=before(WITHIN_90, 7))
    assert run(before(WITHIN_90, 8)).keys() == {"Alma", "Bo"}
    assert run(before(WITHIN_90, 7)) == {}
    assert run(WITHIN_90) == {}


def test_a_supervisor_who_has_left_is_not_reminded(programs, alma):
    employ_with(programs, "bo", ends_on=STARTED)
    assert run(before(WITHIN_90, 7)).keys() == {"Alma"}


def test_another_employer_s_supervisor_learns_nothing_of_this_program(programs, alma):
    programs.employ("alma", "harbor", "responder", since=STARTED, supervisor="celeste")
    employ_with(programs, "celeste", ends_on=None)
    assert run(before(WITHIN_90, 7)).keys() == {"Alma", "Bo"}


def test_with_two_employers_under_the_program_both_supervisors_are_told(programs, alma):
    programs.employ("alma", "llano", "responder", since=STARTED, supervisor="renata")
    found = run(before(WITHIN_90, 7))
    assert found.keys() == {"Alma", "Bo", "Renata"}
    assert found["Bo"] == found["Renata"]


def test_a_new_supervisor_gets_what_comes_and_not_what_the_last_one_was_told(programs, alma):
    on = before(WITHIN_90, 7)
    assert "Bo" in run(on)
    employ_with(programs, "alma", supervisor=programs.person("renata"))
    assert run(on + DAY) == {}
    found = run(WITHIN_90)
    assert found.keys() == {"Alma", "Renata"}
    # 12 April is the last day of what Bo knew of, and 90 days before what nobody was told of yet.
    told = {subject: days for _, subject, days in found["Renata"]}
    assert (told.pop("nm-mrss:NM-EXAM"), told.pop("nm-mrss:NM-OBS")) == (0, 90)
    assert set(told.values()) == {0}


def test_who_has_no_address_is_passed_over_until_there_is_one(programs, alma):
    Person.objects.filter(pk=alma.pk).update(email="")
    on = before(WITHIN_90, 7)
    assert run(on).keys() == {"Bo"}
    Person.objects.filter(pk=alma.pk).update(email="alma@example.org")
    assert run(on + DAY).keys() == {"Alma"}


# --- what people want -----------------------------------------------------------------------
def test_near_ones_only_for_a_worker_who_wants_no_more(programs, alma):
    choose(person_id=alma.pk, own=Choice.NEAR, team=Choice.ALL)
    assert run(before(WITHIN_180, 30)).keys() == {"Bo"}
    assert run(before(WITHIN_180, 7)).keys() == {"Alma", "Bo"}
    assert run(WITHIN_180).keys() == {"Alma", "Bo"}


def test_a_supervisor_may_want_none_of_the_team_and_still_gets_their_own(programs, alma):
    bo = programs.person("bo")
    employ_with(programs, "bo", starts_on=STARTED)
    choose(person_id=bo.pk, own=Choice.NEAR, team=Choice.NONE)
    found = run(before(WITHIN_90, 7))
    assert {whose for whose, _, _ in found["Bo"]} == {"Bo"}
    assert found["Alma"]


# --- the day of the program -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("instant", "days"),
    [
        # 12 April 2026, 23:59 in Denver: still the last day. One minute later it is over.
        (datetime(2026, 4, 13, 5, 59, tzinfo=UTC), "Today, 12 Apr 2026, is the last day"),
        (datetime(2026, 4, 13, 6, 0, tzinfo=UTC), "The last day was 12 Apr 2026 (1 day late)"),
        # 5 April, one minute after midnight in Denver.
        (datetime(2026, 4, 5, 6, 1, tzinfo=UTC), "Through 12 Apr 2026 (in 7 days)"),
    ],
)
def test_a_day_ends_at_midnight_in_the_zone_of_the_program(alma, time_machine, instant, days):
    time_machine.move_to(instant, tick=False)
    send_to_everybody()
    [mine] = [each for each in mails() if each.person_id == alma.pk]
    assert days in mine.body


def test_the_night_the_clocks_change_is_one_day(programs, alma, time_machine):
    # Due on 8 March 2026, a day of 23 hours in Denver.
    employ_with(programs, "alma", starts_on=date(2026, 1, 7))
    for instant, days in [
        (datetime(2026, 3, 1, 13, tzinfo=UTC), 7),
        (datetime(2026, 3, 8, 12, tzinfo=UTC), 0),
    ]:
        time_machine.move_to(instant, tick=False)
        done = send_reminders(person_ids=[alma.pk])
        lines = done.digests[0].lines
        found = {line.owed.matter.subject: line.days_before for line in lines}
        assert found["nm-mrss:NM-40-02-S"] == days


# --- how much it costs ----------------------------------------------------------------------
def test_three_people_cost_as_many_statements_as_one(programs, alma, statements):
    everybody = [programs.person(each).pk for each in ("alma", "kofi", "hannah")]
    for key in ("kofi", "hannah"):
        employ_with(programs, key, starts_on=STARTED, supervisor=programs.person("bo"))
    on = before(WITHIN_90, 7)
    send_reminders(person_ids=everybody, on=on, dry_run=True)
    with statements() as one:
        assert len(send_reminders(person_ids=everybody[:1], on=on).digests) == 1
    with statements() as three:
        assert len(send_reminders(person_ids=everybody[1:], on=on).digests) == 2
    with statements() as team:
        [digest] = send_reminders(person_ids=[programs.person("bo").pk], on=on).digests
    assert len({line.owed.person.id for line in digest.lines}) == 3
    assert len(one) == len(three) == len(team) == 15


def test_a_dry_run_writes_nothing_and_says_what_would_be_sent(alma):
    on = before(WITHIN_90, 7)
    would = send_to_everybody(on=on, dry_run=True)
    assert {each.recipient.given_name for each in would.digests} == {"Alma", "Bo"}
    assert not ReminderItem.objects.exists()
    assert not Notice.objects.filter(kind="reminder").exists()
    assert send_to_everybody(on=on).digests == would.digests
    assert send_to_everybody(on=on, dry_run=True).digests == ()
