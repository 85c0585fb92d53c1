"""The forms of the question bank desk: a bank, a file, and a question of each kind."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import yaml
from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.assessment import bank
from courses.assessment.interchange import drafts, formats
from courses.assessment.interchange import gift as numbers
from courses.assessment.interchange import written as w
from courses.assessment.interchange.exported import figures
from courses.assessment.interchange.tags import tidy
from courses.assessment.keys import RULES
from courses.assessment.models import QuestionKind
from courses.catalog.packs.questions import RULES as RULES_OF_KIND

ROWS: Final = {w.SINGLE: 4, w.MULTIPLE: 5, w.MATCHING: 4, w.ORDERING: 4, w.SHORT_TEXT: 3,
               w.NUMERIC: 2, w.ESSAY: 3}  # fmt: skip
"""How many rows a new question of a kind begins with."""
MORE: Final = 3
ROW_WORDS: Final = {
    w.SINGLE: gettext_lazy("Option %(n)d"),
    w.MULTIPLE: gettext_lazy("Option %(n)d"),
    w.MATCHING: gettext_lazy("Left side %(n)d"),
    w.ORDERING: gettext_lazy("Place %(n)d"),
    w.SHORT_TEXT: gettext_lazy("Accepted answer %(n)d"),
    w.NUMERIC: gettext_lazy("Accepted number %(n)d"),
    w.ESSAY: gettext_lazy("Criterion %(n)d"),
}


class BankForm(forms.Form):
    """Asks for the name of a new bank."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=80,
        help_text=gettext_lazy("For addresses and quizzes: small letters, digits and hyphens."),
    )


class FileForm(forms.Form):
    """Asks for a file with questions."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX, GIFT, Aiken, or QTI 2.1 as XML or ZIP, up to 5 MB."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("How it is written"),
        required=False,
        choices=[("", gettext_lazy("Find out")), *formats.NAMES.items()],
    )


class ReasonForm(forms.Form):
    """Asks why a question is retired."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class QuestionForm(forms.Form):
    """A question of one kind, with as many rows for its answers as are asked for."""

    stem = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=w.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Markdown: *emphasis*, **strong**, lists."),
    )

    def __init__(self, *args: Any, kind: str, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.count = min(max(rows, ROWS[kind]), w.MOST_CHOICES) if kind in ROWS else 0
        if kind == w.BRANCHING:
            self._add("case", forms.CharField(
                label=_("The case, as in a quiz file"), max_length=60_000,
                widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
                help_text=_("YAML: start and steps; a choice has id, text, tone, result and next."),
            ))  # fmt: skip
        if kind == w.TRUE_FALSE:
            self._add_truth()
        for at in range(1, self.count + 1):
            self._add_row(at)
        self._add_more()

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field

    def _add_truth(self) -> None:
        choices = [("true", _("True")), ("false", _("False"))]
        self._add(
            "correct",
            forms.ChoiceField(
                label=_("The sentence is"), choices=choices, widget=forms.RadioSelect
            ),
        )
        self._add("told_1", _words(_("Told to who chose “True”")))
        self._add("told_2", _words(_("Told to who chose “False”")))

    def _add_row(self, at: int) -> None:
        label = ROW_WORDS[self.kind] % {"n": at}
        self._add(f"text_{at}", _words(label, most=drafts.MOST_WORDS))
        if self.kind in {w.SINGLE, w.MULTIPLE}:
            right = forms.BooleanField(label=_("Option %(n)d is right") % {"n": at}, required=False)
            self._add(f"right_{at}", right)
            self._add(f"told_{at}", _words(_("Told to who chose option %(n)d") % {"n": at}))
        elif self.kind == w.MATCHING:
            label = _("What belongs to left side %(n)d") % {"n": at}
            self._add(f"match_{at}", _words(label, most=drafts.MOST_WORDS))
        elif self.kind in {w.SHORT_TEXT, w.NUMERIC}:
            label = _("Per cent of the points for answer %(n)d") % {"n": at}
            self._add(f"share_{at}", forms.CharField(label=label, required=False, max_length=12))
        elif self.kind == w.ESSAY:
            label = _("Points for criterion %(n)d") % {"n": at}
            self._add(
                f"points_{at}",
                forms.IntegerField(label=label, required=False, min_value=1, max_value=20),
            )

    def _add_more(self) -> None:
        if self.kind in RULES_OF_KIND:
            choices = [(rule, RULES[rule]) for rule in RULES_OF_KIND[self.kind]]
            self._add("rule", forms.ChoiceField(label=_("How parts count"), choices=choices))
        if self.kind == w.NUMERIC:
            self._add("unit", forms.CharField(label=_("Unit"), required=False, max_length=40))
        if self.kind == w.ESSAY:
            most = forms.IntegerField(
                label=_("Longest answer, in words"), min_value=10, max_value=3000, initial=300
            )
            self._add("max_words", most)
        self._add("feedback", _words(_("Told to everybody after the quiz")))
        self._add(
            "points",
            forms.IntegerField(label=_("Points"), min_value=1, max_value=100, initial=1),
        )
        for name, label in (("objective", _("Objective")), ("competency", _("Competency"))):
            self._add(name, forms.CharField(label=label, required=False, max_length=20))
        self._add(
            "tags",
            forms.CharField(
                label=_("Tags"), required=False, max_length=900,
                help_text=_("Any words to find it by, with ; between them."),
            ),
        )  # fmt: skip
        levels = [("1", _("1, easy")), ("2", _("2")), ("3", _("3, hard"))]
        self._add("difficulty", forms.ChoiceField(label=_("Difficulty"), choices=levels))
        critical = _("Critical for safety: who gets it wrong does not pass")
        self._add("critical", forms.BooleanField(label=critical, required=False))
        self._add(
            "sure", forms.BooleanField(label=_("Ask how sure the learner is"), required=False)
        )

    # --- how it is drawn ----------------------------------------------------------------------
    @property
    def rows(self) -> list[list[BoundField]]:
        """Return the fields of each row of answers."""
        parts = ("text", "match", "right", "share", "points", "told")
        return [
            [self[f"{part}_{at}"] for part in parts if f"{part}_{at}" in self.fields]
            for at in range(1, self.count + 1)
        ]

    @property
    def before(self) -> list[BoundField]:
        """Return the fields above the rows."""
        names = ("stem", "case", "correct") + (
            ("told_1", "told_2") if self.kind == w.TRUE_FALSE else ()
        )
        return [self[name] for name in names if name in self.fields]

    @property
    def after(self) -> list[BoundField]:
        """Return the fields below the rows."""
        drawn = {field.name for field in (*self.before, *(f for row in self.rows for f in row))}
        return [field for field in self if field.name not in drawn]

    # --- what it says -------------------------------------------------------------------------
    def draft(self, *, key: str = "") -> bank.QuestionDraft | None:
        """Return the question, or None with errors on the form."""
        try:
            if self.kind == w.BRANCHING:
                return self._case(key)
            remarks = w.Remarks()
            made = drafts.draft_of(self._written(remarks), remarks, key=key)
        except w.UnreadableQuestion as fault:
            self.add_error(None, str(fault))
            return None
        except bank.FaultyQuiz as faulty:
            for each in faulty.faults:
                self.add_error("case", each)
            return None
        for words in remarks.said:
            self.add_error(None, words)
        return None if remarks.said else made

    def _written(self, remarks: w.Remarks) -> w.Written:
        said = self.cleaned_data
        rows = [at for at in range(1, self.count + 1) if said.get(f"text_{at}")]
        truth = said.get("correct") == "true" if self.kind == w.TRUE_FALSE else None
        told = (said.get("told_1", ""), said.get("told_2", ""))
        right, wrong = told if truth else (told[1], told[0])
        return w.Written(
            kind=self.kind,
            stem=_plain(said["stem"]),
            choices=self._choices(rows),
            pairs=self._pairs(),
            ranges=tuple(
                numbers.span(said[f"text_{at}"], self._share(at), "") for at in rows
            ) if self.kind == w.NUMERIC else (),
            criteria=tuple(
                (_plain(said[f"text_{at}"]), said.get(f"points_{at}") or 1) for at in rows
            ) if self.kind == w.ESSAY else (),
            truth=truth,
            rule=said.get("rule", ""),
            unit=said.get("unit", ""),
            max_words=said.get("max_words"),
            feedback=_plain(said["feedback"]),
            feedback_right=_plain(right) if truth is not None else "",
            feedback_wrong=_plain(wrong) if truth is not None else "",
            points=said["points"],
            asks_confidence=said["sure"],
            objective=said["objective"],
            competency=said["competency"],
            tags=tidy([said["tags"]], remarks),
            difficulty=int(said["difficulty"]),
            critical=said["critical"],
        )  # fmt: skip

    def _choices(self, rows: Sequence[int]) -> tuple[w.Choice, ...]:
        said = self.cleaned_data
        if self.kind in {w.SINGLE, w.MULTIPLE}:
            self._see_no_orphans(rows)
            return tuple(
                w.Choice(
                    _plain(said[f"text_{at}"]),
                    w.FULL if said[f"right_{at}"] else w.NOTHING,
                    _plain(said[f"told_{at}"]),
                )
                for at in rows
            )
        if self.kind == w.SHORT_TEXT:
            return tuple(w.Choice(_plain(said[f"text_{at}"]), self._share(at)) for at in rows)
        if self.kind == w.ORDERING:
            return tuple(w.Choice(_plain(said[f"text_{at}"]), w.FULL) for at in rows)
        return ()

    def _see_no_orphans(self, rows: Sequence[int]) -> None:
        said = self.cleaned_data
        for at in range(1, self.count + 1):
            if at not in rows and (said[f"right_{at}"] or said[f"told_{at}"]):
                raise w.UnreadableQuestion(
                    _("Option %(n)d has no words, but something is said about it.") % {"n": at}
                )

    def _pairs(self) -> tuple[w.Pair, ...]:
        if self.kind != w.MATCHING:
            return ()
        said = self.cleaned_data
        pairs = []
        for at in range(1, self.count + 1):
            left, right = _plain(said[f"text_{at}"]), _plain(said[f"match_{at}"])
            if left and not right:
                raise w.UnreadableQuestion(
                    _("Say what belongs to left side %(n)d, or clear it.") % {"n": at}
                )
            if right:
                pairs.append(w.Pair(left, right))
        return tuple(pairs)

    def _share(self, at: int) -> Decimal:
        text = self.cleaned_data.get(f"share_{at}", "").rstrip("% ")
        if not text:
            return w.FULL
        share = numbers.number(text)
        if not 0 < share <= 100:
            raise w.UnreadableQuestion(
                _("Answer %(n)d: the points are above 0 and up to 100 per cent.") % {"n": at}
            )
        return share / 100

    def _case(self, key: str) -> bank.QuestionDraft:
        said = self.cleaned_data
        try:
            # An alias may stand for more than the text holds; no case needs one.
            aliased = any(isinstance(each, yaml.AliasToken) for each in yaml.scan(said["case"]))
            case = None if aliased else yaml.safe_load(said["case"])
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            where = getattr(error, "problem_mark", None)
            line = where.line + 1 if where else 1
            raise w.UnreadableQuestion(
                _("Line %(line)d of the case is no YAML. Look at its spaces and colons.")
                % {"line": line}
            ) from None
        if aliased:
            raise w.UnreadableQuestion(_("The case uses * as an alias; write it out."))
        if not isinstance(case, dict):
            raise w.UnreadableQuestion(_("The case needs start and steps."))
        remarks = w.Remarks()
        row = {
            "id": key or drafts.key_of(w.Written(self.kind, said["stem"])),
            "type": self.kind,
            "stem": _plain(said["stem"]),
            "points": said["points"],
            "confidence": said["sure"],
            "objective": said["objective"],
            "competency": said["competency"],
            "tags": list(tidy([said["tags"]], remarks)),
            "difficulty": int(said["difficulty"]),
            "critical": said["critical"],
            "feedback": _plain(said["feedback"]),
        }
        return bank.read_question({**case, **row})


def _words(label: Any, most: int = w.MOST_TEXT) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


# --- what a form begins with ------------------------------------------------------------------
def initial_of(draft: bank.QuestionDraft) -> tuple[dict[str, Any], int]:
    """Return the values of a form for a question, and how many rows it needs."""
    question = drafts.written_of(draft) if draft.kind != w.BRANCHING else w.Written(draft.kind, "")
    said: dict[str, Any] = {
        "stem": draft.stem,
        "rule": draft.marking.get("rule", ""),
        "unit": draft.marking.get("unit", ""),
        "max_words": draft.marking.get("max_words", drafts.DEFAULT_WORDS),
        "feedback": draft.marking.get("feedback", ""),
        "points": draft.points,
        "objective": draft.objective,
        "competency": draft.competency,
        "tags": "; ".join(draft.tags),
        "difficulty": str(draft.difficulty),
        "critical": draft.critical,
        "sure": draft.confidence,
    }
    if draft.kind == w.BRANCHING:
        said["case"] = _case_text(draft)
    if question.truth is not None:
        told = (question.feedback_right, question.feedback_wrong)
        said["correct"] = "true" if question.truth else "false"
        said["told_1"], said["told_2"] = told if question.truth else (told[1], told[0])
    for at, choice in enumerate(question.choices, start=1):
        said[f"text_{at}"], said[f"told_{at}"] = choice.text, choice.feedback
        said[f"right_{at}"] = choice.share > 0
        said[f"share_{at}"] = w.percent(choice.share)
    for at, pair in enumerate(question.pairs, start=1):
        said[f"text_{at}"], said[f"match_{at}"] = pair.left, pair.right
    for at, each in enumerate(question.ranges, start=1):
        said[f"text_{at}"], said[f"share_{at}"] = figures(each), w.percent(each.share)
    for at, (text, points) in enumerate(question.criteria, start=1):
        said[f"text_{at}"], said[f"points_{at}"] = text, points
    parts = (question.choices, question.pairs, question.ranges, question.criteria)
    return said, max(len(part) for part in parts) + 1


def _case_text(draft: bank.QuestionDraft) -> str:
    """Return the steps of a case as its author writes them."""
    steps: Mapping[str, Any] = {
        step["id"]: {
            "text": step["text"],
            "question": step["question"],
            "choices": [{**each, "next": each["next"] or None} for each in step["choices"]],
        }
        for step in draft.options
    }
    case = {"start": draft.marking.get("start", ""), "steps": steps}
    return yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=100)


def kind_label(kind: str) -> str:
    """Return the name of a kind of question."""
    return str(QuestionKind(kind).label) if kind in QuestionKind.values else kind
