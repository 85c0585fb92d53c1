"""Reckoning progress, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from courses.catalog.outline import read_outline
from courses.learning.progress import completes, course_score, progress_of, subjects_of
from courses.learning.records import EvidenceRecord

START = datetime(2026, 3, 3, 12, tzinfo=UTC)


def lesson(number):
    return {
        "key": f"m/l{number}",
        "slug": f"l{number}",
        "title": f"L{number}",
        "minutes": 10,
        "objectives": [],
    }


def outline(*, lessons=2, quiz="q", rubric="r"):
    module = {
        "key": "m",
        "slug": "m",
        "title": "M",
        "minutes": 30,
        "objectives": [],
        "quiz_key": quiz,
        "quiz_title": "Quiz",
        "quiz_minutes": 10 if quiz else 0,
        "rubric_key": rubric,
        "rubric_title": "Practice",
        "lessons": [lesson(number) for number in range(1, lessons + 1)],
    }
    data = {
        "slug": "c",
        "title": "C",
        "summary": "",
        "access": "public",
        "reviewed_by": "",
        "minutes": 30,
        "hours": {"self_paced": "0.50"},
        "modules": [module],
        "files": {},
    }
    return read_outline(course_key="c", label="1", data=data)


def facts(*subjects):
    """Return facts a minute apart; "quiz:q=70" failed, "quiz:q=90" passed."""
    rows = []
    for number, words in enumerate(subjects):
        subject, _, score = words.partition("=")
        rows.append(
            EvidenceRecord(
                id=str(number),
                person_id=1,
                kind=subject.partition(":")[0],
                subject=subject,
                hours_type="none",
                hours=Decimal(0),
                score=Decimal(score) if score else None,
                passed=not score or int(score) >= 80,
                occurred_at=START + timedelta(minutes=number),
                recorded_at=START,
                content_revision="1",
                reversed=False,
            )
        )
    return rows


@pytest.mark.parametrize(
    ("done", "minutes", "left", "following"),
    [
        ([], 0, 3, "L1"),
        (["lesson:m/l2"], 10, 2, "L1"),
        (["lesson:m/l1", "lesson:m/l1"], 10, 2, "L2"),
        (["lesson:m/l1", "lesson:m/l2"], 20, 1, "Quiz"),
        (["lesson:m/l1", "lesson:m/l2", "quiz:q=70"], 20, 1, "Quiz"),
        (["lesson:m/l1", "lesson:m/l2", "quiz:q=70", "quiz:q=80"], 30, 0, None),
        (["rubric:r"], 0, 3, "L1"),
        (["lesson:other/l1", "quiz:other=90"], 0, 3, "L1"),
    ],
)
def test_progress_counts_what_is_done(done, minutes, left, following):
    progress = progress_of(outline(), facts(*done))
    assert (progress.minutes_done, progress.minutes_total, progress.left) == (minutes, 30, left)
    assert (progress.next_item and progress.next_item.title) == following


ALL = ["lesson:m/l1", "lesson:m/l2", "quiz:q=90"]


@pytest.mark.parametrize(
    ("done", "finished"),
    [
        (ALL, True),
        (ALL[:2], False),
        (ALL[1:], False),
        ([*ALL[:2], "quiz:q=79"], False),
        (["quiz:q=90", *ALL[:2]], True),
        # After a finish, all of it again.
        ([*ALL, "course:c"], False),
        ([*ALL, "course:c", "lesson:m/l1"], False),
        ([*ALL, "course:c", *ALL], True),
    ],
)
def test_a_course_is_finished_with_all_lessons_and_the_quiz(done, finished):
    assert completes(outline(), facts(*done)) is finished


def test_a_course_without_a_quiz_is_finished_with_its_lessons():
    plain = outline(quiz="", rubric="")
    assert completes(plain, facts(*ALL[:2]))
    assert course_score(plain.modules, facts(*ALL[:2])) is None


def test_a_new_lesson_takes_a_finished_course_from_nobody():
    progress = progress_of(outline(lessons=3), facts(*ALL, "course:c"))
    assert progress.finished_at == START + timedelta(minutes=3)
    assert progress.left == 1


def test_the_score_of_a_course_is_that_of_its_best_passed_attempt():
    assert course_score(outline().modules, facts("quiz:q=85", "quiz:q=95", "quiz:q=70")) == Decimal(
        95
    )
    assert course_score(outline().modules, facts("quiz:q=70")) is None


def test_every_subject_of_a_course_is_asked_for():
    assert subjects_of(outline()) == [
        "course:c",
        "lesson:m/l1",
        "lesson:m/l2",
        "quiz:q",
        "rubric:r",
    ]
