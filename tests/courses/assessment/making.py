"""Quiz files for the tests, with marker words that must not leak before submission."""

import yaml

from courses.public import load_curriculum
from tests.courses.packs import write_pack

KEY_MARK = "FEEDBACK-ONLY-AFTER"


def quiz_data(count=3, **changes):
    """Return a quiz file with as many questions; the right answer is always option b."""
    return {
        "key": "tiny-check",
        "title": "Tiny check",
        "minutes": 6,
        "draw": count,
        "pass_percent": 80,
        "attempts": None,
        "questions": [question(n) for n in range(1, count + 1)],
    } | changes


def question(n, **changes):
    return {
        "id": f"q{n:02}",
        "stem": f"What helps most in story {n}?",
        "type": "single",
        "objective": "O1",
        "competency": "C1",
        "difficulty": 1,
        "options": [option(n, letter, correct=letter == "b") for letter in "abc"],
    } | changes


def option(n, letter, correct):
    return {
        "id": letter,
        "text": f"Choice {letter} of story {n}",
        "correct": correct,
        "feedback": f"{KEY_MARK} {letter} of story {n}",
    }


URL = "/learn/tiny/only/quiz/"


def load_tiny_course(folder, quiz):
    """Load a course of one module with one lesson and this quiz, which then is at ``URL``."""
    pack = write_pack(folder, quiz=True, access="login", body="Read this.")
    (pack / "01-only" / "quiz.yaml").write_text(yaml.safe_dump(quiz))
    load_curriculum(path=pack)
