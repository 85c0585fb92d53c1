"""The style guide: every component in every state, for people who build pages and for a test."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lms.kit.charts import BarChart, Row, Series, stacked_bars
from lms.kit.statuses import LOOKS, TONES
from lms.kit.widgets import DayInput, TimeInput

COLOURS = (
    "ink ink-soft paper white sand sand-deep line line-strong teal teal-deep dusk teal-tint clay"
    " clay-deep clay-tint sage sage-deep sage-tint sky sky-deep sky-tint amber amber-deep"
    " amber-tint lamp danger danger-deep danger-tint"
).split()


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        help_text=_("As you want it printed. Accents are welcome."),
    )
    email = forms.EmailField(label=_("Email address"))
    note = forms.CharField(label=_("Note for your coach"), required=False, widget=forms.Textarea)
    hired = forms.DateField(label=_("First day of work"), widget=DayInput)
    starts = forms.TimeField(label=_("Starts at"), widget=TimeInput, required=False)
    site = forms.ChoiceField(
        label=_("Site"), choices=[("", _("Choose a site")), ("n", "North"), ("s", "South")]
    )
    mode = forms.ChoiceField(
        label=_("How was it held?"),
        choices=[("live", _("In one room")), ("online", _("Online, camera on"))],
        widget=forms.RadioSelect,
        help_text=_("A mixed session counts as online."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you work in"),
        choices=[("en", _("English")), ("es", _("Spanish")), ("nv", _("Navajo"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    roster = forms.FileField(
        label=_("Roster file"), help_text=_("CSV or XLSX, up to 10 MB."), required=False
    )
    agree = forms.BooleanField(
        label=_("I have watched this person do it myself"),
        help_text=_("Your name and the time are signed with it."),
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    refused = SampleForm({"name": "", "email": "not an address"}, auto_id="bad_%s")
    refused.add_error(None, _("The session is already closed."))
    context: dict[str, Any] = {
        "colours": COLOURS,
        "tones": TONES,
        "statuses": LOOKS,
        "form": SampleForm(),
        "plain_form": SampleForm(auto_id="plain_%s"),
        "picture": static("img/talk.svg"),
        "refused": refused,
        "page_first": Paginator(range(95), 10).page(1),
        "page_middle": Paginator(range(950), 10).page(48),
        "chart": _chart(),
        "some_day": date(2026, 3, 3),
        "some_instant": datetime(2026, 3, 3, 21, 3, tzinfo=UTC),
        "crumbs": [{"label": "Core curriculum", "url": "#"}, {"label": "M04", "url": "#"}],
        "steps": [_("Upload"), _("Map columns"), _("Preview"), _("Confirm"), _("Result")],
        "outline": [
            {"label": "What the body does in fear", "url": "#", "state": "done", "minutes": 15},
            {"label": "The first ten minutes", "url": "#", "state": "now", "minutes": 18},
            {"label": "Looking after yourself", "url": "#", "state": "to_do", "minutes": 12},
        ],
        "filters": [
            {"label": _("Everyone"), "url": "#", "current": True, "count": 18},
            {"label": _("Overdue"), "url": "#", "current": False, "count": 2},
        ],
        "certificate": {
            "qr": format_html(
                '<img class="qr" src="{}" alt="{}">',
                static("img/qr-sample.svg"),
                _("QR code of the address to verify"),
            ),
            "fields": [
                (_("Valid from"), "3 Feb 2026", _("date of issue")),
                (_("Valid through"), "2 Feb 2028", _("to the end of this day")),
                (_("Training"), "40.0 clock hours", "15.5 self-paced, 16.0 live, 8.5 practice"),
                (_("Curriculum"), "MRSS Core 40", "version 2026.2, 14 modules"),
            ],
        },
        "facts": [("Credential", "MRSS Certified Responder"), ("Hours", "40 h")],
    }
    return render(request, "lms/styleguide.html", context)


def _chart() -> BarChart:
    series = [
        Series(_("Certified"), "done"),
        Series(_("Provisional"), "paired"),
        Series(_("In training"), "training"),
        Series(_("Lapsed"), "lapsed"),
    ]
    rows = [
        Row("Region 1, Northwest", [71, 14, 7, 4], "71 of 96 certified"),
        Row("Region 2, North", [58, 13, 8, 5], "58 of 84 certified"),
        Row("Region 3, Central", [0, 0, 0, 0], "nobody yet"),
    ]
    return stacked_bars("guide", series, rows)
