"""What officers fill in to propose, answer and take back the joining of two records."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.duplicates.concerns import Concern

LONGEST: Final = 2_000


class FindForm(forms.Form):
    """Two people to compare, each by uuid, e-mail address or whole name."""

    first = forms.CharField(label=_("One record"), max_length=200)
    second = forms.CharField(label=_("The other record"), max_length=200)
    first.help_text = second.help_text = _("An e-mail address, a whole name or a record’s uuid.")


class ProposeForm(forms.Form):
    """Why the two are one human; every concern ticked; which certificates stay in force."""

    reason = forms.CharField(
        label=_("How do you know that they are one person?"),
        help_text=_("The second officer reads it, and it stays on record."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, concerns: Sequence[Concern], optional: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **({"initial": {"form_key": uuid.uuid4()}} | kwargs))
        if optional:
            self.fields["keep"] = forms.MultipleChoiceField(
                label=_("Certificates that shall stay as they are"),
                help_text=_("Without a tick the safe way is taken. Say why in your reason."),
                choices=list(optional),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if concerns:
            self.fields["seen"] = forms.MultipleChoiceField(
                label=_("I have seen and weighed each of these"),
                choices=[(each.key, each.text) for each in concerns],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Tick each of them, or do not join the two.")},
            )
        self.order_fields(["keep", "seen", "reason", "form_key"])

    def clean_seen(self) -> list[str]:
        """Return what was ticked; everything has to be."""
        seen = list(self.cleaned_data["seen"])
        if len(seen) < len(self.fields["seen"].choices):  # type: ignore[attr-defined]  # a choice field
            raise forms.ValidationError(_("Tick each of them, or do not join the two."))
        return seen


class NoteForm(forms.Form):
    """A note for the record with an answer."""

    note = forms.CharField(
        label=_("Note for the record"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PartForm(forms.Form):
    """Why two records were not of one human after all."""

    reason = forms.CharField(
        label=_("Why are they two people after all?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, optional: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if optional:
            self.fields["keep"] = forms.MultipleChoiceField(
                label=_(
                    "Certificates that shall stay in force although they rest on the other’s facts"
                ),
                choices=list(optional),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
