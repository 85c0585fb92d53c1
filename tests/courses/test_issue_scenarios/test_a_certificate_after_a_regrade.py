"""A mended question takes a pass from under a certificate: it stays, and officers hear of it."""

from uuid import uuid4

import pytest

from certification.casework import tasks
from certification.casework.shaken import shaken_of
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate
from certification.credentials.queries import held_of
from courses.assessment.models import Attempt, Question
from courses.assessment.operations import Answer, load_quiz, start_attempt, submit
from courses.assessment.operations.regrading import regrade
from courses.assessment.queries.regrading import rehearse
from courses.assessment.regrading import Choice
from courses.public import evidence_for
from lms.notices.models import Notice
from tests.certification.casework.conftest import DAY, TODAY, desk, noon
from tests.certification.learning import learn
from tests.courses.assessment.making import question, quiz_data

__all__ = ["desk", "noon"]
QUIZ = "mrss-101-check"


def load(right="b"):
    options = question(1)["options"]
    first = question(1, options=[each | {"correct": each["id"] == right} for each in options])
    rows = [first, *(question(n) for n in range(2, 6))]
    load_quiz(course_key="mrss-101", version="2026.1", data=quiz_data(5, key=QUIZ, questions=rows))


def take(user, wrong):
    uuid = start_attempt(user_id=user.pk, quiz_key=QUIZ)
    keys = dict(Question.objects.values_list("pk", "key"))
    shown = [row["question"] for row in Attempt.objects.get(uuid=uuid).shown]
    answers = [Answer(pk, "c" if keys[pk] in wrong else "b") for pk in shown]
    return submit(user_id=user.pk, attempt_uuid=uuid, answers=answers, confirmed=True)


def mend(actor, right):
    load(right)
    before, after = list(Question.objects.filter(key="q01").order_by("revision"))[-2:]
    return regrade(
        actor_id=actor.pk,
        before_id=before.pk,
        after_id=after.pk,
        choice=Choice.ALL,
        reason="The key was wrong.",
        seen=rehearse(before=before, after=after).digest,
        form_key=uuid4(),
    )


@pytest.fixture
def kofi(desk):
    """Kofi, who earned his first certificate by a quiz of which he knew four of five."""
    load()
    person = desk.person("kofi")
    learn(person, "course:mrss-101", DAY, kind="course", hours="1.5", hours_type="self_paced")
    assert take(desk.user("kofi"), {"q02"}).passed
    evaluate(person_ids=[person.pk], program_key="mrss-101", on=TODAY)
    return person


def certificate(person):
    return Credential.objects.get(person=person, program_key="mrss-101")


def status(person):
    return held_of(certificate(person)).worth(TODAY).status.value


def told():
    notices = Notice.objects.filter(kind="casework", subject__contains="taken back")
    return set(notices.values_list("address", flat=True))


def test_it_stays_officers_are_told_and_no_hour_is_lost(desk, kofi):
    assert (status(kofi), shaken_of(person_id=kofi.pk)) == ("valid", [])
    assert mend(desk.user("samir"), "c").changed == 1
    tasks.tell_of_shaken()
    assert status(kofi) == "valid"
    [found] = shaken_of(person_id=kofi.pk)
    assert (found.held.code, found.missing) == (certificate(kofi).code, ("MRSS 101 final check",))
    assert told()
    rows = evidence_for(person_ids=[kofi.pk])
    assert sum(row.hours for row in rows) == 1.5
    assert [(row.score, row.passed) for row in rows if row.kind == "quiz"] == [(60, False)]


def test_a_better_key_shakes_nothing(desk, kofi):
    assert mend(desk.user("samir"), "c").changed == 1
    # The mend was wrong itself: the third revision says what the first one said.
    load("b")
    first, _second, third = Question.objects.filter(key="q01").order_by("revision")
    regrade(
        actor_id=desk.user("samir").pk,
        before_id=first.pk,
        after_id=third.pk,
        choice=Choice.ALL,
        reason="It was right at first.",
        seen=rehearse(before=first, after=third).digest,
        form_key=uuid4(),
    )
    tasks.tell_of_shaken()
    assert (status(kofi), shaken_of(person_id=kofi.pk), told()) == ("valid", [], set())
