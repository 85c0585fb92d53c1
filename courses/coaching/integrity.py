"""Whether every observation is rated as its items say, and counts exactly when both have signed."""

from collections.abc import Iterator
from typing import Final

from courses.coaching.models import Observation
from courses.coaching.rubric import items_of, rate
from courses.learning.models import LearningEvent
from lms.kit.integrity import Check, check

PREFIX: Final = "observation:"


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "observations-rated",
            "Adding up the stored ratings again gives the stored score.",
            _wrongly_rated(),
        ),
        check(
            "observations-in-ledger",
            "An observation is one fact of the ledger when its worker has signed, else none;"
            " one that was withdrawn is taken back there.",
            _not_in_ledger(),
        ),
    ]


def _wrongly_rated() -> Iterator[str]:
    rows = Observation.objects.select_related("rubric").order_by("pk")
    for each in rows.iterator():
        rating = rate(
            items=items_of(each.rubric.items),
            ratings=each.ratings,
            benchmark_percent=each.rubric.benchmark_percent,
        )
        if (rating.percent, rating.passed) != (each.score, each.passed):
            yield f"observation {each.uuid}: stored {each.score}, rated {rating.percent}"


def _not_in_ledger() -> Iterator[str]:
    events = LearningEvent.objects.filter(act__startswith=PREFIX).order_by("pk")
    told = {
        act.removeprefix(PREFIX): (person_id, score, passed, reversal is not None)
        for act, person_id, score, passed, reversal in events.values_list(
            "act", "person_id", "score", "passed", "reversed_by"
        )
    }
    rows = Observation.objects.order_by("pk").values_list(
        "uuid", "person_id", "score", "passed", "acknowledged_at", "withdrawal"
    )
    for uuid, person_id, score, passed, acknowledged_at, withdrawal in rows:
        expected = (person_id, score, passed, withdrawal is not None)
        if told.pop(str(uuid), None) != (expected if acknowledged_at else None):
            yield f"observation {uuid}"
    for left in told:
        yield f"a fact of observation {left}, which is not there"
