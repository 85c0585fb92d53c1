"""What an officer fills in to change a credential."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from certification.credentials.reasons import RevocationReason

LONGEST_NOTE = 1_000


class RevokeForm(forms.Form):
    """Why, from when, and a note for the record."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=RevocationReason.choices, widget=forms.RadioSelect
    )
    effective_on = forms.DateField(
        label=_("From which day is it not valid?"),
        help_text=_("Between the first valid day and today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Seen by officers and auditors only. The public never sees it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: QueryDict | None, *, first: date, last: date) -> None:
        super().__init__(data, initial={"effective_on": last})
        self.first, self.last = first, last
        bounds = {"min": first.isoformat(), "max": last.isoformat()}
        self.fields["effective_on"].widget.attrs.update(bounds)

    def clean_effective_on(self) -> date:
        """Refuse days before the credential began and days to come."""
        day: date = self.cleaned_data["effective_on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(
                _("Choose a day between the first valid day and today."), code="outside"
            )
        return day
