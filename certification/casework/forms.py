"""What officers fill in to change a certificate, and holders to appeal."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certification.casework.reasons import OUTCOME_OF, Answer, AppealReason, Outcome
from certification.credentials.models import CredentialEventKind
from certification.credentials.reasons import (
    RetirementReason,
    RevocationReason,
    SuspensionReason,
)
from certification.prior_learning.forms import PapersField, PapersInput
from lms.kit.widgets import DayInput

LONGEST_NOTE: Final = 2_000
LONGEST_APPEAL: Final = 4_000
MOST_PAPERS: Final = 3
PAPERS_FOLDER: Final = "appeals"
OTHER: Final = "other"

_SUSPENSION, _Kind = SuspensionReason, CredentialEventKind
REASONS: Final[dict[str, Sequence[tuple[str, Any]]]] = {
    _Kind.SUSPENDED: [
        (each.value, each.label)
        for each in (
            _SUSPENSION.UNDER_REVIEW,
            _SUSPENSION.LICENCE_LAPSED,
            _SUSPENSION.HOLDER_REQUEST,
            _SUSPENSION.OTHER,
        )
    ],
    _Kind.REINSTATED: [
        (each.value, each.label)
        for each in (_SUSPENSION.REVIEW_CLOSED, _SUSPENSION.HOLDER_REQUEST, _SUSPENSION.OTHER)
    ],
    _Kind.RETIRED: RetirementReason.choices,
    _Kind.REVOKED: RevocationReason.choices,
}
QUESTIONS: Final = {
    _Kind.SUSPENDED: _("From which day does it not count?"),
    _Kind.REINSTATED: _("From which day does it count again?"),
    _Kind.RETIRED: _("From which day is it ended?"),
    _Kind.REVOKED: _("From which day is it not valid?"),
}


class ChangeForm(forms.Form):
    """Why, from when, and a note for the record."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        help_text=_("The holder reads it on their own page, not in the e-mail."),
        widget=forms.RadioSelect,
    )
    effective_on = forms.DateField(
        help_text=_("Between the first valid day and today."), widget=DayInput
    )
    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Seen by officers and auditors only, never by the holder or the public."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: str, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.initial["effective_on"] = last
        self.fields["reason"].choices = REASONS[kind]  # type: ignore[attr-defined]  # a choice field
        day = self.fields["effective_on"]
        day.label = QUESTIONS[_Kind(kind)]
        day.widget.attrs.update({"min": first.isoformat(), "max": last.isoformat()})

    def clean_effective_on(self) -> date:
        """Refuse days before the credential began and days to come."""
        day: date = self.cleaned_data["effective_on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(
                _now("Choose a day between the first valid day and today."), code="outside"
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for a note where the reason says that the note explains it."""
        data = super().clean() or {}
        if data.get("reason") == OTHER and not data.get("note") and "note" not in self.errors:
            self.add_error("note", _now("Explain the reason here."))
        return data


class ProposeForm(ChangeForm):
    """Why and from when a certificate should be revoked, for the second officer to read."""

    suspend = forms.BooleanField(
        label=_("Suspend it until the second officer has decided"),
        help_text=_("From today it does not count. If the second officer declines, it does again."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, in_force: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.label, note.required = _("What the second officer has to know"), True
        self.initial["suspend"] = True
        if not in_force:
            del self.fields["suspend"]


class AnswerForm(forms.Form):
    """Whether the second officer agrees."""

    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=lambda: [
            (Answer.AGREED.value, _("I agree: revoke it")),
            (Answer.DECLINED.value, _("I decline: do not revoke it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Needed when you decline. Seen by officers and auditors only."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask why, where the second officer declines."""
        data = super().clean() or {}
        if data.get("answer") == Answer.DECLINED and not data.get("note"):
            self.add_error("note", _now("Say why you decline."))
        return data


class WithdrawForm(forms.Form):
    """Why a proposal is taken back."""

    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Seen by officers and auditors only."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    """What the holder says against a decision, with papers."""

    event = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Why should the decision not stand?"),
        help_text=_("Say what is not right, or what was not known. Leave out names of families."),
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write at least a sentence.")},
    )
    documents = PapersField(
        label=_("Documents"),
        help_text=_(
            "PDF, PNG or JPEG, up to 3 files of 5 MB. Only you, certification officers and"
            " auditors can open them."
        ),
        widget=PapersInput(),
        required=False,
        most=MOST_PAPERS,
        folder=PAPERS_FOLDER,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the files again where other fields are wrong: browsers do not keep them."""
        data = super().clean() or {}
        if self.errors and "documents" not in self.errors and data.get("documents"):
            self.add_error("documents", _now("Please choose your documents again."))
        return data


class DecideForm(forms.Form):
    """How an appeal ends, and what the holder reads."""

    late_because = forms.CharField(
        label=_("Why is it heard although it came late?"),
        help_text=_("For the record. Leave it empty if you do not hear it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.ChoiceField(
        label=_("How does it end?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    words = forms.CharField(
        label=_("Answer to the holder"),
        help_text=_("The holder reads it. Say what you looked at and why it ends this way."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_because"]
        self.fields["reason"].choices = _ends(late)  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """Ask why a late appeal is heard."""
        data = super().clean() or {}
        heard = OUTCOME_OF.get(data.get("reason", ""), Outcome.TOO_LATE) is not Outcome.TOO_LATE
        if "late_because" in self.fields and heard and not data.get("late_because"):
            self.add_error("late_because", _now("Say why it is heard, or choose that it is not."))
        return data


def _ends(late: bool) -> list[tuple[str, str]]:
    """Return the reasons, each with the outcome that it means."""
    words = {
        Outcome.UPHELD: _("The decision stands. %(reason)s."),
        Outcome.SET_ASIDE: _("The decision is set aside. %(reason)s."),
        Outcome.TOO_LATE: _("The appeal is not heard. %(reason)s."),
    }
    return [
        (each.value, str(words[OUTCOME_OF[each]] % {"reason": each.label}))
        for each in AppealReason
        if late or OUTCOME_OF[each] is not Outcome.TOO_LATE
    ]
