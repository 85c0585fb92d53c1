"""The forms in which a learner contests a measured time, and in which it is decided."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.seat_time.operations import MOST_LETTERS, MOST_MINUTES


class ContestForm(forms.Form):
    """How long it took, as the learner knows it, and why."""

    minutes = forms.IntegerField(
        label=_("How many minutes did it take you?"),
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=_("What was not counted, or counted wrongly?"),
        help_text=_("For example: you read on paper, or the script did not run on your phone."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecideForm(forms.Form):
    """The minutes that shall stand beside the measured ones, and why."""

    minutes = forms.IntegerField(
        label=_("Minutes that stand beside the measured ones"),
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The learner reads it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
