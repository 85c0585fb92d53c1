"""Say in words what is right about a question, and how two revisions of it differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange import written as w
from courses.assessment.interchange.drafts import written_of
from courses.assessment.interchange.exported import figures

RULES: Final[dict[str, Promise]] = {
    "all_or_nothing": gettext_lazy("All or nothing"),
    "right_minus_wrong": gettext_lazy("Right choices less wrong ones"),
    "per_option": gettext_lazy("Each option counts"),
    "per_pair": gettext_lazy("Each pair counts"),
    "exact": gettext_lazy("Everything at its place, or nothing"),
    "positions": gettext_lazy("Each thing at its place counts"),
    "adjacent": gettext_lazy("Each two that follow each other count"),
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of a key. ``right`` None: neither right nor wrong by itself; ``more`` in words."""

    text: str
    right: bool | None = None
    more: str = ""
    feedback: str = ""

    def line(self) -> str:
        """Return it as one line of plain text."""
        mark = {True: _("right"), False: _("wrong"), None: ""}[self.right]
        return " · ".join(piece for piece in (self.text, mark, self.more, self.feedback) if piece)


def key_rows(draft: QuestionDraft) -> list[KeyRow]:
    """Return what is right and what is told about it, line by line."""
    if draft.kind == w.BRANCHING:
        return [row for step in draft.options for row in _step(step)]
    question = written_of(draft)
    if draft.kind == w.TRUE_FALSE:
        words = {"true": _("True"), "false": _("False")}
        return [
            KeyRow(words.get(row["id"], row["id"]), row["correct"], feedback=row["feedback"])
            for row in draft.options
        ]
    if draft.kind in {w.SINGLE, w.MULTIPLE}:
        return [KeyRow(c.text, c.share > 0, feedback=c.feedback) for c in question.choices]
    if draft.kind == w.MATCHING:
        return [
            KeyRow(pair.left, None, f"→ {pair.right}")
            if pair.left
            else KeyRow(pair.right, None, _("belongs to nothing"))
            for pair in question.pairs
        ]
    if draft.kind == w.ORDERING:
        return [KeyRow(f"{at}. {c.text}") for at, c in enumerate(question.choices, start=1)]
    if draft.kind == w.SHORT_TEXT:
        return [KeyRow(c.text, True, _worth(c.share)) for c in question.choices]
    if draft.kind == w.NUMERIC:
        return [
            KeyRow(f"{_span(each)} {question.unit}".strip(), True, _worth(each.share))
            for each in question.ranges
        ]
    return [
        KeyRow(
            text,
            None,
            ngettext("up to %(n)d point", "up to %(n)d points", points) % {"n": points},
        )
        for text, points in question.criteria
    ]


def _step(step: Mapping[str, Any]) -> list[KeyRow]:
    return [KeyRow(f"{step['text']} {step['question']}")] + [
        KeyRow(
            each["text"],
            Decimal(each["credit"]) == 1,
            _worth(Decimal(each["credit"])),
            each.get("result", ""),
        )
        for each in step["choices"]
    ]


def _worth(share: Decimal) -> str:
    return "" if share == 1 else _("%(share)s %% of the points") % {"share": w.percent(share)}


def _span(each: w.Range) -> str:
    text = figures(each)
    if ".." in text:
        return _("%(low)s to %(high)s") % {"low": w.plain(each.low), "high": w.plain(each.high)}
    value, colon, about = text.partition(":")
    return f"{value} ± {about}" if colon else value


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: what it was, line by line, and what it is."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: QuestionDraft, after: QuestionDraft) -> list[Difference]:
    """Return what differs between two revisions, lines that both have left out."""
    found = []
    for (label, old), (_label, new) in zip(_said(before), _said(after), strict=True):
        if old != new:
            gone = tuple(line for line in old if line not in new)
            come = tuple(line for line in new if line not in old)
            # The same lines in another order.
            found.append(
                Difference(
                    label, gone or (old if not come else ()), come or (new if not gone else ())
                )
            )
    return found


def _said(draft: QuestionDraft) -> list[tuple[str, tuple[str, ...]]]:
    yes = {True: (_("yes"),), False: (_("no"),)}
    rule = draft.marking.get("rule", "")
    return [
        (_("Kind"), (draft.kind,)),
        (_("Question"), (draft.stem,)),
        (_("Answers"), tuple(row.line() for row in key_rows(draft))),
        (_("How parts count"), (str(RULES.get(rule, rule)),)),
        (_("Feedback"), (draft.marking.get("feedback", ""),)),
        (_("Longest answer, in words"), (str(draft.marking.get("max_words", "")),)),
        (_("Points"), (str(draft.points),)),
        (_("Objective"), (draft.objective,)),
        (_("Competency"), (draft.competency,)),
        (_("Tags"), tuple(sorted(draft.tags))),
        (_("Difficulty"), (str(draft.difficulty),)),
        (_("Critical"), yes[draft.critical]),
        (_("Asks how sure"), yes[draft.confidence]),
    ]
