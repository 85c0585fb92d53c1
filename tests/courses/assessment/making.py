"""Quiz files for the tests, with marker words that must not leak before submission."""

import yaml

from courses.public import load_curriculum

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


URL = "/learn/tiny/check/quiz/"


def load_tiny_course(folder, quiz):
    """Load a course of one module with one lesson and this quiz, which then is at ``URL``."""
    module = folder / "tiny" / "01-check"
    module.mkdir(parents=True)
    course = {
        "key": "tiny",
        "title": "Tiny course",
        "version": "2026.1",
        "language": "en",
        "summary": "A course for tests.",
        "audience": ["Testers"],
        "access": "login",
        "hours": {"self_paced": 1.5, "live": 0, "practice": 0, "coaching": 0},
        "competencies": {"C6": "System of care values"},
        "modules": ["01-check"],
        "license": "CC-BY-4.0",
        "reviewed_by": None,
        "review_due": None,
    }
    unit = {
        "key": "tiny-check-module",
        "slug": "check",
        "title": "The check",
        "minutes": 90,
        "objectives": [{"id": "O1", "text": "Know."}],
        "competencies": ["C6"],
    }
    lesson = {
        "title": "Read this",
        "slug": "read-this",
        "minutes": 1,
        "objectives": ["O1"],
        "competencies": ["C6"],
        "sources": [
            {
                "title": "A source",
                "publisher": "A publisher",
                "year": 2026,
                "url": "https://example.org/",
                "supports": "All of it.",
            }
        ],
        "reviewed_by": None,
        "review_due": None,
    }
    (folder / "tiny" / "course.yaml").write_text(yaml.safe_dump(course))
    (module / "module.yaml").write_text(yaml.safe_dump(unit))
    (module / "01-read-this.md").write_text(f"---\n{yaml.safe_dump(lesson)}---\n\nRead.\n")
    (module / "quiz.yaml").write_text(yaml.safe_dump(quiz))
    load_curriculum(path=folder / "tiny")
