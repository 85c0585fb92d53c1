"""Read answers from a form or from the script, and what trainers write about quizzes."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.assessment.operations import Answer

FIELD: Final = re.compile(r"q-([1-9][0-9]{0,17})(?:-.*)?", re.DOTALL)
"""The controls of a question are named "q-<question id>" or "q-<question id>-<part>"."""
MOST_ANSWERS: Final = 500
MOST_FIELDS: Final = 200
MOST_LETTERS: Final = 4_000
NO_LIMIT: Final = "none"


class Unreadable(ValueError):
    """The request does not hold answers as the page sends them."""


# --- answers --------------------------------------------------------------------------------
def answers_in_form(request: HttpRequest) -> list[Answer]:
    """Return the answers of the whole page; all carry the sequence number of the page.

    Raises:
        Unreadable: a field is not as the page writes it.
    """
    sequence = _whole(request.POST.get("sequence") or None)
    fields: dict[int, dict[str, list[str]]] = {}
    for name, values in request.POST.lists():
        if name.startswith("q-"):
            fields.setdefault(_question(name), {})[name] = [str(value) for value in values]
    return [Answer(pk, sequence=sequence, fields=each) for pk, each in fields.items()]


def answers_sent(request: HttpRequest) -> list[Answer]:
    """Return answers sent by script.

    JSON ``{"answers": [{"question", "value", "confidence", "sequence"}]}``; in the place of value
    and confidence there may be ``"fields": {name: [text]}``, the controls of the question.

    Raises:
        Unreadable: the body is not as the script writes it.
    """
    try:
        rows = json.loads(request.body)["answers"]
        found = [_answer(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("not the JSON that was expected") from error
    if not 0 < len(found) <= MOST_ANSWERS:
        raise Unreadable(f"{len(found)} answers")
    return found


def _answer(row: Mapping[str, Any]) -> Answer:
    question, sequence = _whole(row["question"]), _whole(row["sequence"])
    if question is None or sequence is None:
        raise Unreadable("question and sequence are whole numbers")
    if "fields" not in row:
        return Answer(question, row["value"], sequence, row.get("confidence"))
    fields = row["fields"]
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise Unreadable("fields are named")
    read = {name: _texts(values) for name, values in fields.items()}
    if any(_question(name) != question for name in read):
        raise Unreadable("a field of another question")
    return Answer(question, sequence=sequence, fields=read)


def _texts(values: Any) -> Sequence[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise Unreadable("a field holds texts")
    return values


def _question(name: str) -> int:
    found = FIELD.fullmatch(name)
    if found is None:
        raise Unreadable(name[:40])
    return int(found[1])


def _whole(raw: Any) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise Unreadable("question and sequence are whole numbers")
    try:
        return int(raw)
    except ValueError as error:
        raise Unreadable("question and sequence are whole numbers") from error


# --- what trainers write --------------------------------------------------------------------
def _shares() -> list[tuple[str, Any]]:
    return [
        ("1.25", _("A quarter more (× 1.25)")),
        ("1.5", _("Half as much again (× 1.5)")),
        ("2", _("Twice the time (× 2)")),
        ("3", _("Three times the time (× 3)")),
        (NO_LIMIT, _("No time limit")),
        ("1", _("The same time as everybody")),
    ]


class TimeForm(forms.Form):
    """How much time a person has for quizzes from now on, and why."""

    share = forms.ChoiceField(
        label=_("Time for quizzes"), choices=_shares, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_(
            "Only this learner and their trainers read it. Say what was agreed, not a diagnosis."
        ),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def multiplier(self) -> Decimal | None:
        """Return the multiplier that the valid form says; None: no limit."""
        share = self.cleaned_data["share"]
        return None if share == NO_LIMIT else Decimal(share)


class UnlockForm(forms.Form):
    """The reason for another attempt."""

    quiz = forms.SlugField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why may they try again?"),
        help_text=_("The learner reads it; so do auditors."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MarkForm(forms.Form):
    """One group of points for each criterion of a question, and words to the learner."""

    def __init__(self, *args: Any, criteria: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for row in criteria:
            self.fields[f"criterion-{row['id']}"] = forms.TypedChoiceField(
                label=row["text"],
                choices=_points(row),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose the points.")},
            )
        self.fields["words"] = forms.CharField(
            label=_("Your words to the learner"),
            help_text=_("What is good, and one thing to look at again. The learner reads it."),
            required=False,
            max_length=MOST_LETTERS,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def given(self) -> dict[str, int]:
        """Return the points of the valid form by criterion."""
        return {row["id"]: self.cleaned_data[f"criterion-{row['id']}"] for row in self.criteria}


def _points(row: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """Return the points of a criterion with the words of its anchors, where it has them."""
    anchors = row.get("anchors") or {}
    found: list[tuple[int, Any]] = []
    for n in range(row["points"] + 1):
        words = anchors.get(str(n), anchors.get(n, ""))
        found.append((n, f"{n}: {words}" if words else str(n)))
    return found
