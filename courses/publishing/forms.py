"""Read what an editor decides about a version, a course or a recording."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Effect
from courses.publishing.operations import Decision
from lms.kit.widgets import DayInput
from lms.public import today


class PublishForm(forms.Form):
    """The decision about a version. ``first``: there is nothing published yet to decide about."""

    label = forms.CharField(
        label=_("Name of the version"),
        max_length=20,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9.-]*$", _("Letters, digits, . and -"))],
        help_text=_("Evidence and certificates cite it. It never changes afterwards."),
    )
    effect = forms.ChoiceField(
        label=_("What does it ask of people who finished before?"),
        widget=forms.RadioSelect,
        choices=Effect.choices,
        help_text=_("Nobody's record changes. Who is half-way goes on in the new version."),
    )
    subjects = forms.MultipleChoiceField(
        label=_("For a top-up: what is to be done"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    redo_from = forms.DateField(
        label=_("To be done again: from which day"),
        required=False,
        widget=DayInput,
        help_text=_("From then on, what was done before does not finish the course any more."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Kept with the version. Trainers and auditors read it."),
    )
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, first: bool, items: Mapping[str, str], new: Mapping[str, str], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.first = first
        if first:
            for name in ("effect", "subjects", "redo_from"):
                del self.fields[name]
            self.fields["reason"].required = False
            return
        self.fields["subjects"].choices = list(items.items())  # type: ignore[attr-defined]
        self.fields["subjects"].initial = list(new)
        if not items:
            del self.fields["subjects"]
            choices = [each for each in Effect.choices if each[0] != Effect.TOP_UP]
            self.fields["effect"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a choice without what belongs to it."""
        data = super().clean() or {}
        effect = data.get("effect")
        if effect == Effect.TOP_UP and not data.get("subjects"):
            self.add_error("subjects", _("Choose what is to be done."))
        if effect == Effect.REDO:
            if not data.get("redo_from"):
                if "redo_from" not in self.errors:
                    self.add_error("redo_from", _("Say from which day."))
            elif data["redo_from"] < today():
                self.add_error("redo_from", _("This day is over: nobody could have known."))
        return data

    def decision(self) -> Decision | None:
        """Return what was decided; a day or items that belong to another choice are left out."""
        if self.first:
            return None
        data = self.cleaned_data
        top_up, redo = data["effect"] == Effect.TOP_UP, data["effect"] == Effect.REDO
        return Decision(
            effect=data["effect"],
            reason=data["reason"],
            subjects=tuple(data.get("subjects", ())) if top_up else (),
            redo_from=data["redo_from"] if redo else None,
        )


class RetireForm(forms.Form):
    """Until when who began may finish."""

    closes_on = forms.DateField(
        label=_("Last day to finish"),
        widget=DayInput,
        help_text=_("Who began may finish through this day. Nobody new can start."),
    )
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea)


class ReopenForm(forms.Form):
    """Why a course is open again."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea)


class RecordingForm(forms.Form):
    """A recording with what belongs to it."""

    title = forms.CharField(label=_("Title"), max_length=160)
    file = forms.FileField(
        label=_("Recording"), help_text=_("Video: MP4 or WebM. Sound: MP3 or M4A. Up to 500 MB.")
    )
    captions = forms.FileField(
        label=_("Captions"), help_text=_("WebVTT or SRT, in UTF-8. They are checked line by line.")
    )
    minutes = forms.IntegerField(label=_("It runs, minutes"), min_value=0, max_value=360)
    seconds = forms.IntegerField(label=_("and seconds"), min_value=0, max_value=59)
    language = forms.RegexField(
        label=_("Language"), regex=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", initial="en", max_length=10
    )
    transcript = forms.CharField(
        label=_("Transcript"),
        required=False,
        widget=forms.Textarea,
        help_text=_(
            "Markdown. Left empty, the words of the captions become the transcript; add who speaks"
            " and what is seen and not said."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a recording that runs no time at all."""
        data = super().clean() or {}
        if data.get("minutes") == 0 and data.get("seconds") == 0:
            self.add_error("seconds", _("Say how long it runs."))
        return data
