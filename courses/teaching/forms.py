"""Read what a trainer types about a cohort."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.catalog.queries import outlines
from courses.teaching.models import Cohort
from courses.teaching.operations.cohorts import LONGEST_TITLE
from courses.teaching.operations.nudges import MOST_LETTERS
from courses.teaching.queries import own_places
from lms.kit.formats import last_day
from lms.kit.matching import EARLIEST_YEAR, LATEST_YEAR
from lms.kit.widgets import DayInput
from lms.public import today

LIMITS: Final = (
    MinValueValidator(date(EARLIEST_YEAR, 1, 1)),
    MaxValueValidator(date(LATEST_YEAR, 12, 31)),
)


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=DayInput, validators=LIMITS, **options)


class CohortForm(forms.Form):
    """A new cohort."""

    title = forms.CharField(
        label=_("Name"), max_length=LONGEST_TITLE, help_text=_("For example “North site, autumn”.")
    )
    course = forms.ChoiceField(label=_("Course"))
    organisation = forms.TypedChoiceField(
        label=_("Organization"), coerce=int, help_text=_("Its trainers run the cohort.")
    )
    from_on = _day(label=_("First day"))
    last_day = _day(
        label=_("Last day"), required=False, help_text=_("Leave it empty if you do not know yet.")
    )

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [(each.course_key, each.title) for each in outlines()]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = own_places(user_id=user_id)  # type: ignore[attr-defined]
        self.fields["from_on"].initial = today()

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        _in_order(self, data.get("from_on"), data.get("last_day"))
        return data


class RenameForm(forms.Form):
    """Another name."""

    title = forms.CharField(label=_("Name"), max_length=LONGEST_TITLE)


class EndForm(forms.Form):
    """The last day of a cohort, or none."""

    last_day = _day(
        label=_("Last day"), required=False, help_text=_("Leave it empty if it goes on.")
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["last_day"].initial = last_day(cohort.until_on)

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        _in_order(self, self.cohort.from_on, data.get("last_day"))
        return data


class NudgeForm(forms.Form):
    """The trainer's own words in a reminder."""

    words = forms.CharField(
        label=_("Your words"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Each message also names what is left and links to it."),
    )


def _in_order(form: forms.Form, first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        form.add_error("last_day", _("The last day lies before the first."))


def chosen(values: list[str]) -> list[UUID]:
    """Return the people whose boxes are ticked; what is no uuid is nobody."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
