"""How sure a learner is, asked beside a question of any kind and never marked."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from courses.assessment.items.item import BadAnswer, last

LEVELS: Final = (1, 2, 3)
"""Guessed, fairly sure, sure."""


def accepted_confidence(raw: Any) -> int | None:
    """Return 1 (guessed) to 3 (sure), None where nothing was said.

    Raises:
        BadAnswer: it is something else.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and raw in {"1", "2", "3"}:
        return int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or raw not in LEVELS:
        raise BadAnswer("how sure is 1, 2 or 3")
    return raw


def confidence_from_form(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return what the form sent for ``<name>-sure``."""
    return last(fields, f"{name}-sure")


def insight(confidence: int | None, credit: Fraction | None) -> str:
    """Return what being sure or not says about an answer, "" where it says nothing.

    "sure_wrong" is worth a second look, "unsure_right" a little trust.
    """
    if confidence is None or credit is None:
        return ""
    sure = {1: "unsure", 2: "fairly", 3: "sure"}[confidence]
    return f"{sure}_{'right' if credit == 1 else 'wrong'}"
