"""Reckon what the hours of a version rest on after editors changed its lessons. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from courses.catalog.candidates import Candidate
from courses.catalog.contents import measured
from courses.catalog.packs import TEXT, credit_hours, minutes_of
from courses.catalog.packs.basis import (
    ASKED,
    CHECKS,
    DECISIONS,
    DIFFICULTY,
    FILMS,
    NOT_SET,
    WORDS,
)

INPUTS: Final = {WORDS: "words", CHECKS: "checks", DECISIONS: "decisions"}
Measured = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Based:
    """Why one unit of a version is worth its hours of one type, as ``HoursBasis`` keeps it."""

    unit: str
    title: str
    hours_type: str
    method: str
    inputs: Mapping[str, str]
    raw_minutes: Decimal
    supported_hours: Decimal
    claimed_hours: Decimal
    reviewer: str

    @property
    def enough(self) -> bool:
        """Tell whether the basis supports what is claimed."""
        return self.claimed_hours <= self.supported_hours


def bases_after(candidate: Candidate, before: Iterable[Based]) -> list[Based]:
    """Return the bases of a version that editors changed, from those it started from.

    What is read is counted again: the difference in words, checks, decisions and film minutes is
    added to what was counted. What people do together stays as it was counted.
    """
    known = {(each.unit, each.hours_type): each for each in before}
    old = {key: measured(each.get("body", ())) for key, each in candidate.lessons_base.items()}
    new = {key: measured(each.get("body", ())) for key, each in candidate.lessons.items()}
    units = [(f"module:{each.key}", each, [each]) for each in candidate.after.modules]
    if not any(module.hours for module in candidate.after.modules):
        whole = candidate.after
        units = [(f"course:{whole.course_key}", whole, list(whole.modules))]  # type: ignore[list-item]
    easiest = min(
        (each.inputs.get(DIFFICULTY, NOT_SET) for each in known.values()), default=NOT_SET
    )
    found: list[Based] = []
    for name, unit, modules in units:
        for kind, claimed in unit.hours.items():
            last = known.get((name, kind))
            if not claimed:
                continue
            if kind == "self_paced":
                keys = [lesson.key for module in modules for lesson in module.lessons]
                found.append(_read(name, unit, claimed, last, keys, old, new, easiest))
            elif last is not None:
                found.append(_claiming(last, claimed))
            else:
                found.append(_nothing(name, unit, kind, claimed))
    return found


def _read(
    name: str,
    unit: Any,
    claimed: Decimal,
    last: Based | None,
    keys: list[str],
    old: Measured,
    new: Measured,
    easiest: str,
) -> Based:
    module = name.removeprefix("module:")
    whole = name.startswith("course:")
    gone = [key for key in old if whole or key.rpartition("/")[0] == module]
    inputs = dict(last.inputs) if last else {ASKED: "0", DIFFICULTY: easiest}
    for label, counted in (*INPUTS.items(), (FILMS, "films")):
        start = Decimal(inputs.get(label, 0)) if last else Decimal(0)
        before = sum((old[key][counted] for key in gone), Decimal(0)) if last else Decimal(0)
        after = sum((new[key][counted] for key in keys if key in new), Decimal(0))
        value = max(start - before + after, Decimal(0))
        if label != FILMS or value:
            inputs[label] = str(value)
    raw = minutes_of(inputs)
    return Based(
        unit=name,
        title=unit.title,
        hours_type="self_paced",
        method=TEXT,
        inputs=inputs,
        raw_minutes=raw,
        supported_hours=credit_hours(raw),
        claimed_hours=claimed,
        reviewer=last.reviewer if last else "",
    )


def _claiming(last: Based, claimed: Decimal) -> Based:
    return Based(
        last.unit, last.title, last.hours_type, last.method, last.inputs, last.raw_minutes,
        last.supported_hours, claimed, last.reviewer,
    )  # fmt: skip


def _nothing(name: str, unit: Any, kind: str, claimed: Decimal) -> Based:
    return Based(name, unit.title, kind, "plan", {}, Decimal(0), Decimal(0), claimed, "")
