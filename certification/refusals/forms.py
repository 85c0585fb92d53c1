"""The one form of a refusal letter: words of the officer's own."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 2_000


class LetterForm(forms.Form):
    """Words to add to a letter; a hidden key makes the same form, sent twice, one letter."""

    words = forms.CharField(
        label=_("Your own words to the person"),
        help_text=_("They stand above the list. Leave it empty if nothing needs to be added."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_LETTERS,
        required=False,
    )
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
