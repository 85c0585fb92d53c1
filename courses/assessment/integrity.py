"""Whether every attempt is graded as its answers say, and counts once."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q

from courses.assessment import queries, scoring
from courses.assessment.models import Attempt
from courses.learning.models import LearningEvent
from lms.kit.integrity import Check, check

PREFIX: Final = "attempt:"


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "attempts-open-or-graded",
            "An open attempt has no score, a submitted one has.",
            _half_graded(),
        ),
        check(
            "attempts-regrade",
            "Grading the stored answers again gives the stored score.",
            _wrongly_graded(),
        ),
        check(
            "attempts-in-ledger",
            "Every submitted attempt is exactly one fact of the ledger, with its score.",
            _not_in_ledger(),
        ),
    ]


def _half_graded() -> Iterator[str]:
    rows = Attempt.objects.filter(
        Q(submitted_at__isnull=True) & (Q(score__isnull=False) | Q(passed__isnull=False))
        | Q(submitted_at__isnull=False) & (Q(score__isnull=True) | Q(passed__isnull=True))
    )
    for uuid in rows.order_by("pk").values_list("uuid", flat=True):
        yield f"attempt {uuid}"


def _wrongly_graded() -> Iterator[str]:
    for attempt in Attempt.objects.filter(submitted_at__isnull=False).order_by("pk").iterator():
        shown = queries.shown_questions(attempt)
        score = scoring.grade(
            shown=[each.id for each in shown],
            responses={each.id: each.choice for each in shown if each.choice is not None},
            keys={each.id: [row["id"] for row in each.options if row["correct"]] for each in shown},
            pass_percent=attempt.rules["pass_percent"],
            critical=attempt.rules.get("critical", ()),
        )
        if (score.percent, score.passed) != (attempt.score, attempt.passed):
            yield f"attempt {attempt.uuid}: stored {attempt.score}, graded {score.percent}"


def _not_in_ledger() -> Iterator[str]:
    events = LearningEvent.objects.filter(act__startswith=PREFIX)
    told = {
        act.removeprefix(PREFIX): (person_id, score, passed)
        for act, person_id, score, passed in events.order_by("pk").values_list(
            "act", "person_id", "score", "passed"
        )
    }
    graded = Attempt.objects.filter(submitted_at__isnull=False)
    for uuid, *fact in graded.order_by("pk").values_list("uuid", "person_id", "score", "passed"):
        if told.pop(str(uuid), None) != tuple(fact):
            yield f"attempt {uuid}"
    for left in told:
        yield f"a fact of attempt {left}, which was not submitted"
