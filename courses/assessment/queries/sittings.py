"""Read first finished attempts at a quiz as the statistics of its questions need them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.safestring import SafeString

from courses.assessment import items
from courses.assessment.models import Attempt, Mark, Question, QuestionKind, Quiz, Response
from courses.assessment.queries.papers import words
from courses.assessment.statistics import Answered, QuizStatistics, statistics_of
from lms.public import kept_id

CHOSEN_AMONG: Final = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE}
"""Kinds whose wrong answers were written by an author, so that each can be judged."""


@dataclass(frozen=True, slots=True)
class Told:
    """One question, as readers of its statistics see it. ``mended``: a newer revision is asked."""

    id: int
    bank: str
    key: str
    revision: int
    retired: bool
    mended: bool
    kind: str
    stem: SafeString
    options: Mapping[str, tuple[SafeString, bool]]


def quiz(*, key: str) -> Quiz | None:
    """Return the quiz with a key, or None."""
    return Quiz.objects.filter(key=key).first()


def quiz_statistics(*, quiz: Quiz) -> tuple[QuizStatistics, dict[int, Told]]:
    """Return how a quiz works and the questions that were shown, in five statements.

    Only each person's first finished attempt counts: later ones know the questions. What a mended
    question earned is read by its own key, as it was shown.
    """
    shown = _first_attempts(quiz)
    asked = {row["question"] for rows in shown.values() for row in rows}
    questions = {
        each.pk: each for each in Question.objects.select_related("bank").filter(pk__in=asked)
    }
    answers, given = _answers(quiz, shown), _given(quiz)
    known: dict[tuple[int, str], float | None] = {}
    sittings = []
    for attempt, rows in shown.items():
        sitting: dict[int, Answered] = {}
        for row in rows:
            pk = row["question"]
            value, confidence = answers.get((attempt, pk), (None, None))
            kind = (pk, json.dumps(value, sort_keys=True))
            if kind not in known:
                known[kind] = _credit(questions[pk], value)
            earned = known[kind]
            credit = given.get((attempt, pk)) if earned is None else earned
            # Whatever nobody has marked yet says nothing about the question.
            if credit is not None:
                points = float(questions[pk].points)
                sitting[pk] = Answered(credit, points, _chosen(questions[pk], value), confidence)
        sittings.append(sitting)
    options = {
        pk: [option["id"] for option in each.options]
        for pk, each in questions.items()
        if each.kind in CHOSEN_AMONG
    }
    live = _live(questions.values())
    told = {
        pk: _told(each, mended=live.get((each.bank_id, each.key), 0) > each.revision)
        for pk, each in questions.items()
    }
    return statistics_of(sittings, options=options), told


def _first_attempts(quiz: Quiz) -> dict[int, list[dict[str, Any]]]:
    """Return what each human was shown in the first attempt that they finished."""
    rows = Attempt.objects.filter(quiz=quiz, submitted_at__isnull=False)
    first: dict[int, tuple[int, list[dict[str, Any]], bool]] = {}
    ordered = rows.order_by("submitted_at", "pk")
    for pk, human, shown, score in ordered.values_list("pk", kept_id(), "shown", "score"):
        first.setdefault(human, (pk, shown, score is not None))
    return {pk: shown for pk, shown, graded in first.values() if graded}


def _answers(quiz: Quiz, shown: Mapping[int, Any]) -> dict[tuple[int, int], tuple[Any, int | None]]:
    rows = Response.objects.filter(attempt__quiz=quiz, attempt__submitted_at__isnull=False)
    columns = rows.order_by("pk").values_list("attempt_id", "question_id", "value", "confidence")
    return {
        (attempt, question): (value, confidence)
        for attempt, question, value, confidence in columns.iterator()
        if attempt in shown
    }


def _given(quiz: Quiz) -> dict[tuple[int, int], float]:
    """Return what people gave for answers in learners' own words; the newest counts."""
    rows = Mark.objects.filter(attempt__quiz=quiz).order_by("recorded_at", "pk")
    found = rows.values_list("attempt_id", "question_id", "credit")
    return {(attempt, question): float(credit) for attempt, question, credit in found}


def _credit(question: Question, value: Any) -> float | None:
    item = items.Item(question.kind, question.options, question.marking, question.points)
    earned = items.credit(item, value)
    return None if earned is None else float(earned)


def _chosen(question: Question, value: Any) -> frozenset[str]:
    if question.kind not in CHOSEN_AMONG or value is None:
        return frozenset()
    return frozenset(value if isinstance(value, list) else [value])


def _live(questions: Iterable[Question]) -> dict[tuple[int, str], int]:
    """Return the revision that is asked now of each question in these banks."""
    banks = {each.bank_id for each in questions}
    rows = Question.objects.filter(bank__in=banks, retired_at__isnull=True).order_by("pk")
    return {
        (bank, key): number for bank, key, number in rows.values_list("bank_id", "key", "revision")
    }


def _told(question: Question, *, mended: bool) -> Told:
    return Told(
        id=question.pk,
        bank=question.bank.key,
        key=question.key,
        revision=question.revision,
        retired=question.retired_at is not None,
        mended=mended,
        kind=question.kind,
        stem=words(question.stem),
        options={
            option["id"]: (words(option.get("text", "")), bool(option.get("correct")))
            for option in question.options
            if question.kind in CHOSEN_AMONG
        },
    )
