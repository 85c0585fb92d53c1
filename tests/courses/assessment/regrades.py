"""A quiz that several people took, and its questions mended, for the tests of regrading."""

from uuid import uuid4

from courses.assessment.models import Attempt, Question
from courses.assessment.operations import Answer, load_quiz, start_attempt, submit
from courses.assessment.operations.regrading import regrade
from courses.assessment.queries import regrading as queries
from courses.assessment.regrading import Choice
from courses.learning.operations import finish_lesson
from courses.public import outline

from .making import load_tiny_course, question, quiz_data

COUNT = 5


def load(folder):
    """Load a course with one lesson and a quiz of five questions, of which four pass."""
    load_tiny_course(folder, quiz_data(COUNT))


def with_key(n, right):
    """Return a question whose right answers are these letters."""
    row = question(n)
    return row | {
        "options": [each | {"correct": each["id"] in right} for each in row["options"]],
        "type": "single" if len(right) == 1 else "multiple",
    }


def mend(**right):
    """Publish new keys, as mend(q01="c"); return (before, after) of the first named question."""
    now = {
        each.key: "".join(o["id"] for o in each.options if o["correct"])
        for each in Question.objects.filter(retired_at=None)
    }
    keys = now | right
    rows = [with_key(n, keys[f"q{n:02}"]) for n in range(1, COUNT + 1)]
    load_quiz(course_key="tiny", version="1", data=quiz_data(COUNT, questions=rows))
    return pair(next(iter(right)))


def pair(key, first=None):
    """Return the revision before the newest (or the named one) and the newest."""
    rows = list(Question.objects.filter(key=key).order_by("revision"))
    return (rows[-2] if first is None else rows[first - 1]), rows[-1]


def take(user, **wrong):
    """Take the quiz: all answers are "b" but those named, as take(user, q01="c")."""
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get(uuid=uuid)
    keys = dict(Question.objects.values_list("pk", "key"))
    answers = [
        Answer(row["question"], wrong.get(keys[row["question"]], "b")) for row in attempt.shown
    ]
    submit(
        user_id=user.pk,
        attempt_uuid=uuid,
        answers=[each for each in answers if each.value is not None],
        confirmed=True,
    )
    return Attempt.objects.get(uuid=uuid)


def read_lesson(cast, key):
    """Let somebody finish the lesson of the course."""
    course = outline(course_key="tiny")
    finish_lesson(
        person_id=cast.person(key).pk,
        actor_id=cast.user(key).pk,
        outline=course,
        lesson_key=course.modules[0].lessons[0].key,
        page_revision=None,
    )


def decide(actor, before, after, choice, **more):
    """Grade again as somebody who has just looked at the list."""
    seen = queries.rehearse(before=before, after=after).digest
    values = {
        "actor_id": actor.pk,
        "before_id": before.pk,
        "after_id": after.pk,
        "choice": Choice(choice),
        "reason": "The key was wrong.",
        "seen": seen,
        "form_key": uuid4(),
    }
    return regrade(**(values | more))
