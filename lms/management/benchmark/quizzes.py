"""The goals about quizzes that are saved answer by answer, and about everybody starting at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

from django.apps import apps

from lms.management.benchmark import rush
from lms.management.benchmark.line import Line
from lms.management.benchmark.measure import counted, cpu_ms
from lms.management.benchmark.stage import Stage
from lms.management.benchmark.visitor import Failed, Visitor

QUIZ = "mrss-101-check"
QUESTIONS = 20
SAVE_SQL, SUBMIT_SQL = 6, 15
STARTS = 500
# An editor who publishes a changed lesson of the course every second.
EDIT = """
import time
from django.apps import apps
pages = apps.get_model("courses", "LessonPage").objects.order_by("pk")
for number in range(3600):
    page = pages[number % 5]
    page.title = f"{page.title[:60]} {number}"
    page.save_revision().publish()
    print("saved", flush=True)
    time.sleep(1)
"""


def p4(stage: Stage, rounds: int) -> list[Line]:
    """A quiz of 20 questions of which each answer is saved as it is given.

    Start, page, 20 saves, submit and result are all counted: more than the 22 requests.
    """
    learner = Visitor(user=stage.learner)
    clicks = count(1)

    def answers(page: str) -> list[dict[str, object]]:
        """Return what the script sends for the first option of each question."""
        html = learner.get(page).decode()
        found = re.findall(r'type="radio" name="(q-(\d+))" id="q-\d+-1" value="([^"]+)"', html)
        if len(found) != QUESTIONS:
            raise Failed(f"the quiz page shows {len(found)} questions")
        return [
            {"question": int(pk), "fields": {name: [value]}, "sequence": next(clicks)}
            for name, pk, value in found
        ]

    def attempt() -> None:
        page = learner.post(stage.quiz, {})
        for answer in answers(page):
            learner.send(f"{page}answer/", {"answers": [answer]})
        learner.post(page, {"action": "submit"})
        learner.get(page)

    with asking(QUESTIONS):
        ms = cpu_ms({"attempt": attempt}, rounds=max(5, rounds // 6))
        save_sql, submit_sql = _statements(stage)
    counts = {"SQL a save": (save_sql, SAVE_SQL), "SQL submit": (submit_sql, SUBMIT_SQL)}
    detail = (
        f"{QUESTIONS + 4} requests: start, page, {QUESTIONS} saves, submit, result; the submit that"
        " is counted passes and finishes module and course"
    )
    return [
        Line(
            "P4", "quiz, saved answer by answer", "-", ms["attempt"], "CPU ms", 150, detail, counts
        )
    ]


def _statements(stage: Stage) -> tuple[int, int]:
    """Return the statements of the dearest save, and of a submit that finishes the course.

    The submit is counted until it is committed: what it does to certificates is P7.
    """
    [account] = rush.sign_up(1, name="finisher")
    user = apps.get_model("lms", "User").objects.get(pk=account.user_id)
    stage.finish_lessons(user.person.pk)
    learner, keys = Visitor(user=user), _right_options()
    page = learner.post(stage.quiz, {})
    shown = apps.get_model("courses", "Attempt").objects.get(person=user.person).shown
    saves = [
        counted(partial(learner.send, f"{page}answer/", {"answers": [answer]}))
        for answer in (
            {"question": row["question"], "value": keys[row["question"]], "sequence": number}
            for number, row in enumerate(shown)
        )
    ]
    submit = counted(lambda: learner.post(page, {"action": "submit"}), before_commit=True)
    events = apps.get_model("courses", "LearningEvent").objects.filter(person=user.person)
    if not events.filter(kind="course").exists():
        raise Failed("the measured submit did not finish the course")
    return max(each.statements for each in saves), submit.statements


def _right_options() -> dict[int, str]:
    rows = apps.get_model("courses", "Question").objects.filter(bank__key=QUIZ)
    return {
        pk: next(option["id"] for option in options if option["correct"])
        for pk, options in rows.values_list("pk", "options")
    }


def p6(stage: Stage, rounds: int) -> list[Line]:
    """Everybody starts a timed examination at the same moment, on two workers.

    Once alone, once while an editor publishes a changed lesson every second; both with people who
    start for the first time.
    """
    quizzes = apps.get_model("courses", "Quiz").objects.filter(key=QUIZ)
    with asking(QUESTIONS):
        quizzes.update(time_limit_minutes=60, attempts_allowed=2)
        warm = rush.sign_up(20, name="warm")
        crowds = [rush.sign_up(STARTS, name=name) for name in ("rush", "edited")]
        with rush.server() as server:
            rush.post_all(server, stage.quiz, warm)
            alone, answers = rush.post_all(server, stage.quiz, crowds[0])
            editor = server.manage(EDIT)
            try:
                if not (editor.stdout and editor.stdout.readline()):
                    raise Failed("the editor could not save the course")
                edited, more = rush.post_all(server, stage.quiz, crowds[1])
            finally:
                editor.kill()
                editor.wait()
        quizzes.update(time_limit_minutes=None, attempts_allowed=None)
    errors = sum(status != 302 for status in [*answers, *more])
    return [
        Line("P6", f"{STARTS} exam starts at once", "-", alone, "s", 8,
             f"{rush.WORKERS} workers, {STARTS / alone:.0f} starts a second",
             {"errors": (errors, 0)}),
        Line("P6", "the same while the course is edited", "alone", edited / alone, "×", 1.5,
             f"{edited:.2f} s against {alone:.2f} s"),
    ]  # fmt: skip


@contextmanager
def asking(questions: int) -> Iterator[None]:
    """Let the check of the measured course draw so many questions."""
    quizzes = apps.get_model("courses", "Quiz").objects.filter(key=QUIZ)
    before = quizzes.values("draw", "pools").get()
    quizzes.update(draw=questions, pools=[{"bank": QUIZ, "draw": questions}])
    try:
        yield
    finally:
        quizzes.update(**before)
