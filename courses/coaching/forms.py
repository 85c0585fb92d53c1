"""The form in which a coach writes down what they saw."""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.coaching.models import Rubric, Setting
from courses.coaching.operations import Observed
from courses.coaching.rubric import items_of
from lms.kit.widgets import DayInput

ITEM: Final = "item-"
MOST_LETTERS: Final = 4_000


class ObservationForm(forms.Form):
    """Date, setting, one group of ratings for each item of a rubric, and two notes."""

    observed_on = forms.DateField(label=_("When did you see it?"), widget=DayInput)
    setting = forms.ChoiceField(
        label=_("Where did you see it?"), choices=lambda: Setting.choices, widget=forms.RadioSelect
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.items = items_of(rubric.items)
        self.rated = {f"{ITEM}{item.id}" for item in self.items}
        for item in self.items:
            self.fields[f"{ITEM}{item.id}"] = forms.TypedChoiceField(
                label=item.text,
                help_text=_("Critical: rated 0, this has to be practiced again, whatever the sum.")
                if item.critical
                else "",
                choices=[(n, f"{n}: {text}") for n, text in enumerate(item.anchors)],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a rating from 0 to 3.")},
            )
        for name, label, hint in (
            ("strengths", _("What went well"), _("One thing that helped, with an exact quote.")),
            ("next_step", _("Next step"), _("One thing to try next time.")),
        ):
            self.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                max_length=MOST_LETTERS,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def observed(self, *, person_id: int, rubric_key: str) -> Observed:
        """Return what the valid form says."""
        data = self.cleaned_data
        return Observed(
            person_id=person_id,
            rubric_key=rubric_key,
            observed_on=data["observed_on"],
            setting=data["setting"],
            ratings={item.id: data[f"{ITEM}{item.id}"] for item in self.items},
            form_key=data["form_key"],
            strengths=data["strengths"].strip(),
            next_step=data["next_step"].strip(),
        )


class CommentForm(forms.Form):
    """The worker's comment beside the signature."""

    comment = forms.CharField(
        label=_("Your comment"),
        help_text=_("Say what you see differently, or what helped. Your coach reads it."),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(forms.Form):
    """The reason for taking an observation back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
