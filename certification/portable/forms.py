"""The forms of the portable record: what to take along, what to bring in, whom to believe."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from certification.portable.models import EquivalenceMap
from certification.portable.reading import MOST_BYTES
from certification.portable.records import Part
from certification.signing.multikey import NotAKey, public_bytes
from lms.kit.widgets import DayInput

MOST_MAP: Final = 200_000
FILE: Final = forms.FileInput(attrs={"accept": ".json,application/json"})


class TakeForm(forms.Form):
    """What the worker takes along beside training and certificates; nothing unless ticked."""

    licences = forms.BooleanField(
        label=_("My licenses, degrees and background checks"),
        help_text=_(
            "Off, because not everybody needs to see them. Without them the other academy cannot"
            " tell that such a requirement is met, until you show it the papers."
        ),
        required=False,
    )
    peer = forms.BooleanField(
        label=_("My peer credentials"),
        help_text=_(
            "Off, because a peer credential tells that you have lived through a crisis yourself, or"
            " your family has. Take it along only to a place that you want to know it."
        ),
        required=False,
    )
    employers = forms.BooleanField(
        label=_("The names of my employers"),
        help_text=_(
            "Off, because your roles and their dates are enough for the rules. The names are only"
            " good to read."
        ),
        required=False,
    )

    def parts(self) -> list[Part]:
        """Return what was ticked."""
        return [each for each in Part if self.cleaned_data[each.value]]


class UploadForm(forms.Form):
    """The file that the worker brought."""

    file = forms.FileField(
        label=_("The portable record"),
        help_text=_("The .json file as the worker downloaded it."),
        widget=FILE,
    )

    def clean_file(self) -> bytes:
        """Return the bytes, a little more than is allowed where there are too many."""
        upload: UploadedFile = self.cleaned_data["file"]
        return bytes(upload.read(MOST_BYTES + 1))


class MapChoice(forms.Form):
    """Which map says what counts; none: the keys are the same here."""

    map = forms.ChoiceField(
        label=_("Which map says what counts for what?"),
        help_text=_("Without a map, training counts for what has the same key here."),
        required=False,
    )

    def __init__(self, data: Any, *, maps: Sequence[EquivalenceMap]) -> None:
        super().__init__(data)
        none = _("No map: the same curriculum is taught there")
        field = self.fields["map"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", none),
            *((str(each.pk), f"{each.title} ({each.version})") for each in maps),
        ]


class ConfirmForm(forms.Form):
    """What only a human can say before a record is imported."""

    same_person = forms.BooleanField(
        error_messages={
            "required": _("The names differ. Tick that it is the same person, or choose another.")
        },
    )
    licences = forms.MultipleChoiceField(
        label=_("Which of these have you looked up today at their source?"),
        help_text=_(
            "A license that you do not tick is recorded as not verified, and meets no requirement"
            " until somebody has looked it up."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    checked_at = forms.CharField(
        label=_("Where did you look them up?"),
        help_text=_("For example the address of the licensing board."),
        max_length=200,
        required=False,
    )

    def __init__(
        self, data: Any, *, names: tuple[str, str] | None, licences: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        if names is None:
            del self.fields["same_person"]
        else:
            there, here = names
            label = _("“%(there)s” in the record and “%(here)s” here are the same person")
            self.fields["same_person"].label = label % {"there": there, "here": here}
        if licences:
            field = self.fields["licences"]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = list(licences)
        else:
            del self.fields["licences"], self.fields["checked_at"]

    def clean(self) -> dict[str, Any]:
        """Ask for the source where something was looked up."""
        data = super().clean() or self.cleaned_data
        if data.get("licences") and not data.get("checked_at", "").strip():
            self.add_error("checked_at", _("Say where you looked them up."))
        return data

    def looked_up(self) -> frozenset[UUID]:
        """Return the ids, in the record, of the licences that were looked up."""
        return frozenset(UUID(each) for each in self.cleaned_data.get("licences", ()))


class TrustForm(forms.Form):
    """An academy whose records are believed."""

    name = forms.CharField(label=_("Name of the academy"), max_length=160)
    did = forms.RegexField(
        label=_("Its issuer address (DID)"),
        help_text=_("As it stands in a record or at /.well-known/did.json: did:web:…"),
        regex=r"\Adid:[a-z0-9]+:[A-Za-z0-9._:%-]+\Z",
        max_length=200,
        error_messages={"invalid": _("An issuer address begins with did:web: or did:key:.")},
    )
    key = forms.CharField(
        label=_("Its public key"),
        help_text=_("Begins with z6Mk. Compare the fingerprint with them by telephone."),
        max_length=100,
    )
    from_on = forms.DateField(label=_("Believed from"), widget=DayInput)
    note = forms.CharField(
        label=_("How was the key compared, and with whom?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_key(self) -> str:
        """Return the key. Raises: ValidationError where it is none."""
        key = str(self.cleaned_data["key"]).strip()
        try:
            public_bytes(key)
        except NotAKey as error:
            wrong = _("This is no public key of the kind that signs records (z6Mk…).")
            raise forms.ValidationError(wrong, code="key") from error
        return key


class EndTrustForm(forms.Form):
    """Why an academy's key is believed no longer."""

    note = forms.CharField(
        label=_("Why?"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MapForm(forms.Form):
    """The text of an equivalence map."""

    text = forms.CharField(
        label=_("The map, as YAML"),
        help_text=_("The format is explained in docs/portable-record.md."),
        max_length=MOST_MAP,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )
