"""Quiz files for the tests, with marker words that must not leak before submission."""

KEY_MARK = "FEEDBACK-ONLY-AFTER"


def quiz_data(count=3, **changes):
    """Return a quiz file with as many questions; the right answer is always option b."""
    return {
        "key": "tiny-check",
        "title": "Tiny check",
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
        "competency": "C6",
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
