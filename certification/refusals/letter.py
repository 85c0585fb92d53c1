"""Lay out the refusal letter: everything that is printed, as plain data, and its page and PDF."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certification.credentials.cases import Report
from certification.dashboards.uncounted import Evidence
from certification.dashboards.verdict import certificate_title
from certification.dashboards.why import Reason, Why, explain, keys_for
from certification.engine.basis import CODES
from certification.refusals.models import reference_of
from courses.public import subject_titles
from lms.kit import formats
from lms.public import render_pdf

STYLE: Final = "css/print.css"
TEMPLATE: Final = "certification/refusals/letter_pdf.html"

Content = dict[str, Any]


def content_of(
    report: Report, *, letter: UUID, officer: str, words: str, at: datetime, draft: bool = False
) -> Content:
    """Return everything that a letter prints, in English and as text.

    A letter is made of nothing else, so that the same letter can be printed again in ten years.
    """
    with translation.override("en"):
        titles = subject_titles(subjects=keys_for(report))
        why = explain(report, titles, mine=True)
        return {
            "draft": draft,
            "reference": reference_of(letter),
            "sent": formats.moment(at, ZoneInfo(report.rules.zone)),
            "to": report.person.name,
            "from": report.rules.issuer,
            "officer": officer,
            "words": words,
            "certificate": certificate_title(report),
            "headline": why.headline,
            "happened": _happened(why),
            "open": [_reason(each) for each in why.open],
            "met": [_met(each) for each in why.met],
            "facts": _facts(report),
            "page": f"{settings.SITE_URL}{reverse('me-why')}",
            "prior_learning": f"{settings.SITE_URL}{reverse('prior-learning')}",
            "engine": report.decision.engine,
        }


def letter_html(content: Content) -> str:
    """Return the page that the PDF is made from."""
    with translation.override("en"):
        return render_to_string(TEMPLATE, {"letter": content})


def letter_pdf(content: Content) -> bytes:
    """Return the letter as tagged PDF; the same content gives the same bytes."""
    with translation.override("en"):
        words = {"reference": content["reference"], "name": content["to"]}
        title = _("Letter %(reference)s to %(name)s") % words
        return render_pdf(letter_html(content), title=title, stylesheets=(STYLE,))


def _facts(report: Report) -> list[list[str]]:
    """Return what was decided, by which rules, as (name, value)."""
    rules = report.rules
    version = {
        "label": report.version.label,
        "day": formats.date_short(report.version.effective_on),
    }
    basis = _("Our own rule") if rules.own_rule else rules.adopted
    return [
        [_("Program"), rules.title],
        [_("Decided for"), formats.date_short(report.on)],
        [_("Rules"), _("Version %(label)s, in force from %(day)s") % version],
        [_("Basis of the rules"), basis],
    ]


def _happened(why: Why) -> list[str]:
    """Return what became of the certificate, in sentences."""
    if why.happened is None:
        return []
    told = [why.happened.fact, why.happened.then]
    if why.happened.reason:
        told.append(_("Reason: %(reason)s.") % {"reason": why.happened.reason})
    page = reverse("certificate", args=[why.happened.code])
    words = {"page": f"{settings.SITE_URL}{page}"}
    return [*told, _("The certificate, and how to appeal: %(page)s") % words]


def _reason(row: Reason) -> dict[str, Any]:
    """Return one open requirement with its clause, and the basis of its figures."""
    who = str(row.who)
    return {
        "id": row.item.id,
        "title": row.item.title,
        "asked": row.asked,
        "have": row.have,
        "missing": row.missing,
        "by": row.by,
        "who": f"{who}. {row.where}" if row.where else who,
        "after": row.after,
        "counted": _lines(row.counted),
        "others": _lines(row.others),
        "mark": CODES.get(row.item.mark or row.item.due_mark, ""),
        "note": row.item.why,
        "source": row.item.source,
    }


def _met(row: Reason) -> dict[str, Any]:
    return {
        "id": row.item.id,
        "title": row.item.title,
        "have": row.have,
        "counted": _lines(row.counted),
        "source": row.item.source,
    }


def _lines(evidence: Iterable[Evidence]) -> list[str]:
    return [
        " ".join([f"{formats.date_short(each.on)}: {each.text}.", each.why]).strip()
        for each in evidence
    ]
