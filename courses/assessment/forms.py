"""Read answers from a form or from the script that saves them one by one."""

import json
from typing import Any, Final

from django.http import HttpRequest

from courses.assessment.operations import Answer

FIELD: Final = "q-"
"""A radio group of the page is named "q-<question id>"."""
MOST_ANSWERS: Final = 500


class Unreadable(ValueError):
    """The request does not hold answers as the page sends them."""


def answers_in_form(request: HttpRequest) -> list[Answer]:
    """Return the answers of the whole page; all carry the sequence number of the page.

    Raises:
        Unreadable: a field is not as the page writes it.
    """
    sequence = request.POST.get("sequence", "")
    return [
        _answer(name.removeprefix(FIELD), choice, sequence or None)
        for name, choice in request.POST.items()
        if name.startswith(FIELD)
    ]


def answers_sent(request: HttpRequest) -> list[Answer]:
    """Return answers sent by script: JSON ``{"answers": [{question, choice, sequence}]}``.

    A form with the three fields holds one answer.

    Raises:
        Unreadable: the body is not as the script writes it.
    """
    if request.content_type != "application/json":
        fields = (request.POST.get(name) for name in ("question", "choice", "sequence"))
        return [_answer(*fields)]
    try:
        rows = json.loads(request.body)["answers"]
        found = [_answer(row["question"], row["choice"], row["sequence"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("not the JSON that was expected") from error
    if not 0 < len(found) <= MOST_ANSWERS:
        raise Unreadable(f"{len(found)} answers")
    return found


def _answer(question: Any, choice: Any, sequence: Any) -> Answer:
    if isinstance(question, bool | float) or isinstance(sequence, bool | float):
        raise Unreadable("question and sequence are whole numbers")
    if not isinstance(choice, str):
        raise Unreadable("the choice is text")
    try:
        return Answer(int(question), choice, None if sequence is None else int(sequence))
    except (TypeError, ValueError) as error:
        raise Unreadable("question and sequence are whole numbers") from error
