"""The forms of the programs' desk: a text, a day to count from, a reason, an adoption."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certification.program_review.queries import MOST_LETTERS
from lms.kit.widgets import DayInput
from lms.public import OrganisationRecord

MOST_NOTE: Final = 2_000
MOST_BYTES: Final = 4 * MOST_LETTERS
# Days before and after which no rule of this kind could mean anything.
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a control for a date that a program could count from or until."""
    between = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(label=label, widget=DayInput, validators=between, **options)


class DraftForm(forms.Form):
    """The text, typed or as a file, and why it should become the next version."""

    text = forms.CharField(
        label=_("The program as YAML"),
        required=False,
        strip=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off", "class": "code"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("A .yaml file in UTF-8. It takes the place of the text above."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    note = forms.CharField(
        label=_("Why should the rules change?"),
        help_text=_("Who reviews it reads this, and so does everybody later."),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    effective_on = day_field(
        _("From when should it count?"),
        required=False,
        help_text=_("The officer who publishes it chooses the day in the end."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4

    def clean(self) -> dict[str, Any]:
        """Put the file in the place of the text, and keep it on the page when it is shown again."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload:
            text = self._read(upload)
            if text is not None:
                data["text"] = text
                self.data = MultiValueDict({**self.data, "text": [text]})
        if not str(data.get("text") or "").strip() and not self.errors:
            self.add_error("text", _now("Paste the program here, or choose a file."))
        return data

    def _read(self, upload: UploadedFile) -> str | None:
        if (upload.size or 0) > MOST_BYTES:
            self.add_error("file", _now("The file is too large for a program."))
            return None
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _now("The file is not text in UTF-8."))
            return None
        if "\0" in text or len(text) > MOST_LETTERS:
            self.add_error("file", _now("The file is too large for a program, or is no text."))
            return None
        return text


class PreviewForm(forms.Form):
    """From when the draft would count."""

    effective_on = day_field(_("If it counted from"))


class PublishForm(forms.Form):
    """From when it counts, and why, where that day is past."""

    effective_on = forms.DateField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why does it count back?"),
        help_text=_("Everybody can read this beside the version."),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, counts_back: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if counts_back:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class SendBackForm(forms.Form):
    """Why a draft goes back to its author."""

    reason = forms.CharField(
        label=_("What should be different?"),
        help_text=_("The author reads it, and it stays with the draft."),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AdoptForm(forms.Form):
    """Which organisation comes under the program, from when until when."""

    organisation = forms.TypedChoiceField(
        label=_("Who adopts it?"),
        help_text=_("It counts for everybody employed there or below."),
        coerce=int,
    )
    starts_on = day_field(_("First day"))
    last_day = day_field(
        _("Last day"), required=False, help_text=_("Leave it empty when no end is known.")
    )

    def __init__(self, *args: Any, places: Sequence[OrganisationRecord], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("Choose one")),
            *((each.id, f"{'– ' * (each.path.count('/') - 2)}{each.name}") for each in places),
        ]

    @property
    def ends_on(self) -> date | None:
        """Return the first day on which it does not count any more."""
        last: date | None = self.cleaned_data["last_day"]
        return last + timedelta(days=1) if last else None


class EndForm(forms.Form):
    """The last day of an adoption, and why."""

    last_day = day_field(_("Last day it counts"))
    note = forms.CharField(
        label=_("Why does it end?"),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def ends_on(self) -> date:
        """Return the first day on which it does not count any more."""
        last: date = self.cleaned_data["last_day"]
        return last + timedelta(days=1)
