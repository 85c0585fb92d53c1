"""Lay out a facilitator guide or a rubric for paper, as tagged PDF."""

from collections.abc import Sequence
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from courses.assessment.scoring import needed
from courses.catalog.guides import agenda, guide_parts
from courses.catalog.models import ModulePage
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.rendering import Part, prose
from courses.coaching.models import Rubric
from courses.coaching.rubric import HIGHEST, items_of
from lms.public import render_pdf

STYLE: Final = "css/print.css"


def guide_context(outline: Outline, module: OutlineModule, page: ModulePage) -> dict[str, Any]:
    """Return what the guide shows, on the screen and on paper."""
    parts, _problems = guide_parts(page.facilitator_guide)
    return {
        "outline": outline,
        "module": module,
        "number": outline.number_of(module),
        "guide": parts,
        "needs_heading": _needs_heading(parts),
        "first_card": next((part for part in parts if part.kind == "role_play"), None),
    }


def _needs_heading(parts: Sequence[Part]) -> bool:
    """Tell whether a role-play comes before any heading: its own would then skip a level."""
    for part in parts:
        if part.kind == "shared" and "<h2" in part.values["html"]:
            return False
        if part.kind == "role_play":
            return True
    return False


def guide_pdf(outline: Outline, module: OutlineModule, page: ModulePage) -> bytes:
    """Return the facilitator guide of a module as tagged PDF."""
    context = guide_context(outline, module, page)
    html = render_to_string("courses/teaching/guide_pdf.html", context)
    title = _("Facilitator guide: %(module)s") % {"module": module.title}
    return render_pdf(html, title=title, stylesheets=(STYLE,))


def rubric_pdf(outline: Outline, module: OutlineModule, rubric: Rubric) -> bytes:
    """Return a rubric as a tagged PDF on which a coach scores by hand."""
    items = items_of(rubric.items)
    most = HIGHEST * len(items)
    context = {
        "outline": outline,
        "module": module,
        "rubric": rubric,
        "instructions": prose(rubric.instructions),
        "plan": agenda({"mode": rubric.hours_type, "items": rubric.plan}) if rubric.plan else None,
        "items": items,
        "most": most,
        "enough": needed(total=most, pass_percent=rubric.benchmark_percent),
    }
    html = render_to_string("courses/teaching/rubric_pdf.html", context)
    title = _("Rubric: %(rubric)s") % {"rubric": rubric.title}
    return render_pdf(html, title=title, stylesheets=(STYLE,))
