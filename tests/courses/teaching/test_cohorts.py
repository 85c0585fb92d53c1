"""Cohorts: who may run and read them, who is how far, who is stuck where, and reminders."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from courses.learning.models import Enrolment
from courses.teaching import access, operations, queries
from courses.teaching.models import Cohort, CohortMember, Nudge
from lms.audit.models import AuditEntry
from lms.kit import clock
from lms.notices.models import Notice
from lms.people.models import Employment
from lms.public import today
from tests.cast import add_organisation

from .making import add, begun, did, lessons

pytestmark = pytest.mark.django_db
QUIZ = "quiz:tiny-quiz"


@pytest.fixture
def course(load):
    load(lessons=3, quiz=True)


@pytest.fixture
def taught(cast, course):
    """The cast with an agency's own trainer and a trainer of another state."""
    cast.add_person("tam", "Tam", "Trainer")
    cast.give_duty("tam", "trainer", "llano")
    cast.add_person("hal", "Hal", "Harbor")
    cast.give_duty("hal", "trainer", "harbor")
    return cast


def rows(cohort, cast, by="samir", **more):
    found = queries.progress(found=cohort, user_id=cast.user(by).pk, **more)
    return {row.member.name.split()[0].lower(): row for row in found.rows}


def nudge(cast, cohort, *people, by="samir", words="Keep going."):
    return operations.nudge(
        actor_id=cast.user(by).pk,
        cohort_uuid=cohort.uuid,
        person_uuids=[cast.person(key).uuid for key in people],
        words=words,
    )


# --- who may --------------------------------------------------------------------------------
def test_object_test_and_filter_agree_for_everybody_about_every_cohort(taught):
    begun(taught, "alma", place="rio-vista")
    begun(taught, "lucia", place="llano", by="tam")
    begun(taught, place="high-desert")
    begun(taught, place="harbor", by="hal")
    may = {}
    for key, person in taught.people.items():
        cohorts = Cohort.objects.order_by("pk")
        listed = set(cohorts.filter(access.readable(user_id=person.user.pk)))
        asked = {each for each in cohorts if access.may_read(user_id=person.user.pk, cohort=each)}
        assert listed == asked, key
        may[key] = {each.organisation.key for each in listed}
    assert may["samir"] == may["dee"] == may["ines"] == {"rio-vista", "llano", "high-desert"}
    assert (may["tam"], may["hal"]) == ({"llano"}, {"harbor"})
    assert may["alma"] == may["bo"] == may["renata"] == may["lucia"] == set()


def test_object_test_and_filter_agree_about_whose_progress_is_seen(taught):
    taught.drop_second_factor("tam")
    every = [person.pk for person in taught.people.values()]
    cohort = Cohort.objects.create(
        title="All",
        course_key="tiny",
        organisation=taught.organisation("high-desert"),
        from_on=today(),
    )
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, person_id=pk, from_on=today()) for pk in every
    )
    for key in ("samir", "dee", "ines", "tam", "hal", "alma", "bo"):
        user_id = taught.user(key).pk
        found = CohortMember.objects.filter(access.seen(user_id=user_id))
        listed = set(found.values_list("person_id", flat=True))
        asked = {pk for pk in every if access.sees(user_id=user_id, person_id=pk)}
        assert listed == asked, key
    assert not access.sees(user_id=taught.user("samir").pk, person_id=taught.person("samir").pk)
    # Celeste has left: her trainer sees her no more, the auditor does.
    celeste = taught.person("celeste").pk
    assert not access.sees(user_id=taught.user("samir").pk, person_id=celeste)
    assert access.sees(user_id=taught.user("dee").pk, person_id=celeste)


@pytest.mark.parametrize(
    ("actor", "raised"),
    [("bo", PermissionDenied), ("dee", PermissionDenied), ("lucia", Http404), ("hal", Http404)],
)
def test_only_a_trainer_above_a_cohort_changes_it(taught, actor, raised):
    cohort = begun(taught, "alma")
    user_id, alma = taught.user(actor).pk, taught.person("alma").uuid
    before = list(Cohort.objects.values()) + list(CohortMember.objects.values())
    attempts = [
        lambda: operations.rename_cohort(actor_id=user_id, cohort_uuid=cohort.uuid, title="Mine"),
        lambda: operations.end_cohort(actor_id=user_id, cohort_uuid=cohort.uuid, last_day=today()),
        lambda: operations.add_people(
            actor_id=user_id, cohort_uuid=cohort.uuid, person_uuids=[taught.person("teo").uuid]
        ),
        lambda: operations.remove_person(
            actor_id=user_id, cohort_uuid=cohort.uuid, person_uuid=alma
        ),
        lambda: nudge(taught, cohort, "alma", by=actor),
        lambda: begun(taught, by=actor),
    ]
    for attempt in attempts:
        with pytest.raises(raised):
            attempt()
    assert list(Cohort.objects.values()) + list(CohortMember.objects.values()) == before
    assert not Nudge.objects.exists() and not Notice.objects.exists()


# --- beginning, changing, ending ------------------------------------------------------------
def test_a_cohort_is_begun_renamed_and_ended_with_a_trace(taught):
    cohort = begun(taught, title="  Autumn \n group ")
    actor_id = taught.user("samir").pk
    assert (cohort.title, cohort.until_on) == ("Autumn group", None)
    operations.rename_cohort(actor_id=actor_id, cohort_uuid=cohort.uuid, title="Winter")
    operations.rename_cohort(actor_id=actor_id, cohort_uuid=cohort.uuid, title="Winter")
    operations.end_cohort(actor_id=actor_id, cohort_uuid=cohort.uuid, last_day=today())
    cohort.refresh_from_db()
    assert (cohort.title, cohort.until_on) == ("Winter", today() + timedelta(days=1))
    assert not queries.ended(cohort, on=today())
    assert queries.ended(cohort, on=today() + timedelta(days=1))
    operations.end_cohort(actor_id=actor_id, cohort_uuid=cohort.uuid, last_day=None)
    cohort.refresh_from_db()
    assert cohort.until_on is None
    trace = AuditEntry.objects.filter(subject=str(cohort.uuid)).order_by("pk")
    acts = list(trace.values_list("action", flat=True))
    assert acts == ["create_cohort", "rename_cohort", "end_cohort", "end_cohort"]
    assert trace[1].detail == {"from": "Autumn group", "to": "Winter"}


@pytest.mark.parametrize("title", ["", "   ", "x" * 161])
def test_a_cohort_has_a_title(taught, title):
    with pytest.raises(operations.Untitled):
        begun(taught, title=title)
    assert not Cohort.objects.exists()


def test_a_cohort_takes_a_published_course_and_ends_after_it_begins(taught):
    with pytest.raises(operations.NoSuchCourse):
        begun(taught, course="nothing")
    cohort = begun(taught)
    with pytest.raises(operations.WrongPeriod):
        operations.end_cohort(
            actor_id=taught.user("samir").pk,
            cohort_uuid=cohort.uuid,
            last_day=today() - timedelta(days=1),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=cohort.pk).update(until_on=cohort.from_on)


# --- people ---------------------------------------------------------------------------------
def test_adding_twice_is_once_and_the_course_is_theirs(taught):
    cohort = begun(taught, "alma")
    again = add(taught, cohort.uuid, "alma", "teo")
    assert (again.new, again.already) == (1, 1)
    names = cohort.members.order_by("pk").values_list("person__given_name", flat=True)
    assert list(names) == ["Alma", "Teo"]
    takers = Enrolment.objects.filter(course_key="tiny").order_by("person__given_name")
    assert [each.person.given_name for each in takers] == ["Alma", "Teo"]


def test_somebody_taken_out_stays_on_record_and_may_come_back(taught):
    cohort = begun(taught, "alma", "teo")
    actor_id, alma = taught.user("samir").pk, taught.person("alma").uuid
    operations.remove_person(actor_id=actor_id, cohort_uuid=cohort.uuid, person_uuid=alma)
    assert set(rows(cohort, taught)) == {"teo"}
    with pytest.raises(operations.NotInCohort):
        operations.remove_person(actor_id=actor_id, cohort_uuid=cohort.uuid, person_uuid=alma)
    assert add(taught, cohort.uuid, "alma").new == 1
    spans = cohort.members.filter(person=taught.person("alma")).order_by("pk")
    assert [each.until_on for each in spans] == [today(), None]
    assert set(rows(cohort, taught)) == {"alma", "teo"}


def test_nobody_is_added_whom_the_trainer_does_not_teach(taught):
    cohort = begun(taught, place="llano", by="tam")
    for who, raised in (
        ("alma", Http404),
        ("celeste", Http404),
        ("samir", PermissionDenied),  # Works above, so they are colleagues.
    ):
        with pytest.raises(raised):
            add(taught, cohort.uuid, "lucia", who, by="tam")
    with pytest.raises(Http404):
        operations.add_people(
            actor_id=taught.user("tam").pk, cohort_uuid=cohort.uuid, person_uuids=[uuid4()]
        )
    with pytest.raises((Http404, PermissionDenied)):  # Nobody teaches themselves.
        add(taught, cohort.uuid, "tam", by="tam")
    assert not cohort.members.exists()


def test_nobody_joins_a_cohort_that_is_over(taught):
    cohort = begun(taught)
    Cohort.objects.filter(pk=cohort.pk).update(
        from_on=date(2026, 1, 5), until_on=today() - timedelta(days=1)
    )
    with pytest.raises(operations.CohortOver):
        add(taught, cohort.uuid, "alma")


def test_a_search_finds_only_whom_the_trainer_teaches(taught):
    cohort = begun(taught, "lucia", place="llano", by="tam")

    def found(words, by):
        people = queries.addable(found=cohort, user_id=taught.user(by).pk, words=words)
        return [(each.name, each.place, each.inside) for each in people]

    assert found("lucia", "tam") == [("Lucía Tafoya-Begay", "Llano main office", True)]
    assert found("alma", "tam") == found("celeste", "tam") == found("tam", "tam") == []
    assert found("reyes", "samir") == [("Alma Reyes", "North site", False)]
    assert found("haddad", "samir") == []
    assert found("alma", "bo") == found("alma", "dee") == []


# --- who is how far -------------------------------------------------------------------------
def test_the_grid_says_who_is_how_far(taught):
    cohort = begun(taught, "alma", "teo", "hannah", "kofi")
    one, two, three = lessons()
    did(taught, "alma", one, two, ago=3)
    did(taught, "teo", one, two, three, QUIZ, ago=2)
    did(taught, "teo", "course:tiny", ago=1)
    did(taught, "kofi", one, ago=20)
    found = rows(cohort, taught)
    told = {
        key: (row.state, row.items_done, row.items_left, row.minutes_left, row.cells[0].state)
        for key, row in found.items()
    }
    assert told == {
        "alma": ("part", 2, 2, 12, "part"),
        "teo": ("finished", 4, 0, 0, "done"),
        "hannah": ("none", 0, 4, 24, "none"),
        "kofi": ("stuck", 1, 3, 18, "part"),
    }
    assert [(row.stuck, row.where and row.where.title) for row in found.values()] == [
        ("", "Lesson 3"),
        ("", "Lesson 1"),
        ("quiet", "Lesson 2"),
        ("", None),
    ]
    assert found["hannah"].last_at is None and found["kofi"].last_at is not None
    assert queries.grid.stuck_places(found.values()) == [("Lesson 2", 1)]


@pytest.mark.parametrize(
    ("ago", "days", "stuck"), [(13, 14, ""), (14, 14, "quiet"), (8, 7, "quiet"), (20, 30, "")]
)
def test_stuck_is_begun_and_nothing_new_for_so_many_days(taught, ago, days, stuck):
    cohort = begun(taught, "alma", "teo")
    did(taught, "alma", lessons()[0], ago=ago)
    found = rows(cohort, taught, quiet_days=days)
    assert (found["alma"].stuck, found["teo"].stuck) == (stuck, "")


def test_stuck_is_a_quiz_failed_twice_until_it_is_passed(taught):
    cohort = begun(taught, "alma")
    did(taught, "alma", QUIZ, passed=False, turn=1)
    assert rows(cohort, taught)["alma"].stuck == ""
    did(taught, "alma", QUIZ, passed=False, turn=2)
    row = rows(cohort, taught)["alma"]
    assert (row.stuck, row.where.subject) == ("quiz", QUIZ)
    did(taught, "alma", QUIZ, turn=3)
    assert rows(cohort, taught)["alma"].stuck == ""


def test_what_was_taken_back_counts_no_more(taught):
    from courses.public import evidence_for, reverse

    cohort = begun(taught, "alma")
    did(taught, "alma", lessons()[0])
    [fact] = evidence_for(person_ids=[taught.person("alma").pk])
    reverse(evidence_id=fact.id, actor_id=None, reason="Wrong person.")
    row = rows(cohort, taught)["alma"]
    assert (row.items_done, row.state) == (0, "none")


def test_a_trainer_sees_no_progress_of_who_left_and_no_name_of_a_stranger(taught):
    cohort = begun(taught, "alma", "teo")
    Employment.objects.filter(person=taught.person("alma")).update(ends_on=today())
    found = queries.progress(found=cohort, user_id=taught.user("samir").pk)
    assert [row.member.name for row in found.rows] == ["Teo Marquez"] and found.hidden == 1
    audited = queries.progress(found=cohort, user_id=taught.user("dee").pk)
    assert [row.member.name for row in audited.rows] == ["Alma Reyes", "Teo Marquez"]
    assert audited.hidden == 0


def test_two_records_of_one_human_are_one_row_with_the_work_of_both(taught):
    cohort = begun(taught, "alma", "teo")
    taught.add_person("almita", "Alma", "Reyez")
    taught.employ("almita", "rio-vista-south", "responder")
    add(taught, cohort.uuid, "almita")
    one, two, _three = lessons()
    did(taught, "alma", one)
    did(taught, "almita", two)
    double = taught.person("almita")
    double.merged_into = taught.person("alma")
    double.save(update_fields=["merged_into"])
    found = queries.progress(found=cohort, user_id=taught.user("samir").pk)
    assert [(row.member.name, row.items_done) for row in found.rows] == [
        ("Alma Reyes", 2),
        ("Teo Marquez", 0),
    ]
    assert found.hidden == 0
    assert add(taught, cohort.uuid, "alma").new == 0
    assert queries.cohorts(user_id=taught.user("samir").pk)[0].people == 2


def test_the_list_counts_people_and_who_has_finished(taught):
    one = begun(taught, "alma", "teo", title="One")
    begun(taught, title="Two")
    did(taught, "teo", "course:tiny")
    Cohort.objects.filter(pk=one.pk).update(from_on=date(2026, 1, 5), until_on=date(2026, 2, 1))
    found = queries.cohorts(user_id=taught.user("samir").pk)
    assert [(row.title, row.people, row.finished, row.over) for row in found] == [
        ("Two", 0, 0, False),
        ("One", 2, 1, True),
    ]


@pytest.mark.parametrize("what", ["grid", "list"])
def test_statements_do_not_grow_with_people_cohorts_or_lessons(taught, statements, what):
    samir = taught.user("samir").pk
    cohort = begun(taught, "alma")
    did(taught, "alma", *lessons()[:1])

    def read():
        with statements() as counted:
            if what == "grid":
                queries.progress(found=cohort, user_id=samir)
            else:
                queries.cohorts(user_id=samir)
        return len(counted)

    first = read()
    add(taught, cohort.uuid, "teo", "hannah")
    begun(taught, "kofi", title="Another")
    begun(taught, "joaquin", title="A third")
    for key in ("teo", "hannah"):
        did(taught, key, *lessons())
        nudge(taught, cohort, key)
    assert read() == first


def test_adding_costs_the_same_for_one_and_for_three(taught, statements):
    cohort = begun(taught)
    with statements() as one:
        add(taught, cohort.uuid, "alma")
    with statements() as three:
        add(taught, cohort.uuid, "teo", "hannah", "kofi")
    assert len(one) == len(three)


# --- reminders ------------------------------------------------------------------------------
def test_a_reminder_names_what_is_next_and_carries_the_trainers_words(taught):
    cohort = begun(taught, "alma")
    did(taught, "alma", lessons()[0])
    done = nudge(taught, cohort, "alma", words="  See you on Friday. ")
    assert (done.sent, done.already, done.finished, done.unreachable) == (1, 0, 0, 0)
    notice = Notice.objects.get(kind="nudge")
    assert notice.address == "alma@example.org" and notice.person_id == taught.person("alma").pk
    for words in ("Hello Alma", "See you on Friday.", "3 things are left", "Lesson 2", "Samir"):
        assert words in notice.body
    assert "/learn/tiny/only/lesson-2/" in notice.body
    row = Nudge.objects.get()
    assert (row.subject, row.words) == (lessons()[1], "See you on Friday.")
    assert rows(cohort, taught)["alma"].member.nudged_at == row.recorded_at


def test_nobody_is_reminded_twice_a_day_of_the_same_thing(taught, monkeypatch):
    cohort, other = begun(taught, "alma", "teo"), begun(taught, "alma", title="Other")
    nudge(taught, cohort, "alma")
    again = nudge(taught, cohort, "alma", "teo")
    elsewhere = nudge(taught, other, "alma")
    assert (again.sent, again.already) == (1, 1)
    assert (elsewhere.sent, elsewhere.already) == (0, 1)
    did(taught, "alma", lessons()[0])
    assert nudge(taught, cohort, "alma").sent == 1  # Something else is next now.
    assert Notice.objects.filter(kind="nudge").count() == Nudge.objects.count() == 3
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert nudge(taught, cohort, "alma").sent == 1


def test_who_has_finished_or_has_no_address_is_counted_and_left_alone(taught):
    cohort = begun(taught, "alma", "teo", "hannah")
    did(taught, "teo", "course:tiny")
    hannah = taught.person("hannah")
    hannah.email = ""
    hannah.save(update_fields=["email"])
    done = nudge(taught, cohort, "alma", "teo", "hannah", "kofi")
    assert (done.sent, done.finished, done.unreachable) == (1, 1, 1)
    assert [each.person.given_name for each in Nudge.objects.all()] == ["Alma"]


def test_words_that_are_too_long_remind_nobody(taught):
    cohort = begun(taught, "alma")
    with pytest.raises(operations.TooLong):
        nudge(taught, cohort, "alma", words="x" * 2001)
    assert not Nudge.objects.exists()


def test_reminding_costs_the_same_for_one_and_for_three(taught, statements):
    cohort = begun(taught, "alma", "teo", "hannah", "kofi")
    with statements() as one:
        nudge(taught, cohort, "alma")
    with statements() as three:
        nudge(taught, cohort, "teo", "hannah", "kofi")
    assert len(one) == len(three)


def test_a_trainer_of_one_agency_reminds_nobody_of_another(taught):
    cohort = begun(taught, "lucia", place="llano", by="tam")
    CohortMember.objects.create(cohort=cohort, person=taught.person("alma"), from_on=today())
    done = nudge(taught, cohort, "lucia", "alma", by="tam")
    assert done.sent == 1 and Nudge.objects.get().person == taught.person("lucia")


def test_a_member_of_a_deeper_place_is_reached_from_above(taught):
    taught.organisations["deep"] = add_organisation(
        "deep", "Deep office", "site", taught.organisation("llano-main")
    )
    taught.add_person("dot", "Dot", "Deep")
    taught.employ("dot", "deep", "responder")
    cohort = begun(taught, "dot", place="llano", by="tam")
    assert rows(cohort, taught, by="tam")["dot"].member.place == "Deep office"
