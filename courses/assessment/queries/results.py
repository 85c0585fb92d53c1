"""Say what the result of an attempt is: that of its newest regrade, or its own."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.assessment import items, regrading
from courses.assessment.models import Attempt, Question, RegradedAttempt
from courses.assessment.queries.attempts import Shown


def with_results(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Return attempts with ``result`` (per cent or None) and ``counts`` (passed or None).

    The columns ``score`` and ``passed`` are what was graded first; nobody but the checks of
    stored data reads them alone.
    """
    again = RegradedAttempt.objects.filter(attempt=OuterRef("pk")).order_by("-recorded_at", "-pk")
    return attempts.annotate(
        result=Coalesce(Subquery(again.values("score_after")[:1]), "score"),
        counts=Coalesce(Subquery(again.values("passed_after")[:1]), "passed"),
    )


def graded_again(attempt: Attempt) -> list[RegradedAttempt]:
    """Return what an attempt became by mended questions, the oldest first, in one statement."""
    rows = attempt.regrades.select_related("regrade", "regrade__after")
    return list(rows.order_by("recorded_at", "pk"))


def by_keys_that_count(shown: Sequence[Shown], again: Sequence[RegradedAttempt]) -> list[Shown]:
    """Return the questions of an attempt with the keys by which its result counts."""
    keys = {each.regrade.before_id: each.regrade.after for each in again}
    return [
        replace(each, item=regrading.mended(each.item, item_of(keys[each.id])))
        if each.id in keys
        else each
        for each in shown
    ]


def item_of(question: Question) -> items.Item:
    """Return a question as graders read it."""
    return items.Item(question.kind, question.options, question.marking, question.points)
