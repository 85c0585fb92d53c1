"""The goals about quizzes that are saved answer by answer, and about everybody starting at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.apps import apps

from lms.management.benchmark.line import Line
from lms.management.benchmark.measure import Counted, counted, cpu_ms
from lms.management.benchmark.stage import Stage
from lms.management.benchmark.visitor import Failed, Visitor

QUIZ = "mrss-101-check"
QUESTIONS = 20
SAVE_SQL, SUBMIT_SQL = 6, 15


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
        page = learner.post(stage.quiz, {})
        given = answers(page)
        saves = [
            counted(lambda one=one: learner.send(f"{page}answer/", {"answers": [one]}))
            for one in given
        ]
        submit: Counted = counted(lambda: learner.post(page, {"action": "submit"}))
    counts = {
        "SQL a save": (max(each.statements for each in saves), SAVE_SQL),
        "SQL submit": (submit.statements, SUBMIT_SQL),
    }
    detail = f"{QUESTIONS + 4} requests: start, page, {QUESTIONS} saves, submit, result"
    return [
        Line("P4", "quiz, saved answer by answer", "-", ms["attempt"], "CPU ms", 150, detail, counts)
    ]


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
