"""Bring quizzes and their banks up to a quiz file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses.assessment import bank, queries
from courses.assessment.models import Question, QuestionBank, Quiz
from lms.kit import clock


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a quiz file changed. All zero and False: it was loaded before."""

    quiz_changed: bool
    added: int
    revised: int
    retired: int


def load_quiz(*, course_key: str, version: str, data: Mapping[str, Any]) -> Loaded:
    """Bring a quiz and its bank up to a quiz file; loading the same file again changes nothing.

    ``version`` is the label of the course version that the file came with. A changed question
    becomes a new revision, one that is gone is retired; open attempts keep what they showed.
    May run within the transaction of a loader.

    Raises:
        bank.FaultyQuiz: the file cannot be used; nothing was changed.
    """
    draft = bank.read_quiz(data)
    with transaction.atomic():
        _quiz, changed = _load_rules(draft, course_key, version)
        bank_row, _made = QuestionBank.objects.get_or_create(
            key=draft.key, defaults={"title": draft.title, "course_key": course_key}
        )
        loaded = _load_questions(bank_row, draft, changed)
        pools = draft.pools()
        there = queries.candidates_in(bank_keys={pool["bank"] for pool in pools})
        # Other banks may lack what a pool asks for; an attempt must never be the first to see it.
        if short := bank.short_pools(candidates=there, pools=pools):
            raise bank.FaultyQuiz(short)
        return loaded


def _load_rules(draft: bank.QuizDraft, course_key: str, version: str) -> tuple[Quiz, bool]:
    rules = {
        "title": draft.title,
        "course_key": course_key,
        "draw": draft.draw,
        "pools": draft.pools(),
        "pass_percent": draft.pass_percent,
        "attempts_allowed": draft.attempts,
        "wait_hours": draft.wait_hours,
        "minutes": draft.minutes,
        "time_limit_minutes": draft.time_limit_minutes,
        "version": version,
    }
    quiz = Quiz.objects.select_for_update().filter(key=draft.key).first()
    if quiz is None:
        return Quiz.objects.create(key=draft.key, **rules), True
    changed = [name for name, value in rules.items() if getattr(quiz, name) != value]
    for name in changed:
        setattr(quiz, name, rules[name])
    if changed:
        quiz.save(update_fields=changed)
    return quiz, bool(changed)


def _load_questions(held_in: QuestionBank, draft: bank.QuizDraft, quiz_changed: bool) -> Loaded:
    rows = Question.objects.filter(bank=held_in).order_by("key", "revision")
    newest = {question.key: question for question in rows}
    live = {key: question for key, question in newest.items() if question.retired_at is None}
    wanted = {question.key: question for question in draft.questions}
    same = {key for key in wanted.keys() & live.keys() if live[key].digest == wanted[key].digest}
    gone = live.keys() - same
    Question.objects.filter(pk__in=[live[key].pk for key in gone]).update(retired_at=clock.now())
    fresh = [question for key, question in wanted.items() if key not in same]
    Question.objects.bulk_create(
        question_row(held_in, question, newest.get(question.key)) for question in fresh
    )
    revised = len(gone & wanted.keys())
    return Loaded(quiz_changed, len(fresh) - revised, revised, len(gone) - revised)


def question_row(
    held_in: QuestionBank, draft: bank.QuestionDraft, last: Question | None
) -> Question:
    """Return the row, not saved, of a question that follows its ``last`` revision."""
    return Question(
        bank=held_in,
        key=draft.key,
        revision=last.revision + 1 if last else 1,
        digest=draft.digest,
        kind=draft.kind,
        stem=draft.stem,
        options=list(draft.options),
        marking=dict(draft.marking),
        points=draft.points,
        asks_confidence=draft.confidence,
        tags=list(draft.tags),
        objective=draft.objective,
        competency=draft.competency,
        difficulty=draft.difficulty,
        critical=draft.critical,
    )
