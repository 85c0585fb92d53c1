"""What an officer fills in about a name: the answer, and which certificates are issued again."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.credentials.reasons import ReissueReason
from lms.public import name_answers

LONGEST_NOTE: Final = 1_000
ACCEPTED, REFUSED = "accepted", "refused"
# Five digits with nothing but blanks, dots or hyphens between them: a number of a document.
_NUMBER: Final = re.compile(r"(?:\d[\s.-]?){5,}")


def _answers() -> list[tuple[str, Any]]:
    return [
        (str(_("Accept the name")), [(f"{ACCEPTED}:{code}", words) for code, words in
                                     name_answers(accepting=True)]),
        (str(_("Refuse it")), [(f"{REFUSED}:{code}", words) for code, words in
                               name_answers(accepting=False)]),
    ]  # fmt: skip


class NameDecisionForm(forms.Form):
    """Accept or refuse a name, say what was seen, choose what is issued again."""

    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=lambda: [("", _("Choose one")), *_answers()],
        error_messages={"required": _("Choose whether the name is accepted.")},
    )
    document = forms.CharField(
        label=_("Which document have you seen?"),
        help_text=_("In words, such as “marriage certificate”. Never its number, and no copy."),
        required=False,
        max_length=120,
    )
    reissue = forms.MultipleChoiceField(
        label=_("Issue these certificates again under the new name"),
        help_text=_(
            "Each gets a new number and says which number it had. The old one stays valid for"
            " the days before today."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note to the worker"),
        help_text=_("The worker reads it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, certificates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if certificates:
            field = self.fields["reissue"]
            field.choices = certificates  # type: ignore[attr-defined]  # a choice field
            field.initial = [code for code, _label in certificates]
        else:
            del self.fields["reissue"]

    @property
    def accepted(self) -> bool:
        """Tell whether the valid form accepts the name."""
        return str(self.cleaned_data["answer"]).startswith(ACCEPTED)

    @property
    def reason(self) -> str:
        """Return the code of the reason that the valid form gives."""
        return str(self.cleaned_data["answer"]).partition(":")[2]

    def clean_document(self) -> str:
        """Refuse what looks like the number of a document."""
        text = str(self.cleaned_data["document"])
        if _NUMBER.search(text):
            raise forms.ValidationError(
                _("Say what it was in words. The number is not kept."), code="number"
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Ask what was seen where a name is accepted."""
        data = super().clean() or {}
        if data.get("answer") and self.accepted and data.get("document") == "":
            self.add_error("document", _("Say what you have seen, or refuse the name."))
        if data.get("answer") == f"{REFUSED}:other" and not data.get("note"):
            self.add_error("note", _("Explain the reason here."))
        return data


class ReissueForm(forms.Form):
    """Why one certificate is issued again."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=lambda: ReissueReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Seen by officers and auditors only. The public never sees it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
