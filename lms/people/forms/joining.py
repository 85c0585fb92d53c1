"""Forms that let people in: inviting, and putting those who signed up on the roster."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.authority import today
from lms.people.models.workers import roles
from lms.people.records import OrganisationRecord, PersonRecord


def _people(found: list[PersonRecord]) -> list[tuple[str, str]]:
    ordered = sorted(found, key=lambda person: (person.family_name, person.given_name, person.id))
    return [(str(person.uuid), person.name) for person in ordered]


class InviteForm(forms.Form):
    """Invites a person of the roster, or an address with a role."""

    person = forms.ChoiceField(
        label=_("Person on your roster"),
        required=False,
        help_text=_("Only people who do not sign in yet are listed."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Empty: the address on the roster."),
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, help_text=_("For somebody who is not on the roster yet.")
    )
    duty = forms.ChoiceField(
        label=_("Duty"), required=False, help_text=_("What they may do for others here.")
    )

    def __init__(
        self,
        data: Any,
        *,
        staff: list[PersonRecord],
        duties: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self._staff = {str(person.uuid): person for person in staff}
        choices = [("", _("Nobody on it yet"))]
        self.fields["person"].choices = choices + _people(staff)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", _("None")), *roles()]  # type: ignore[attr-defined]
        self.fields["duty"].choices = [("", _("None")), *duties]  # type: ignore[attr-defined]

    @property
    def person_id(self) -> int | None:
        """The chosen person's id."""
        chosen = self._staff.get(self.cleaned_data.get("person", ""))
        return chosen.id if chosen else None

    def clean(self) -> dict[str, Any]:
        """Fill in the address on the roster; somebody new needs a role."""
        cleaned = super().clean() or {}
        person = self._staff.get(cleaned.get("person", ""))
        if not cleaned.get("email") and "email" not in self.errors:
            cleaned["email"] = person.email if person else ""
            if not cleaned["email"]:
                self.add_error("email", _("Type the address to invite."))
        if person is None and not cleaned.get("role") and "person" not in self.errors:
            self.add_error("role", _("Choose a role, or a person on your roster."))
        return cleaned


class ClaimForm(forms.Form):
    """Puts somebody who signed up on the roster: as somebody already on it, or as new staff."""

    same = forms.ChoiceField(
        label=_("Are they on your roster already?"),
        required=False,
        help_text=_("Choose the person, and their employment moves to this account."),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    site = forms.TypedChoiceField(label=_("Site"), required=False, coerce=int, empty_value=None)
    starts_on = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        data: Any,
        *,
        places: list[OrganisationRecord],
        staff: list[PersonRecord],
    ) -> None:
        super().__init__(data, initial={"starts_on": today()})
        self._staff = {str(person.uuid): person for person in staff}
        choices = [("", _("No, they are new"))]
        self.fields["same"].choices = choices + _people(staff)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", _("Choose")), *roles()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [  # type: ignore[attr-defined]
            (place.id, place.name) for place in sorted(places, key=lambda place: place.path)
        ]

    @property
    def roster_person_id(self) -> int | None:
        """The id of the roster's person, None for new staff."""
        chosen = self._staff.get(self.cleaned_data.get("same", ""))
        return chosen.id if chosen else None

    def clean(self) -> dict[str, Any]:
        """Ask for role, site and first day of new staff."""
        cleaned = super().clean() or {}
        if not cleaned.get("same"):
            for name in ("role", "site", "starts_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for new staff."))
        return cleaned
