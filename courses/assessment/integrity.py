"""Whether every attempt is graded as its answers say, and counts once."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef, Q

from courses.assessment import queries, scoring
from courses.assessment.models import Attempt, RegradedAttempt
from courses.learning.models import LearningEvent
from lms.kit.integrity import Check, check

PREFIX: Final = "attempt:"
REGRADED: Final = "regrade:"


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "attempts-open-or-graded",
            "An open attempt has no score; a submitted one has, or waits for a mark.",
            _half_graded(),
        ),
        check(
            "attempts-regrade",
            "Grading the stored answers and marks again gives the stored score.",
            _wrongly_graded(),
        ),
        check(
            "attempts-in-ledger",
            "Every graded attempt is exactly one fact of the ledger, with its score.",
            _not_in_ledger(),
        ),
        check(
            "regrades-in-ledger",
            "Each step of a regraded attempt follows the one before, and is a fact of the ledger.",
            _regraded_off_the_ledger(),
        ),
    ]


def _half_graded() -> Iterator[str]:
    rows = Attempt.objects.filter(
        Q(submitted_at__isnull=True) & (Q(score__isnull=False) | Q(passed__isnull=False))
        | Q(submitted_at__isnull=False) & (Q(score__isnull=True) | Q(passed__isnull=True))
    )
    for attempt in rows.order_by("pk").iterator():
        half = attempt.submitted_at is None or attempt.score is not None or attempt.passed
        if half or not scoring.pending(_marks(attempt)):
            yield f"attempt {attempt.uuid}"


def _wrongly_graded() -> Iterator[str]:
    # What a regrade made of an attempt stands in rows of its own; the attempt keeps what its own
    # questions, as they were shown, say.
    for attempt in Attempt.objects.filter(score__isnull=False).order_by("pk").iterator():
        percent = attempt.rules["pass_percent"]
        score = scoring.grade(marks=_marks(attempt), pass_percent=percent)
        if score is None:
            yield f"attempt {attempt.uuid}: stored {attempt.score}, an answer has no mark"
        elif (score.percent, score.passed) != (attempt.score, attempt.passed):
            yield f"attempt {attempt.uuid}: stored {attempt.score}, graded {score.percent}"


def _marks(attempt: Attempt) -> list[scoring.Mark]:
    return queries.marks_of(attempt, queries.shown_questions(attempt))


def _not_in_ledger() -> Iterator[str]:
    events = LearningEvent.objects.filter(act__startswith=PREFIX)
    told = {
        act.removeprefix(PREFIX): (person_id, score, passed)
        for act, person_id, score, passed in events.order_by("pk").values_list(
            "act", "person_id", "score", "passed"
        )
    }
    graded = Attempt.objects.filter(score__isnull=False)
    for uuid, *fact in graded.order_by("pk").values_list("uuid", "person_id", "score", "passed"):
        if told.pop(str(uuid), None) != tuple(fact):
            yield f"attempt {uuid}"
    for left in told:
        yield f"a fact of attempt {left}, which was not submitted"


def _regraded_off_the_ledger() -> Iterator[str]:
    acts = LearningEvent.objects.filter(
        Q(act__startswith=PREFIX) | Q(act__startswith=REGRADED)
    ).annotate(taken_back=Exists(LearningEvent.objects.filter(reverses=OuterRef("pk"))))
    facts = {
        uuid: (act, person_id, score, passed, taken_back)
        for uuid, *(act, person_id, score, passed, taken_back) in acts.order_by("pk").values_list(
            "uuid", "act", "person_id", "score", "passed", "taken_back"
        )
    }
    by_act = {fact[0]: fact for fact in facts.values()}
    before: dict[int, tuple[object, ...]] = {}
    rows = RegradedAttempt.objects.select_related("attempt", "regrade")
    for row in rows.order_by("attempt_id", "recorded_at", "pk").iterator():
        attempt = row.attempt
        stood, score, passed = before.get(
            attempt.pk, (by_act.get(f"{PREFIX}{attempt.uuid}"), attempt.score, attempt.passed)
        )
        now = facts.get(row.evidence) if row.evidence else None
        wanted = (
            f"{REGRADED}{row.regrade.uuid}:{attempt.uuid}",
            attempt.person_id,
            row.score_after,
            row.passed_after,
        )
        follows = (row.score_before, row.passed_before) == (score, passed)
        replaced = isinstance(stood, tuple) and bool(stood[-1])
        if not follows or not replaced or now is None or now[:-1] != wanted:
            yield f"attempt {attempt.uuid}, regrade {row.regrade.uuid}"
        before[attempt.pk] = (now, row.score_after, row.passed_after)
