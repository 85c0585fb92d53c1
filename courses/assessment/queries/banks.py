"""Read question banks: what is in them, which quizzes draw it, and how a question changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.assessment.bank import Candidate, QuestionDraft, fits
from courses.assessment.interchange.plan import Known
from courses.assessment.models import Question, QuestionBank, Quiz, Response

PORTION: Final = 400
"""Values in one statement: SQLite takes no more than a thousand."""


class NoSuchBank(LookupError):
    """There is no such bank."""


class NoSuchQuestion(LookupError):
    """The bank has no such question."""


def draft_of_row(row: Question) -> QuestionDraft:
    """Return a stored revision as the question that was written."""
    return QuestionDraft(
        key=row.key,
        stem=row.stem,
        options=tuple(row.options),
        objective=row.objective,
        competency=row.competency,
        difficulty=row.difficulty,
        critical=row.critical,
        kind=row.kind,
        marking=row.marking,
        points=row.points,
        confidence=row.asks_confidence,
        tags=tuple(row.tags),
    )


# --- banks ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class BankRow:
    """One bank in the list of banks."""

    key: str
    title: str
    course_key: str
    live: int
    retired: int
    quizzes: tuple[str, ...]


def quizzes_by_bank() -> dict[str, list[Quiz]]:
    """Return the quizzes that draw from each bank, in one statement."""
    found: dict[str, list[Quiz]] = {}
    for quiz in Quiz.objects.order_by("title", "pk"):
        for key in dict.fromkeys(pool["bank"] for pool in quiz.pools):
            found.setdefault(key, []).append(quiz)
    return found


def bank_rows(*, search: str = "") -> list[BankRow]:
    """Return the banks whose name, key or questions hold the words, in two statements."""
    rows = QuestionBank.objects.annotate(
        live=Count("questions", filter=Q(questions__retired_at__isnull=True)),
        kept=Count("questions__key", distinct=True),
    )
    if search:
        holding = Question.objects.filter(stem__icontains=search, retired_at__isnull=True)
        rows = rows.filter(
            Q(title__icontains=search)
            | Q(key__icontains=search)
            | Q(pk__in=holding.values("bank_id"))
        )
    drawn = quizzes_by_bank()
    return [
        BankRow(
            key=row.key,
            title=row.title,
            course_key=row.course_key,
            live=row.live,
            retired=row.kept - row.live,
            quizzes=tuple(quiz.title for quiz in drawn.get(row.key, ())),
        )
        for row in rows.order_by("title", "pk")
    ]


def bank(*, key: str) -> QuestionBank:
    """Return a bank.

    Raises:
        NoSuchBank: there is none with this key.
    """
    found = QuestionBank.objects.filter(key=key).first()
    if found is None:
        raise NoSuchBank(key)
    return found


# --- the questions of a bank ----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a bank is asked for; empty: all of it. ``state``: live or retired."""

    search: str = ""
    kind: str = ""
    objective: str = ""
    competency: str = ""
    tag: str = ""
    difficulty: str = ""
    state: str = "live"


def newest(bank: QuestionBank) -> QuerySet[Question]:
    """Return the newest revision of each question of a bank, retired or not."""
    later = Question.objects.filter(
        bank=OuterRef("bank"), key=OuterRef("key"), revision__gt=OuterRef("revision")
    )
    return Question.objects.filter(~Exists(later), bank=bank)


FACETS: Final = ("kind", "objective", "competency", "difficulty", "tags")


def facets(bank: QuestionBank) -> dict[str, list[Any]]:
    """Return what the questions of a bank can be told apart by, in one statement."""
    found: dict[str, set[Any]] = {name: set() for name in FACETS}
    for *plain, tags in newest(bank).order_by("pk").values_list(*FACETS):
        for name, value in zip(FACETS, plain, strict=False):
            found[name].add(value)
        found["tags"].update(tags)
    return {name: sorted(value for value in values if value) for name, values in found.items()}


def questions(bank: QuestionBank, wanted: Wanted) -> QuerySet[Question]:
    """Return the questions of a bank that are asked for, by key; a tag costs one statement."""
    rows = newest(bank).filter(retired_at__isnull=wanted.state != "retired")
    for name in ("kind", "objective", "competency"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.difficulty in {"1", "2", "3"}:
        rows = rows.filter(difficulty=int(wanted.difficulty))
    if wanted.search:
        rows = rows.filter(Q(stem__icontains=wanted.search) | Q(key__icontains=wanted.search))
    if wanted.tag:
        # No database asks a list in JSON for a member in the same way as another.
        tagged = [pk for pk, tags in rows.values_list("pk", "tags") if wanted.tag in tags]
        rows = Question.objects.filter(pk__in=tagged[:20_000]) if tagged else rows.none()
    return rows.order_by("key", "pk")


def candidate(bank_key: str, row: Question) -> Candidate:
    """Return a question as pools look at it."""
    return Candidate(
        id=row.pk,
        bank=bank_key,
        item=draft_of_row(row).item,
        objective=row.objective,
        competency=row.competency,
        tags=tuple(row.tags),
        difficulty=row.difficulty,
        critical=row.critical,
    )


def drawn_by(bank_key: str, row: Question, quizzes: Iterable[Quiz]) -> list[Quiz]:
    """Return the quizzes that may draw a question."""
    if row.retired_at is not None:
        return []
    asked = candidate(bank_key, row)
    return [quiz for quiz in quizzes if any(fits(asked, pool) for pool in quiz.pools)]


def used(bank: QuestionBank, keys: Collection[str] | None = None) -> dict[str, int]:
    """Return how many attempts answered each question, in any of its revisions."""
    rows = Response.objects.filter(question__bank=bank)
    if keys is not None:
        rows = rows.filter(question__key__in=keys)
    counted = rows.values("question__key").annotate(n=Count("attempt", distinct=True))
    return {row["question__key"]: row["n"] for row in counted.order_by("question__key")}


def revisions(bank: QuestionBank, *, key: str) -> list[Question]:
    """Return every revision of a question with its author, the newest first, in one statement.

    Raises:
        NoSuchQuestion: the bank never had it.
    """
    rows = Question.objects.filter(bank=bank, key=key).select_related("author__person")
    found = list(rows.order_by("-revision", "-pk"))
    if not found:
        raise NoSuchQuestion(key)
    return found


# --- for an import --------------------------------------------------------------------------
def known(bank: QuestionBank) -> dict[str, Known]:
    """Return every question of a bank by key, with how often it was used, in two statements."""
    counted = used(bank)
    return {
        row.key: Known(
            id=row.pk,
            draft=draft_of_row(row),
            revision=row.revision,
            live=row.retired_at is None,
            used=counted.get(row.key, 0),
        )
        for row in newest(bank).order_by("pk")
    }


def elsewhere(bank: QuestionBank, stems: Collection[str]) -> Mapping[str, str]:
    """Return stem → title of another bank that asks the same, in portions."""
    found: dict[str, str] = {}
    wanted = sorted(set(stems))
    for start in range(0, len(wanted), PORTION):
        rows = Question.objects.filter(
            stem__in=wanted[start : start + PORTION], retired_at__isnull=True
        ).exclude(bank=bank)
        found |= dict(rows.order_by("-pk").values_list("stem", "bank__title"))
    return found
