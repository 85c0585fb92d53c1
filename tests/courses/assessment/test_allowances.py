"""More time and another try: who may grant them, who learns of it, and what the pages say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from courses.assessment.models import Accommodation, Attempt, Quiz, Unlock
from courses.assessment.operations import (
    NoReason,
    NothingLocked,
    WrongShare,
    grant_time,
    start_attempt,
    submit,
    unlock,
)
from lms.audit.models import AuditEntry
from lms.public import Denied
from tests.cast import make_cast, make_user

from .making import URL, load_tiny_course, quiz_data

pytestmark = pytest.mark.django_db
REASON = "PRIVATE-READS-SLOWLY"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def course(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"

    def load(limit=None, wait=0, attempts=None):
        load_tiny_course(tmp_path, quiz_data(3, attempts=attempts))
        Quiz.objects.update(time_limit_minutes=limit, wait_hours=wait)

    return load


@pytest.fixture
def time_page(cast):
    return reverse("person_time", args=[cast.person("alma").uuid])


@pytest.fixture
def quizzes_page(cast):
    return reverse("person_quizzes", args=[cast.person("alma").uuid])


def grant(cast, by="samir", to="alma", multiplier=Decimal("1.5"), reason=REASON):
    return grant_time(
        actor_id=cast.user(by).pk,
        person_id=cast.person(to).pk,
        multiplier=multiplier,
        reason=reason,
    )


def fail_one(user):
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    submit(user_id=user.pk, attempt_uuid=uuid, answers=[], confirmed=True)


# --- more time ------------------------------------------------------------------------------
def test_the_trainer_grants_time_and_the_audit_says_neither_to_whom_nor_why(cast):
    row = grant(cast)
    assert (row.person, row.multiplier, row.reason) == (cast.person("alma"), Decimal("1.5"), REASON)
    entry = AuditEntry.objects.get(action="accommodation.grant")
    assert (entry.actor_id, entry.subject, entry.detail) == (
        cast.user("samir").pk,
        str(row.pk),
        {},
    )


@pytest.mark.parametrize("by", ["bo", "renata", "dee", "ines", "alma", "kofi"])
def test_nobody_but_a_trainer_of_the_person_grants_time(cast, by):
    with pytest.raises(Denied):
        grant(cast, by=by)
    assert not Accommodation.objects.exists()


def test_a_trainer_grants_nothing_to_themselves(cast):
    with pytest.raises(Denied):
        grant(cast, to="samir")


@pytest.mark.parametrize("multiplier", ["0.99", "-1", "0", "9.01", "NaN", "Infinity"])
def test_time_is_never_made_less_and_is_a_number(cast, multiplier):
    with pytest.raises(WrongShare):
        grant(cast, multiplier=Decimal(multiplier))
    assert not AuditEntry.objects.filter(action="accommodation.grant").exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001])
def test_a_grant_needs_a_reason(cast, reason):
    with pytest.raises(NoReason):
        grant(cast, reason=reason)


def test_what_was_granted_stays_written(cast):
    row = grant(cast)
    for change in (
        lambda: Accommodation.objects.filter(pk=row.pk).update(multiplier=1),
        lambda: Accommodation.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("key", "status"),
    [("alma", 200), ("samir", 200), ("bo", 403), ("renata", 403), ("ines", 403), ("dee", 403)],
)
def test_the_private_page_opens_for_the_person_and_their_trainer_only(
    client, cast, time_page, key, status
):
    grant(cast)
    client.force_login(cast.user(key))
    response = client.get(time_page)
    assert response.status_code == status
    assert (REASON in response.content.decode()) is (status == 200)
    assert client.post(time_page, {"share": "2", "reason": "x"}).status_code == (
        302 if key == "samir" else 403
    )


def test_a_stranger_finds_no_private_page(client, time_page):
    client.force_login(make_user("stranger@example.org"))
    assert client.get(time_page).status_code == 404


def test_the_trainer_grants_by_the_page_and_the_learner_reads_it(client, cast, time_page):
    client.force_login(cast.user("samir"))
    refused = client.post(time_page, {"share": "1.5", "reason": " "})
    assert refused.status_code == 200 and not Accommodation.objects.exists()
    page = client.post(time_page, {"share": "none", "reason": REASON}, follow=True)
    assert "No time limit" in page.content.decode()
    assert Accommodation.objects.get().multiplier is None
    client.force_login(cast.user("alma"))
    page = client.get(time_page).content.decode()
    assert "Your time for quizzes" in page and REASON in page and "Samir Haddad" in page
    assert "<textarea" not in page


def test_the_quiz_says_how_much_time_there_is_for_this_person(client, cast, course, time_page):
    course(limit=30)
    client.force_login(cast.user("kofi"))
    page = client.get(URL).content.decode()
    assert "You have 30 minutes from the moment you start" in page
    assert "You need a connection when you start and when you submit." in page
    grant(cast)
    client.force_login(cast.user("alma"))
    page = client.get(URL).content.decode()
    assert "You have 45 minutes" in page and "Others have 30 minutes" in page
    assert f'href="{time_page}"' in page and REASON not in page
    open_page = client.post(URL, follow=True).content.decode()
    assert "Time is up at" in open_page and "data-milliseconds=" in open_page
    grant(cast, multiplier=None)
    assert "You have no time limit" in client.get(URL).content.decode()


def test_nobody_sees_the_arrangement_in_what_agencies_and_auditors_read(client, cast, course):
    course(limit=30)
    grant(cast)
    client.force_login(cast.user("alma"))
    client.post(URL)
    submit(
        user_id=cast.user("alma").pk,
        attempt_uuid=Attempt.objects.get().uuid,
        answers=[],
        confirmed=True,
    )
    told = str(list(AuditEntry.objects.values()))
    assert REASON not in told and "1.5" not in told
    person = cast.person("alma").uuid
    for key in ("bo", "dee", "ines", "renata"):
        client.force_login(cast.user(key))
        for address in (f"/coach/people/{person}/", f"/agency/rio-vista/people/{person}/"):
            page = client.get(address).content.decode()
            assert REASON not in page


# --- another try ----------------------------------------------------------------------------
def open_it(cast, by="samir", reason="Was ill"):
    return unlock(
        actor_id=cast.user(by).pk,
        person_id=cast.person("alma").pk,
        quiz_key="tiny-check",
        reason=reason,
    )


def test_an_unlock_is_written_with_its_reason_and_audited(cast, course):
    course(attempts=1)
    fail_one(cast.user("alma"))
    row = open_it(cast)
    entry = AuditEntry.objects.get(action="quiz.unlock")
    assert (entry.subject, entry.detail) == (
        "tiny-check",
        {"unlock": row.pk, "person_id": cast.person("alma").pk, "reason": "Was ill"},
    )
    assert start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")


def test_nothing_is_unlocked_that_is_not_locked(cast, course):
    course(attempts=2)
    for _ in range(2):
        with pytest.raises(NothingLocked):
            open_it(cast)
        fail_one(cast.user("alma"))
    open_it(cast)
    with pytest.raises(NothingLocked):
        open_it(cast)
    start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")
    with pytest.raises(NothingLocked):
        open_it(cast)
    assert Unlock.objects.count() == 1


@pytest.mark.parametrize("by", ["bo", "renata", "dee", "ines", "alma"])
def test_nobody_but_a_trainer_of_the_person_unlocks(cast, course, by):
    course(attempts=1)
    fail_one(cast.user("alma"))
    with pytest.raises(Denied):
        open_it(cast, by=by)
    assert not Unlock.objects.exists()


def test_the_trainer_unlocks_by_the_page_and_the_learner_is_told(
    client, cast, course, quizzes_page
):
    course(wait=24)
    alma = cast.user("alma")
    fail_one(alma)
    client.force_login(alma)
    page = client.get(URL).content.decode()
    assert "Your next try has to wait" in page and "Start the quiz" not in page
    assert "Your next try may start on" in client.post(URL, follow=True).content.decode()
    result = Attempt.objects.get()
    assert "Your next try may start on" in client.get(f"{URL}{result.uuid}/").content.decode()
    client.force_login(cast.user("samir"))
    assert "Next try from" in client.get(quizzes_page).content.decode()
    refused = client.post(quizzes_page, {"quiz": "tiny-check", "reason": ""})
    assert refused.status_code == 200 and not Unlock.objects.exists()
    done = client.post(quizzes_page, {"quiz": "tiny-check", "reason": "Was ill"}, follow=True)
    page = done.content.decode()
    assert "Unlocked: Alma Reyes may start now." in page and "May try again" in page
    client.force_login(alma)
    assert "Your trainer has unlocked one more try for you." in client.get(URL).content.decode()
    assert client.post(URL)["Location"] != URL
    assert Attempt.objects.count() == 2


@pytest.mark.parametrize(
    ("key", "status"), [("samir", 200), ("alma", 403), ("bo", 403), ("dee", 403)]
)
def test_the_page_of_somebodys_quizzes_is_for_their_trainer(
    client, cast, quizzes_page, key, status
):
    client.force_login(cast.user(key))
    assert client.get(quizzes_page).status_code == status


@pytest.mark.parametrize("tries", [1, 3])
def test_statements_of_the_trainers_page_do_not_grow_with_the_tries(
    client, cast, course, quizzes_page, statements, tries
):
    course()
    for _ in range(tries):
        fail_one(cast.user("alma"))
    client.force_login(cast.user("samir"))
    with statements() as counted:
        client.get(quizzes_page)
    assert len(counted) == 10


def test_the_open_page_of_the_grace_asks_to_submit_and_the_next_one_is_the_result(
    client, cast, course, time_machine
):
    course(limit=30)
    client.force_login(cast.user("alma"))
    url = client.post(URL)["Location"]
    attempt = Attempt.objects.get()
    time_machine.move_to(attempt.due_at + timedelta(seconds=5), tick=False)
    page = client.get(url).content.decode()
    assert "Time is up" in page and "Submit now." in page and 'data-milliseconds="0"' in page
    time_machine.move_to(attempt.due_at + timedelta(seconds=61), tick=False)
    page = client.get(url).content.decode()
    assert "Not passed yet" in page and "Time was up, so what was saved was handed in." in page
    assert "There is no clock" not in client.get(URL).content.decode()
