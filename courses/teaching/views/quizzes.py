"""How the questions of a quiz work, for who teaches and who writes them."""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.assessment import statistics as figures
from courses.assessment.models import Quiz
from courses.assessment.queries import sittings
from courses.teaching import access
from lms.kit.tables import csv_response
from lms.public import today

EASY: Final = 0.9
"""Above this share nearly everybody is right: the question tells little apart."""
HARD: Final = 0.3
REVERSED: Final = 0.01
"""From minus this discrimination on those who know are more often wrong than the others."""
WEAK: Final = 0.1
"""Below this discrimination those who know are hardly more often right than the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its figures."""

    told: sittings.Told
    item: figures.ItemStatistics

    @property
    def hint(self) -> str:
        """Return what to look at: wrong_key, weak, hard, easy or nothing."""
        if self.item.facility is None:
            return ""
        found = self.item.discrimination
        if found is not None and found <= -REVERSED:
            return "wrong_key"
        if self.item.facility > EASY:
            return "easy"
        if self.item.facility < HARD:
            return "hard"
        return "weak" if found is not None and found < WEAK else ""

    @property
    def choices(self) -> list[dict[str, object]]:
        """Return who took which option, with its words."""
        return [
            {
                "text": self.told.options[each.option][0],
                "correct": self.told.options[each.option][1],
                "row": each,
            }
            for each in self.item.choices
        ]


COLUMNS: Final = (
    ("bank", lambda line: line.told.bank),
    ("question", lambda line: line.told.key),
    ("revision", lambda line: line.told.revision),
    ("people", lambda line: line.item.people),
    ("facility", lambda line: _rounded(line.item.facility)),
    ("discrimination", lambda line: _rounded(line.item.discrimination)),
    ("indicative", lambda line: "yes" if line.item.indicative else ""),
    ("look_at", lambda line: line.hint),
    ("choices", lambda line: _choices(line)),
)


@never_cache
@require_safe
def quiz(request: HttpRequest, quiz: str) -> HttpResponse:
    """Show how a quiz and its questions work."""
    found = _quiz(request, quiz)
    whole, told = sittings.quiz_statistics(quiz=found)
    lines = [Line(told[item.question], item) for item in whole.items]
    lines.sort(key=lambda line: (line.told.bank, line.told.key, line.told.revision))
    context = {
        "quiz": found,
        "whole": whole,
        "lines": [line for line in lines if line.item.shown],
        "silent": sum(not line.item.shown for line in lines),
        "fewest": figures.FEWEST,
        "firm": figures.FIRM,
        "crumbs": [{"label": _("Teach"), "url": reverse("train")}],
    }
    return render(request, "courses/teaching/quiz.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, quiz: str) -> HttpResponseBase:
    """Download the figures of each question; those of few people are left empty."""
    found = _quiz(request, quiz)
    whole, told = sittings.quiz_statistics(quiz=found)
    lines = [Line(told[item.question], item) for item in whole.items]
    lines.sort(key=lambda line: (line.told.bank, line.told.key, line.told.revision))
    return csv_response(f"{found.key}-{today()}", COLUMNS, lines)


def _quiz(request: HttpRequest, key: str) -> Quiz:
    """Return a quiz for who may see how it works.

    Raises:
        Http404: there is no such quiz.
        PermissionDenied: the account neither teaches nor edits nor audits.
    """
    if request.user.pk is None or not access.may_see_desk(user_id=request.user.pk):
        raise PermissionDenied
    found = sittings.quiz(key=key)
    if found is None:
        raise Http404
    return found


def _rounded(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.4f}"


def _choices(line: Line) -> str:
    return " · ".join(
        f"{each.option}{'*' if line.told.options[each.option][1] else ''} {each.share:.4f}"
        for each in line.item.choices
    )
