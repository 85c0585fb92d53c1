"""The form in which somebody asks for another name on record."""

import uuid
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.widgets import DayInput
from lms.people.authority import today
from lms.people.models.names import NameReason
from lms.people.operations.naming import NewName

EARLIEST: Final = date(1900, 1, 1)


class NameForm(forms.Form):
    """The new name, from which day, and why."""

    given_name = forms.CharField(
        label=_("New given name"),
        help_text=_("First and middle names, as they stand on your document."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label=_("New family name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    from_on = forms.DateField(
        label=_("From which day is this the name?"),
        help_text=_("The day on the document. For a typing mistake, today is fine."),
        widget=DayInput,
    )
    reason = forms.ChoiceField(
        label=_("Why does the name change?"),
        help_text=_("Only the certification office reads this."),
        choices=lambda: NameReason.choices,
        widget=forms.RadioSelect,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.fields["from_on"].initial = today
        if not own:
            self.fields["given_name"].help_text = _("As it stands on the person’s document.")
            for name in ("given_name", "family_name"):
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_from_on(self) -> date:
        """Refuse days to come, and days that nobody can mean."""
        day: date = self.cleaned_data["from_on"]
        if not EARLIEST <= day <= today():
            raise forms.ValidationError(_("Choose today or a day in the past."), code="outside")
        return day

    def new_name(self) -> NewName:
        """Return what the valid form asks for."""
        data = self.cleaned_data
        return NewName(data["given_name"], data["family_name"], data["from_on"], data["reason"])
