"""The forms of licences: what was granted, and what its source says."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from certification.licences.queries import Answerable
from certification.licences.wording import BACKGROUND
from lms.kit import formats
from lms.kit.periods import day_after, last_day
from lms.kit.widgets import DayInput
from lms.public import LicenceRecord, LookUp, Seen, licence_kinds, look_ups, today

EARLIEST: Final = date(1940, 1, 1)
LATEST: Final = date(2150, 12, 31)
"""Dates outside are typing mistakes."""


def _day(label: Any, **more: Any) -> forms.DateField:
    limits = [
        MinValueValidator(EARLIEST, _("Check the year.")),
        MaxValueValidator(LATEST, _("Check the year.")),
    ]
    return forms.DateField(label=label, widget=DayInput, validators=limits, **more)


class _Acts(forms.Form):
    """A form that is one act, however often it is sent."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4


class LicenceForm(_Acts):
    """What somebody was granted: by whom, with which number, from when through when."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=lambda: [("", _("Choose one")), *licence_kinds()]
    )
    requirement = forms.ChoiceField(
        label=_("What is it for?"),
        required=False,
        help_text=_("Most count by their kind. Choose a requirement only if it is listed."),
    )
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=60,
        help_text=_("As it stands on the license. Leave it empty for a background check."),
    )
    issuer = forms.CharField(
        label=_("Issued by"),
        max_length=120,
        help_text=_("The board, school or office, with its state."),
    )
    valid_from = _day(_("Valid from"), help_text=_("Of a degree: the day it was awarded."))
    last_on = _day(
        _("Valid through"),
        required=False,
        help_text=_("The last day. Leave it empty if it does not end."),
    )

    def __init__(
        self,
        *args: Any,
        requirements: Sequence[Answerable],
        like: LicenceRecord | None = None,
        wanted: str = "",
        **kwargs: Any,
    ) -> None:
        initial: dict[str, object] = {"requirement": wanted}
        if like is not None:
            initial = {
                "kind": like.kind,
                "requirement": like.requirement,
                "number": like.number,
                "issuer": like.issuer,
                "valid_from": like.valid_from,
                "last_on": last_day(like.valid_until),
            }
        super().__init__(*args, initial=initial, **kwargs)
        choices = [(each.id, f"{each.title} ({each.program})") for each in requirements]
        if like and like.requirement and like.requirement not in dict(choices):
            choices.append((like.requirement, like.requirement))
        if choices:
            nothing = ("", _("Nothing special: it counts by its kind"))
            self.fields["requirement"].choices = [nothing, *choices]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["requirement"]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the first day, and anything but the dates of a background check."""
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is before the first."))
        if data.get("kind") == BACKGROUND:
            if data.get("number"):
                only = _("Leave this empty. Of a background check only the dates are kept.")
                self.add_error("number", only)
            if not last and "last_on" not in self.errors:
                self.add_error("last_on", _("Give the last day through which it clears."))
        return data

    def granted(self) -> dict[str, Any]:
        """Return what the valid form says, as `record_licence` takes it."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "requirement": data.get("requirement", ""),
            "number": data["number"],
            "issuer": data["issuer"],
            "valid_from": data["valid_from"],
            "valid_until": day_after(data["last_on"]) if data["last_on"] else None,
            "uuid": data["form_key"],
        }


class CheckedLicenceForm(LicenceForm):
    """What somebody was granted, as those write it down who may have looked it up."""

    source = forms.CharField(
        label=_("Where did you look it up?"),
        required=False,
        max_length=200,
        help_text=_("The page, register or person that confirmed it. Empty: not looked up yet."),
    )
    looked_up_on = _day(_("When?"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both of where and when, or neither."""
        data = super().clean()
        source, day = data.get("source"), data.get("looked_up_on")
        if source and not day and "looked_up_on" not in self.errors:
            self.add_error("looked_up_on", _("Give the day on which you looked."))
        if day and not source:
            self.add_error("source", _("Say where you looked."))
        _not_to_come(self, day)
        return data

    def seen(self) -> Seen | None:
        """Return the look at the source, or None."""
        data = self.cleaned_data
        if not data["source"]:
            return None
        return Seen(source=data["source"], looked_up_on=data["looked_up_on"])


class LookUpForm(_Acts):
    """What the source of a licence said."""

    outcome = forms.ChoiceField(
        label=_("What did it say?"), choices=look_ups, widget=forms.RadioSelect
    )
    source = forms.CharField(
        label=_("Where did you look?"),
        max_length=200,
        help_text=_(
            "Such as “State board look-up”, with its address. For a background check name only"
            " the office, never what it found."
        ),
    )
    looked_up_on = _day(_("On which day did you look?"))
    last_on = _day(
        _("If it was revoked or ended early: its last valid day"),
        required=False,
        help_text=_("It goes on record with this end. Through that day it counts as it did."),
    )

    def __init__(self, *args: Any, licence: LicenceRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.licence = licence
        self.fields["looked_up_on"].initial = today

    def clean(self) -> dict[str, Any]:
        """Ask for the end of what ended, and for no other."""
        data = super().clean() or {}
        last, ended = data.get("last_on"), data.get("outcome") == LookUp.ENDED
        if ended and not last and "last_on" not in self.errors:
            self.add_error("last_on", _("Give the last day on which it was valid."))
        if last and not ended:
            self.add_error("last_on", _("Only for one that was revoked or ended early."))
        until = self.licence.valid_until
        if ended and last and until is not None and day_after(last) >= until:
            day = formats.date_short(last_day(until))
            late = _("It ends on %(day)s anyway. Choose an earlier day.") % {"day": day}
            self.add_error("last_on", late)
        _not_to_come(self, data.get("looked_up_on"))
        return data

    def seen(self) -> Seen:
        """Return the look at the source."""
        data = self.cleaned_data
        return Seen(source=data["source"], looked_up_on=data["looked_up_on"], uuid=data["form_key"])

    def ended_on(self) -> date | None:
        """Return the first day on which it was not valid any more."""
        last = self.cleaned_data["last_on"]
        return day_after(last) if last else None


def _not_to_come(form: forms.Form, day: date | None) -> None:
    if day and day > today():
        form.add_error("looked_up_on", _("That day is still to come."))
