"""The forms of prior learning: what is asked for, what is decided, why it is taken back."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certification.engine.decision import Unit
from certification.prior_learning import papers
from certification.prior_learning.queries import ItemRow
from certification.prior_learning.reasons import (
    CODES,
    FAULTS,
    EvidenceType,
    RequestKind,
    ReversalReason,
)
from certification.prior_learning.weighing import Clause, Code, Fault, Verdict
from lms.kit.widgets import DayInput

MOST_LETTERS: Final = 2_000
MOST_HOURS: Final = Decimal(1_000)


class PapersInput(forms.FileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": papers.ACCEPT})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """Return every file chosen, not the last one alone."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class PapersField(forms.FileField):
    """Several files, read and recognised by their contents; at most `most`, kept in `folder`."""

    def __init__(
        self, *, most: int = papers.MOST_FILES, folder: str = "prior-learning", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.most, self.folder = most, folder

    def clean(self, data: Any, initial: Any = None) -> list[papers.Paper]:
        """Return the papers; every complaint names its file."""
        one = super().clean
        uploads: list[UploadedFile] = [one(each, initial) for each in data or [None]]
        try:
            chosen = [each for each in uploads if each]
            return papers.take_in(chosen, most=self.most, folder=self.folder)
        except papers.TooManyPapers as error:
            wrong: str | Promise = _("Choose at most %(n)s files.") % {"n": self.most}
            raise forms.ValidationError(str(wrong), code="many") from error
        except papers.PaperTooLarge as error:
            wrong = _("“%(name)s” is larger than 5 MB.") % {"name": error}
            raise forms.ValidationError(str(wrong), code="large") from error
        except papers.NotAPaper as error:
            wrong = _("“%(name)s” is not a PDF, PNG or JPEG file.") % {"name": error}
            raise forms.ValidationError(str(wrong), code="type") from error


class AskForm(forms.Form):
    """Which requirements, on the strength of what."""

    requirements = forms.MultipleChoiceField(
        label=_("For which requirements?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one requirement.")},
    )
    what = forms.CharField(
        label=_("Name of the training"),
        help_text=_("As it stands on the certificate."),
        max_length=200,
    )
    provider = forms.CharField(
        label=_("Where did you take it?"),
        help_text=_("The organization that gave the training, and the place or website."),
        max_length=200,
    )
    completed_on = forms.DateField(label=_("When was it completed?"), widget=DayInput)
    hours = forms.DecimalField(
        label=_("How many hours did it take?"),
        help_text=_("Clock hours of training, for example 6.5."),
        min_value=Decimal("0.25"),
        max_value=MOST_HOURS,
        decimal_places=2,
    )
    evidence_type = forms.ChoiceField(
        label=_("What shows it?"), choices=lambda: [("", _("Choose one")), *EvidenceType.choices]
    )
    documents = PapersField(
        label=_("Documents"),
        help_text=_(
            "PDF, PNG or JPEG, up to 5 files of 5 MB. Only you, your agency’s managers and the"
            " certification office can open them. Leave out anything about a family."
        ),
        widget=PapersInput,
        error_messages={"required": _("Add at least one document. Without it nothing can count.")},
    )
    reason = forms.CharField(
        label=_("Anything the office should know"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kind: str, choices: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.fields["requirements"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if kind == RequestKind.EXEMPTION:
            self._for_exemption()

    def _for_exemption(self) -> None:
        """Ask for the reason instead of a training: there was none."""
        for name in ("provider", "completed_on", "hours"):
            del self.fields[name]
        self.fields["what"].label = _("What makes the requirement needless for you?")
        self.fields["what"].help_text = _("In one line, such as “Licensed clinical trainer”.")
        self.fields["reason"].label = _("Why should it be waived?")
        self.fields["reason"].required = True
        self.fields["evidence_type"].required = self.fields["documents"].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for the files again where other fields are wrong: browsers do not keep them."""
        data = super().clean() or {}
        if self.errors and "documents" not in self.errors and data.get("documents"):
            self.add_error("documents", _now("Please choose your documents again."))
        return data


class DecideForm(forms.Form):
    """One decision and one amount for each clause, and a note to the worker."""

    note = forms.CharField(
        label=_("Note to the worker"),
        help_text=_("Say what counted, what did not, and why. The worker reads it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[ItemRow], exemption: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.items = items
        for item in items:
            self.fields[f"code-{item.id}"] = forms.ChoiceField(
                label=_("Decision"),
                choices=_codes(item.clause, exemption),
                initial=_only_answer(item.clause),
                error_messages={"required": str(FAULTS[Fault.CODE])},
            )
            if item.clause.divisible and not _only_answer(item.clause):
                self.fields[f"amount-{item.id}"] = forms.DecimalField(
                    label=_("Hours that count, if only a part")
                    if item.clause.unit is Unit.HOURS
                    else _("How many count, if only a part"),
                    required=False,
                    min_value=Decimal(0),
                    max_value=item.clause.need,
                    decimal_places=2,
                )

    def clauses(self) -> list[tuple[ItemRow, BoundField, BoundField | None]]:
        """Return each clause with its two controls; the second is None where it is whole."""
        return [
            (
                item,
                self[f"code-{item.id}"],
                self[f"amount-{item.id}"] if f"amount-{item.id}" in self.fields else None,
            )
            for item in self.items
        ]

    def verdicts(self) -> dict[str, Verdict]:
        """Return what the valid form decides, by requirement."""
        data = self.cleaned_data
        return {
            item.clause.requirement: Verdict(
                data[f"code-{item.id}"], data.get(f"amount-{item.id}") or None
            )
            for item in self.items
        }

    def add_faults(self, found: Mapping[str, Sequence[Fault]]) -> None:
        """Put what breaks the rules beside the control that it is about."""
        about_amount = {Fault.AMOUNT, Fault.WHOLE, Fault.NEEDLESS, Fault.TRAINING}
        for item in self.items:
            for fault in found.get(item.clause.requirement, ()):
                name = f"amount-{item.id}" if fault in about_amount else f"code-{item.id}"
                if name not in self.fields:
                    name = f"code-{item.id}"
                self.add_error(name, str(FAULTS[fault]))


class ReverseForm(forms.Form):
    """Why a decision is taken back."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=lambda: ReversalReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note to the worker"),
        help_text=_("The worker reads it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4


def _codes(clause: Clause, exemption: bool) -> list[tuple[str, Any]]:
    """Return the decisions that can stand for a clause."""
    out: set[str] = set()
    if not clause.waivable or clause.too_old:
        out |= {Code.GRANTED, Code.PARTLY}
    if not clause.divisible:
        out.add(Code.PARTLY)
    if not clause.too_old:
        out.add(Code.TOO_OLD)
    if clause.waivable and not exemption:
        out.add(Code.NOT_WAIVABLE)
    return [("", _("Choose one")), *((code, CODES[code]) for code in Code if code not in out)]


def _only_answer(clause: Clause) -> str:
    """Return the decision that the rules leave no choice about, or nothing."""
    if not clause.waivable:
        return Code.NOT_WAIVABLE
    return Code.TOO_OLD if clause.too_old else ""
