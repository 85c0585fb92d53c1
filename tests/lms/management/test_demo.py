"""The demo is built once for this module; every test then works in a part that is rolled back."""

import io
import json
import random
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import override_settings
from wagtail.models import Locale

from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import certificate_file
from certification.evidence.models import StoredDecision
from certification.programs.models import ProgramVersion
from certification.public import evaluate_everybody, verify
from courses.assessment.models import Attempt, Question
from courses.assessment.operations import Answer, start_attempt, submit
from courses.assessment.queries import sittings, waiting_answers
from courses.catalog.models import HoursBasis
from courses.coaching.models import Observation
from courses.learning.models import LearningEvent
from courses.seat_time.queries import disputes_waiting
from courses.teaching.models import Cohort
from courses.teaching.queries import progress as cohort_progress
from lms.jobs.models import Job
from lms.kit import clock
from lms.management.demo import build, bulk, cast, classes, logins, staff
from lms.people.models import Employment, Organisation, Person, User
from lms.public import enqueue

pytestmark = pytest.mark.django_db
STRANGERS = 36


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """Build a small demo in a transaction that is rolled back when the module is done."""
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        whole = transaction.atomic()
        whole._from_testcase = True
        whole.__enter__()
        try:
            if not Locale.objects.exists():  # a test that commits has emptied the database
                stored = connection._test_serialized_contents
                connection.creation.deserialize_db_from_string(stored)
            build.build(count=STRANGERS, say=lambda _: None)
            yield
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture
def _django_db_helper(seeded):
    """Stand in for pytest-django's fixture: a part of the module's transaction for each test."""
    part = transaction.atomic()
    part._from_testcase = True
    part.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        part.__exit__(None, None, None)


@pytest.fixture
def demo(db):
    """Give a test the demo; what the test does to it is taken back."""


def person(key):
    return Person.objects.get(email=cast.email_of(key))


def status_of(key, program="nm-mrss", on=None):
    on = on or clock.today(cast.ZONE)
    spans = StandingSpan.objects.filter(person=person(key), program_key=program, from_on__lte=on)
    return spans.get(models.Q(until_on=None) | models.Q(until_on__gt=on)).status


def certificate(key, credential="mrss-certified-responder"):
    return Credential.objects.filter(person=person(key), credential_key=credential).latest("period")


def command(name, *arguments):
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


# --- what the demo is -----------------------------------------------------------------------
def test_it_has_the_cast_and_as_many_strangers_as_asked(demo):
    assert Person.objects.count() == len(cast.PEOPLE) + STRANGERS


def test_there_are_five_regions_and_six_agencies_in_two_states(demo):
    kinds = Counter(Organisation.objects.values_list("kind", flat=True))
    assert kinds == {"state": 2, "region": 5, "agency": 6, "site": 10}


def test_every_standing_is_somebodys(demo):
    on = clock.today(cast.ZONE)
    now = StandingSpan.objects.filter(program_key="nm-mrss", from_on__lte=on).filter(
        models.Q(until_on=None) | models.Q(until_on__gt=on)
    )
    assert set(now.values_list("status", flat=True)) == {
        "certified", "expired", "in_training", "provisional", "revoked", "suspended",
    }  # fmt: skip


def test_the_named_people_stand_where_the_pages_show_them(demo):
    names = ("lucia", "joaquin", "celeste", "kofi", "alma", "teo", "hannah", "nadia.rael")
    assert [status_of(name) for name in names] == [
        "certified", "expired", "revoked", "provisional", "in_training", "in_training",
        "certified", "suspended",
    ]  # fmt: skip


def test_strangers_look_up_certificates_in_every_state(demo):
    today = clock.today(cast.ZONE)
    found = {key: verify(code=certificate(key).code, on=today).status for key in (
        "lucia", "joaquin", "celeste", "nadia.rael", "samuel.tso",
    )}  # fmt: skip
    assert found == {
        "lucia": "valid", "joaquin": "expired", "celeste": "revoked", "nadia.rael": "suspended",
        "samuel.tso": "valid",
    }  # fmt: skip


def test_somebody_holds_a_renewed_certificate_that_begins_where_the_first_one_ended(demo):
    bo = Credential.objects.filter(person=person("bo"), credential_key="mrss-certified-responder")
    first, second = bo.order_by("period")
    assert first.valid_until == second.valid_from


def test_certificates_begin_when_they_were_earned_and_not_when_the_demo_was_made(demo):
    last = (
        LearningEvent.objects.filter(
            person=person("joaquin"),
            kind__in=["observation", "session", "module", "training", "quiz"],
        )
        .exclude(subject="rubric:engagement-conversation")
        .exclude(subject__contains=classes.REFRESHER)
    )
    newest = max(row.occurred_at for row in last)
    assert certificate("joaquin").valid_from == newest.astimezone(build.writing.ZONE).date()


def test_leap_days_begin_and_end_certificates(demo):
    begun, ending = certificate("ruth.okafor"), certificate("dana.yellowhorse")
    last = ending.valid_until - timedelta(days=1)
    assert [(day.month, day.day) for day in (begun.valid_from, last)] == [(2, 29), (2, 29)]


def test_who_moved_between_agencies_keeps_hours_and_the_day_of_hire(demo):
    spells = Employment.objects.filter(person=person("marcus.etsitty")).order_by("starts_on")
    places = [spell.organisation.key for spell in spells]
    learned = LearningEvent.objects.filter(person=person("marcus.etsitty"), hours__gt=0)
    assert places == ["llano-main", "rio-vista-north"]
    assert learned.filter(occurred_at__date__lt=spells[1].starts_on).exists()


def test_who_came_back_is_expired_and_in_training_again(demo):
    spells = Employment.objects.filter(person=person("priya.nair")).order_by("starts_on")
    assert spells[0].ends_on < spells[1].starts_on and spells[1].ends_on is None
    assert status_of("priya.nair") == "expired"


def test_a_withdrawn_observation_is_taken_back_in_the_ledger(demo):
    observation = Observation.objects.get(person=person("grace.peshlakai"))
    event = LearningEvent.objects.get(act=f"observation:{observation.uuid}")
    assert observation.withdrawal and event.reversed_by
    assert not Credential.objects.filter(
        person=person("grace.peshlakai"), credential_key="mrss-orientation"
    ).exists()


def test_alma_has_a_conversation_to_sign_and_half_a_course_to_finish(demo):
    [waiting] = Observation.objects.filter(person=person("alma"), acknowledged_at=None)
    done = LearningEvent.objects.filter(person=person("alma"), kind="lesson").count()
    assert not waiting.passed and done == 6
    assert not Credential.objects.filter(person=person("alma")).exists()


def test_every_program_has_people(demo):
    assert set(StandingSpan.objects.values_list("program_key", flat=True)) == {
        "mrss-101", "mrss-orientation", "nm-mrss", "ca-mcbh-mobile", "ct-mcis-pic", "uconn-mrss",
    }  # fmt: skip


def test_who_acts_for_others_has_a_second_factor(demo):
    for key in ("bo", "renata", "samir", "dee", "ines"):
        assert person(key).user.check_password(cast.PASSWORD)
        assert person(key).user.authenticator_set.filter(type="totp").exists()


def test_the_trainer_has_a_cohort_in_which_people_are_on_different_ways(demo):
    cohort = Cohort.objects.get()
    samir = person("samir").user_id
    found = cohort_progress(found=cohort, user_id=samir)
    assert (found.hidden, len(found.rows) > 5) == (0, True)
    assert {"Kofi Mensah", "Teo Marquez"} <= {row.member.name for row in found.rows}
    assert len({row.state for row in found.rows}) > 1


# --- building it again ----------------------------------------------------------------------
def counts():
    tables = (Person, Employment, LearningEvent, Credential, CredentialEvent, Observation, User)
    return {table.__name__: table.objects.count() for table in tables}


def test_building_again_changes_nothing(demo):
    before = counts()
    build.build(say=lambda _: None)
    assert counts() == before


def test_a_build_that_was_broken_off_goes_on(demo):
    before = counts()
    missing = person("owen.begay")
    _off_the_record(
        f"DELETE FROM certification_standingspan WHERE person_id = {missing.pk}",
        f"DELETE FROM lms_employment WHERE person_id = {missing.pk}",
    )
    build.build(say=lambda _: None)
    assert counts() == before


def test_a_night_later_nothing_more_is_earned(demo):
    assert evaluate_everybody().issued == ()


def test_the_same_seed_and_day_make_the_same_people():
    day = clock.today(cast.ZONE)
    assert staff.everybody(24, day, 80) == staff.everybody(24, day, 80)
    assert staff.everybody(24, day, 80) != staff.everybody(25, day, 80)


def test_addresses_are_never_given_twice():
    keys = [story.key for story in staff.everybody(24, clock.today(cast.ZONE), 400)]
    assert len(keys) == len(set(keys)) == len(cast.PEOPLE) + 400


def test_keep_only_looks(demo, statements):
    with statements() as counted:
        command("seed_demo", "--keep")
    assert len(counted) < 10


def test_a_dry_run_writes_nothing(demo, statements):
    with statements() as counted:
        said = json.loads(command("seed_demo", "--dry-run", "--json"))
    assert said["demo"] == "finished"
    assert [text for text in counted.texts() if not text.startswith("SELECT")] == []


@override_settings(DEMO=False, DEBUG=False)
def test_it_is_refused_outside_a_demo(demo):
    with pytest.raises(CommandError, match="DEMO=1"):
        command("seed_demo")


def test_the_logins_name_accounts_and_certificates_that_are_there(demo):
    said = json.loads(command("seed_demo", "--logins", "--json"))
    assert {row["email"] for row in said["accounts"]} == {
        cast.email_of(member.key) for member in cast.PEOPLE
    }
    assert set(said["certificates"]) == {"valid", "expired", "revoked", "suspended"}
    assert cast.PASSWORD in command("seed_demo", "--logins")


def test_codes_are_told_for_demo_accounts_only(demo):
    assert len(logins.code_of("BO@example.org")) == 6
    with pytest.raises(CommandError):
        command("seed_demo", "--code", "nobody@example.org")
    with override_settings(DEMO=False), pytest.raises(logins.NoSuchAccount):
        logins.code_of("bo@example.org")


# --- many more people -----------------------------------------------------------------------
def test_more_people_pass_the_same_checks(demo):
    people = Person.objects.count()
    bulk.have(60, say=lambda _: None)
    assert Person.objects.count() == people + 60
    assert evaluate_everybody().issued == ()
    assert "NOT" not in command("check_integrity")


def test_asking_for_as_many_again_adds_only_what_is_missing(demo):
    bulk.have(20, say=lambda _: None)
    before = list(Person.objects.order_by("pk").values_list("email", flat=True))
    assert bulk.have(25, say=lambda _: None) == 5
    after = list(Person.objects.order_by("pk").values_list("email", flat=True))
    assert after[: len(before)] == before and len(after) == len(before) + 5


def test_people_are_written_in_few_statements(demo, statements):
    known = build.begun()
    places = bulk._places(40)
    chunk = [bulk._stranger(known, number, places) for number in range(40)]
    with statements() as counted:
        bulk.write_chunk(chunk, 0)
    rows = sum(len(story.acts) + len(story.papers) + 3 for story in chunk)
    assert rows > 900 and len(counted) < rows / 20


@pytest.mark.parametrize("number", [-1, 100_001])
def test_absurd_numbers_of_people_are_refused(demo, number):
    with pytest.raises(CommandError, match="--people"):
        command("seed_demo", "--keep", f"--people={number}")


# --- integrity ------------------------------------------------------------------------------
def test_a_fresh_demo_is_sound(demo):
    checks = json.loads(command("check_integrity", "--json"))
    assert len({check["name"] for check in checks}) == len(checks) > 24
    assert all(check["ok"] for check in checks)


def _off_the_record(*statements):
    """Do to the database what only somebody with its password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        else:
            for _, sql in triggers:
                cursor.execute(sql)


def drop_trigger(table, event):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {table}_no_{event}{on}")


def take_the_check(key="lucia"):
    user_id = person(key).user_id
    attempt = Attempt.objects.get(uuid=start_attempt(user_id=user_id, quiz_key="mrss-101-check"))
    answers = [Answer(row["question"], row["options"][0], 1) for row in attempt.shown]
    submit(user_id=user_id, attempt_uuid=attempt.uuid, answers=answers, confirmed=True)
    return attempt


def reverse_a_reversal():
    first = LearningEvent.objects.filter(kind="reversal").first()
    LearningEvent.objects.bulk_create(
        [
            LearningEvent(
                person=first.person, kind="reversal", subject=first.subject, act="twice",
                reverses=first, occurred_at=clock.now(), recorded_at=clock.now(), passed=False,
            )
        ]
    )  # fmt: skip


def hours_of_no_type():
    LearningEvent.objects.create(
        person=person("alma"), kind="training", subject="NM-40-01-S", act="no type", hours=1,
        occurred_at=clock.now(),
    )  # fmt: skip


def alter_a_file():
    certificate_file(credential=certificate("lucia"))
    name = certificate("lucia").file.storage_name
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"another paper"))


def an_attempt_that_nobody_graded():
    user_id = person("lucia").user_id
    number = start_attempt(user_id=user_id, quiz_key="mrss-101-check")
    Attempt.objects.filter(uuid=number).update(submitted_at=clock.now(), ended="learner")


def another_score():
    attempt = take_the_check()
    _off_the_record(f"UPDATE courses_attempt SET score = 99 WHERE id = {attempt.pk}")


def an_attempt_without_its_fact():
    attempt = take_the_check()
    _off_the_record(f"DELETE FROM courses_learningevent WHERE act = 'attempt:{attempt.uuid}'")


def another_key():
    """Change which answer is right after somebody has given it."""
    attempt = take_the_check()
    given = {row["question"]: row["options"][0] for row in attempt.shown}
    for question in Question.objects.filter(pk__in=given):
        # All that was answered becomes right: turning each key around could give the same score.
        for option in question.options:
            option["correct"] = option["id"] == given[question.pk]
        question.save(update_fields=["options"])


def evidence_that_is_gone():
    decision = StoredDecision.objects.get(credential__code=certificate("lucia").code)
    [fact] = next(row["because"] for row in decision.findings if len(row["because"]) == 1)
    column = f"'{fact}'" if connection.vendor == "postgresql" else f"'{fact.replace('-', '')}'"
    _off_the_record(f"DELETE FROM courses_learningevent WHERE uuid = {column}")


def decision(change):
    row = StoredDecision.objects.get(credential__code=certificate("lucia").code)
    change(row)
    evidence = json.dumps(row.evidence).replace("'", "''")
    _off_the_record(
        f"UPDATE certification_storeddecision SET outcome = '{row.outcome}',"
        f" evidence = '{evidence}' WHERE id = {row.pk}"
    )


def another_outcome(row):
    row.outcome = "unmet"


def no_evidence(row):
    row.evidence["facts"] = []


def one_fact_less(row):
    row.evidence["facts"] = [f for f in row.evidence["facts"] if f["key"] != "NM-EXAM"]


def an_orphan():
    if connection.vendor == "postgresql":
        _off_the_record("ALTER TABLE lms_employment DISABLE TRIGGER ALL")
    else:
        Employment.objects.filter(person=person("alma")).update(supervisor_id=999_999)


def two_jobs_at_once():
    spell = Employment.objects.get(person=person("alma"))
    spell.pk, spell.spell = None, uuid.uuid4()
    spell.save(force_insert=True)


def a_failed_job():
    with transaction.atomic():
        enqueue(kind="nothing", key="nothing", payload={}, run_after=clock.now())
    Job.objects.filter(key="nothing").update(state="failed", last_error="no")


def one_of(model, **where):
    return model.objects.filter(**where).order_by("pk").first().pk


FAULTS = [
    ("no-orphans", an_orphan),
    ("append-only-lms", lambda: drop_trigger("lms_auditentry", "update")),
    ("append-only-courses", lambda: drop_trigger("courses_learningevent", "delete")),
    ("append-only-courses", lambda: drop_trigger("courses_observation", "update")),
    ("append-only-certification", lambda: drop_trigger("certification_credentialevent", "update")),
    ("organisation-paths", lambda: Organisation.objects.filter(key="llano").update(path="/9/")),
    (
        "spells-current-once",
        lambda: Employment.objects.filter(person=person("alma")).update(replaced_at=clock.now()),
    ),
    ("spells-apart", two_jobs_at_once),
    ("folded-names", lambda: Person.objects.filter(given_name="Bo").update(folded_name="ob")),
    ("jobs-done", a_failed_job),
    ("corrections-fit", reverse_a_reversal),
    ("ledger-possible", hours_of_no_type),
    ("attempts-open-or-graded", an_attempt_that_nobody_graded),
    ("attempts-regrade", another_score),
    ("attempts-regrade", another_key),
    ("attempts-in-ledger", an_attempt_without_its_fact),
    (
        "observations-rated",
        lambda: _off_the_record("UPDATE courses_observation SET score = 12"),
    ),
    (
        "observations-in-ledger",
        lambda: _off_the_record("UPDATE courses_observation SET acknowledged_at = NULL"),
    ),
    (
        "observations-in-ledger",
        lambda: _off_the_record("DELETE FROM courses_withdrawal"),
    ),
    (
        "programs-as-published",
        lambda: _off_the_record(
            "UPDATE certification_programversion SET source = source || '# more'"
        ),
    ),
    (
        "credentials-issued-once",
        lambda: _off_the_record(
            "DELETE FROM certification_credentialevent WHERE id ="
            f" {one_of(CredentialEvent, kind='issued')}"
        ),
    ),
    ("append-only-catalog", lambda: drop_trigger("courses_hoursbasis", "update")),
    (
        "hours-reckoned",
        lambda: _off_the_record(
            "UPDATE courses_hoursbasis SET raw_minutes = raw_minutes + 5 WHERE id ="
            f" {one_of(HoursBasis)}"
        ),
    ),
    (
        "hours-complete",
        lambda: _off_the_record(f"DELETE FROM courses_hoursbasis WHERE id = {one_of(HoursBasis)}"),
    ),
    ("credentials-decided", lambda: decision(another_outcome)),
    ("credentials-decided", lambda: decision(no_evidence)),
    ("credentials-decided", lambda: decision(one_fact_less)),
    ("credentials-evidenced", evidence_that_is_gone),
    (
        "certificate-codes",
        lambda: _off_the_record(
            "UPDATE certification_credential SET code = 'MRSS-AAAA-AAAA-B' WHERE id ="
            f" {one_of(Credential)}"
        ),
    ),
    ("certificate-files", alter_a_file),
    (
        "standing-is-the-fold",
        lambda: StandingSpan.objects.filter(person=person("joaquin")).update(status="certified"),
    ),
    (
        "standing-is-the-fold",
        lambda: StandingSpan.objects.filter(person=person("joaquin")).delete(),
    ),
]


@pytest.mark.parametrize(
    ("name", "fault"), FAULTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_planted_fault_is_found(demo, name, fault):
    fault()
    with pytest.raises(CommandError, match=name):
        command("check_integrity")


def test_fixing_rebuilds_the_standing_and_touches_no_history(demo):
    StandingSpan.objects.filter(person=person("joaquin")).update(status="certified")
    before = counts()
    assert "rebuilt for 1 people" in command("check_integrity", "--fix")
    assert counts() == before and status_of("joaquin") == "expired"


def test_fixing_leaves_a_broken_history_broken(demo):
    decision(another_outcome)
    with pytest.raises(CommandError, match="credentials-decided"):
        command("check_integrity", "--fix")


def test_a_sample_looks_at_the_standing_of_a_few(demo):
    last = Person.objects.order_by("pk").last()
    StandingSpan.objects.filter(person=last).delete()
    assert "NOT" not in command("check_integrity", "--sample", "5")
    with pytest.raises(CommandError, match="standing-is-the-fold"):
        command("check_integrity")


def test_the_check_of_a_program_that_was_replaced_still_decides_by_the_old_text(demo):
    version = ProgramVersion.objects.get(program__key="nm-mrss")
    changed = version.source.replace("0.4-draft", "0.5-draft").replace(
        "valid_months: 24", "valid_months: 12"
    )
    ProgramVersion.objects.create(
        program=version.program, label="0.5-draft", source=changed, digest=_digest(changed),
        effective_on=clock.today(cast.ZONE) + timedelta(days=1),
    )  # fmt: skip
    from certification.programs import queries

    queries.forget()
    assert "NOT credentials-decided" not in _whatever("check_integrity")
    queries.forget()


def _whatever(name):
    out = io.StringIO()
    try:
        call_command(name, stdout=out)
    except CommandError:
        pass
    return out.getvalue()


def _digest(text):
    from certification.programs.document import digest_of

    return digest_of(text)


def test_nobody_learns_before_the_day_of_hire_or_after_leaving():
    today = clock.today(cast.ZONE)
    for story in staff.everybody(24, today, 120):
        first = min(work.since for work in story.work)
        last = max(work.until or today for work in story.work)
        assert all(first <= act.on < last for act in story.acts), story.key


def test_random_people_have_dates_that_can_be():
    today = clock.today(cast.ZONE)
    rng = random.Random(7)
    for story in staff.strangers(rng, today, staff.seats([]), 300):
        [work] = story.work
        assert work.since <= today and (work.until is None or work.since < work.until <= today)
        assert all(act.on < (work.until or today) for act in story.acts)


# --- what waits on the trainer's desk ---------------------------------------------------------
def test_quizzes_of_the_demo_tell_figures_and_one_answer_is_marked(demo):
    quiz = sittings.quiz(key=classes.CALL)
    found, told = sittings.quiz_statistics(quiz=quiz)
    assert 20 < found.people == Attempt.objects.filter(quiz=quiz).count() <= classes.MOST
    assert {each.kind for each in Question.objects.filter(pk__in=told)} == {
        "single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric",
        "branching",
    }  # fmt: skip


def test_the_demo_s_trainer_has_answers_to_mark_and_a_time_to_decide_about(demo):
    samir = User.objects.get(email=cast.email_of("samir")).pk
    assert len(waiting_answers(user_id=samir)) == len(classes.NOTES) - 1
    assert disputes_waiting(user_id=samir) == 1


def test_who_did_all_of_the_core_has_finished_it_and_nobody_gained_hours_by_that(demo):
    ended = LearningEvent.objects.filter(kind="course", subject=f"course:{build.training.CORE}")
    assert ended.count() > 5
    assert set(ended.values_list("hours", flat=True)) == {0}
