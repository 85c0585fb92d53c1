"""Carry what a format has no field for as tags like "objective:O1", and read them back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w

MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40
YES: Final = "yes"
RULES: Final = {
    "all_or_nothing",
    "right_minus_wrong",
    "per_option",
    "per_pair",
    "exact",
    "positions",
    "adjacent",
}


def tags_of(question: w.Written) -> list[str]:
    """Return the tags that say everything about a question that its words do not."""
    said = [f"{name}:{text}" for name, text in (
        ("objective", question.objective),
        ("competency", question.competency),
        ("rule", question.rule),
        ("unit", question.unit),
    ) if text]  # fmt: skip
    if question.max_words is not None:
        said.append(f"max_words:{question.max_words}")
    if question.difficulty != 1:
        said.append(f"difficulty:{question.difficulty}")
    if question.points != 1:
        said.append(f"points:{question.points}")
    for name, holds in (
        ("critical", question.critical),
        ("confidence", question.asks_confidence),
        ("case", question.case_sensitive),
    ):
        if holds:
            said.append(f"{name}:{YES}")
    return [*said, *question.tags]


def with_tags(question: w.Written, tags: Iterable[str], remarks: w.Remarks) -> w.Written:
    """Return the question with its tags, those that name a field of ours read into it."""
    plain: list[str] = []
    changes: dict[str, Any] = {}
    for tag in tags:
        name, colon, value = tag.partition(":")
        value = value.strip()
        match name.strip().lower() if colon else "":
            case "objective" | "competency" as field if 0 < len(value) <= 20:
                changes[field] = value
            case "difficulty" if value in {"1", "2", "3"}:
                changes["difficulty"] = int(value)
            case "rule" if value in RULES:
                changes["rule"] = value
            case "unit" if 0 < len(value) <= 40:
                changes["unit"] = value
            case "max_words" if (
                value.isascii() and value.isdigit() and 10 <= int(value[:5]) <= 3000
            ):
                changes["max_words"] = int(value[:5])
            case "points" if value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= 100:
                changes["points"] = int(value[:4])
            case "critical":
                changes["critical"] = value.lower() == YES
            case "confidence":
                changes["asks_confidence"] = value.lower() == YES
            case "case":
                changes["case_sensitive"] = value.lower() == YES
            case _other:
                plain.append(tag.strip())
    kept = tidy(plain, remarks)
    said = question.said | changes.keys() | ({"tags"} if kept else set())
    return replace(question, tags=kept, said=frozenset(said), **changes)


def tidy(tags: Iterable[str], remarks: w.Remarks) -> tuple[str, ...]:
    """Return tags without doubles, none too long and not too many; what is cut is remarked."""
    kept: list[str] = []
    # A semicolon parts tags in tables, so that it parts them everywhere.
    for tag in (" ".join(piece.split()) for each in tags for piece in each.split(";")):
        if not tag or tag in kept:
            continue
        if len(tag) > LONGEST_TAG or len(kept) >= MOST_TAGS:
            remarks.say(
                _("Tags were left out: at most %(most)d, of %(long)d characters each.")
                % {"most": MOST_TAGS, "long": LONGEST_TAG}
            )
            continue
        kept.append(tag)
    return tuple(kept)
