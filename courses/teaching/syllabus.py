"""Make the rows of the syllabus: hours and their basis, pathways and crosswalk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.catalog.models import HoursBasis
from courses.catalog.outline import Outline, OutlineModule
from courses.learning.models import HoursType
from lms.kit import formats

KINDS = ("self_paced", "live", "practice", "coaching")


@dataclass(frozen=True, slots=True)
class Row:
    """One module of the table of hours; ``hours`` in the order of ``KINDS``."""

    number: int
    module: OutlineModule
    hours: tuple[Decimal, ...]
    total: Decimal


def context(outline: Outline, bases: Iterable[HoursBasis]) -> dict[str, Any]:
    """Return everything the syllabus shows."""
    rows = [_row(number, module) for number, module in enumerate(outline.modules, start=1)]
    sums = [outline.hours.get(kind, Decimal(0)) for kind in KINDS]
    names = {module.key: f"{number}" for number, module in enumerate(outline.modules, start=1)}
    kinds = dict(HoursType.choices)
    return {
        "outline": outline,
        "rows": rows if any(row.total for row in rows) else [],
        "kinds": [kinds[HoursType(kind)] for kind in KINDS],
        "sums": sums,
        "total": sum(sums, Decimal(0)),
        "competencies": [
            (code, words, [names[m.key] for m in outline.modules if code in m.competencies])
            for code, words in outline.competencies.items()
        ],
        "bases": [_basis(each, outline) for each in bases],
        "pathways": [_pathway(each, names) for each in outline.pathways],
        "crosswalk": [_framework(each, names) for each in outline.crosswalk],
    }


def _row(number: int, module: OutlineModule) -> Row:
    hours = tuple(module.hours.get(kind, Decimal(0)) for kind in KINDS)
    return Row(number, module, hours, sum(hours, Decimal(0)))


def _basis(basis: HoursBasis, outline: Outline) -> dict[str, Any]:
    methods = {
        "text": _("formula for text with questions"),
        "agenda": _("minutes of the agenda"),
        "plan": _("minutes of the scored practice"),
    }
    return {
        "title": basis.title,
        "kind": dict(HoursType.choices)[HoursType(basis.hours_type)],
        "method": methods.get(basis.method, basis.method),
        "inputs": "; ".join(f"{name}: {value}" for name, value in basis.inputs.items()),
        "raw": formats.plain(basis.raw_minutes, 2),
        "supported": formats.plain(basis.supported_hours, 2),
        "claimed": formats.plain(basis.claimed_hours, 2),
        "reviewer": basis.reviewer,
    }


def _pathway(pathway: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    kinds = dict(HoursType.choices)
    every, modes = pathway["modules"] == "all", pathway["modes"]
    return {
        "title": pathway["title"],
        "modules": _("All modules")
        if every
        else _("Modules %(numbers)s")
        % {"numbers": ", ".join(names[key] for key in pathway["modules"])},
        "modes": "" if modes == "all" else ", ".join(str(kinds[HoursType(kind)]) for kind in modes),
        "extra": pathway["extra"],
        "basis": pathway["basis"],
        "note": pathway["note"],
    }


def _framework(framework: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    coverage = {
        "full": _("covered"),
        "partial": _("in part"),
        "local": _("local add-on needed"),
    }
    return {
        **framework,
        "topics": [
            {
                **topic,
                "numbers": ", ".join(names[key] for key in topic["modules"]),
                "words": coverage[topic["coverage"]],
            }
            for topic in framework["topics"]
        ],
    }
