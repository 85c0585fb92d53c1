"""Make the rows of the syllabus: hours and their basis, pathways and crosswalk."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import HoursBasis
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.packs.fields import HOURS_TYPES
from courses.learning.models import HoursType
from lms.kit import formats


@dataclass(frozen=True, slots=True)
class Row:
    """One module of the table of hours; ``cells``: (type in words, hours) in order."""

    number: int
    module: OutlineModule
    cells: tuple[tuple[str, Decimal], ...]
    total: Decimal


def context(outline: Outline, bases: Iterable[HoursBasis]) -> dict[str, Any]:
    """Return everything the syllabus shows."""
    rows = [_row(number, module) for number, module in enumerate(outline.modules, start=1)]
    sums = _cells(outline.hours)
    names = {module.key: f"{number}" for number, module in enumerate(outline.modules, start=1)}
    kinds = dict(HoursType.choices)
    often = _said_often(outline.crosswalk)
    return {
        "outline": outline,
        "review_due": date.fromisoformat(outline.review_due) if outline.review_due else None,
        "rows": rows if any(row.total for row in rows) else [],
        "kinds": [kinds[HoursType(kind)] for kind in HOURS_TYPES],
        "sums": sums,
        "total": sum(outline.hours.values(), Decimal(0)),
        "competencies": [
            (code, words, [names[m.key] for m in outline.modules if code in m.competencies])
            for code, words in outline.competencies.items()
        ],
        "bases": [_basis(each, outline) for each in bases],
        "pathways": [_pathway(each, names) for each in outline.pathways],
        "crosswalk": [_framework(each, names, often) for each in outline.crosswalk],
        "crosswalk_notes": " ".join(often),
    }


def _row(number: int, module: OutlineModule) -> Row:
    return Row(number, module, _cells(module.hours), sum(module.hours.values(), Decimal(0)))


def _cells(hours: Mapping[str, Decimal]) -> tuple[tuple[str, Decimal], ...]:
    kinds = dict(HoursType.choices)
    return tuple((str(kinds[HoursType(kind)]), hours.get(kind, Decimal(0))) for kind in HOURS_TYPES)


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
        "inputs": "; ".join(
            f"{_counted(name, outline)}: {value}" for name, value in basis.inputs.items()
        ),
        "raw": formats.plain(basis.raw_minutes, 2),
        "supported": formats.plain(basis.supported_hours, 2),
        "claimed": formats.plain(basis.claimed_hours, 2),
        "reviewer": basis.reviewer,
    }


def _counted(name: str, outline: Outline) -> str:
    """Return what was counted in words: the key of a rubric becomes its title."""
    titles = {rubric.key: rubric.title for each in outline.modules for rubric in each.rubrics}
    return titles.get(name.rpartition(" ")[2], name)


def _pathway(pathway: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    kinds = dict(HoursType.choices)
    modes = pathway["modes"]
    return {
        "title": pathway["title"],
        "modules": _modules(pathway["modules"], names),
        "modes": "" if modes == "all" else ", ".join(str(kinds[HoursType(kind)]) for kind in modes),
        "extra": pathway["extra"],
        "basis": pathway["basis"],
        "note": pathway["note"],
    }


def _modules(keys: Any, names: Mapping[str, str]) -> str:
    """Return which modules in words; ``keys`` is "all" or a list."""
    if keys == "all":
        return _("All modules")
    if not keys:
        return _("Nothing of it")
    numbers = ", ".join(names[key] for key in keys)
    return ngettext("Module %(numbers)s", "Modules %(numbers)s", len(keys)) % {"numbers": numbers}


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) (?=[A-Z])", text)


def _said_often(frameworks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the sentences that more than half of all topics carry: the page says them once."""
    notes = [topic["note"] for each in frameworks for topic in each["topics"] if topic["note"]]
    counted = Counter(words for note in notes for words in _sentences(note))
    return [words for words, times in counted.items() if times > max(3, len(notes) // 2)]


def _framework(
    framework: Mapping[str, Any], names: Mapping[str, str], often: Collection[str]
) -> dict[str, Any]:
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
                "rest": " ".join(w for w in _sentences(topic["note"]) if w not in often),
                "numbers": ", ".join(names[key] for key in topic["modules"]),
                "words": coverage[topic["coverage"]],
            }
            for topic in framework["topics"]
        ],
    }
