"""Read what a revision of a page holds: its fields, its words, its pictures and films. Pure."""

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from courses.catalog.packs.readability import count_words
from courses.catalog.scenario import fewest_choices

SHARED: Final = ("title", "slug", "key", "minutes", "competencies")
FIELDS: Final = (
    *SHARED, "summary", "access", "hours", "reviewed_by", "review_due", "objectives", "quiz_key",
    "rubric_keys", "downloads", "facilitator_guide", "sources", "content_warning", "body",
)  # fmt: skip
EMPTY_MODULE: Final[Mapping[str, Any]] = {
    "objectives": [], "quiz_key": "", "quiz_title": "", "quiz_minutes": 0, "hours": {},
    "competencies": [], "rubrics": [],
}  # fmt: skip
# What names a thing and is no word of it.
NAMES: Final = frozenset({"id", "src", "file", "captions", "next", "start", "tone", "kind", "type"})
_TAG: Final = re.compile(r"<[^>]+>")
_BREAK: Final = re.compile(r"</(?:p|li|h\d|blockquote|tr)>|<br\s*/?>|\n{2,}")

Body = Sequence[Mapping[str, Any]]


def fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a revision that readers, credit or reviewers depend on."""
    found = {name: content[name] for name in FIELDS if name in content}
    if isinstance(found.get("body"), str):
        found["body"] = json.loads(found["body"] or "[]")
    return found


def fields_of(page: Any) -> dict[str, Any]:
    """Return the fields of a page that has no revision."""
    return {name: getattr(page, name) for name in FIELDS if hasattr(page, name)}


def digest(found: Mapping[str, Any]) -> str:
    """Return a digest of fields; the same words have the same digest."""
    words = json.dumps(_bare(found), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    """Tell whether two revisions say the same."""
    return one is not None and digest(one) == digest(other)


def _bare(value: Any) -> Any:
    """Return a value without the ids that the editor gives to blocks and list items."""
    if isinstance(value, Mapping):
        inner = {key: _bare(each) for key, each in value.items()}
        # A block or a list item: {"type", "value", "id"}. The id of a story or check stays.
        return {k: v for k, v in inner.items() if k != "id"} if "value" in inner else inner
    if isinstance(value, list):
        return [_bare(each) for each in value]
    return value


def course_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an outline says of a course."""
    return {
        "slug": found["slug"],
        "title": found["title"],
        "summary": found["summary"],
        "access": found["access"],
        "reviewed_by": found["reviewed_by"],
        "minutes": found["minutes"],
        "hours": found["hours"],
        "competencies": found["competencies"],
        "review_due": str(found["review_due"] or ""),
    }


def module_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an outline says of a module, without its quiz and rubrics."""
    named = ("key", "slug", "title", "minutes", "objectives", "competencies")
    return {name: found[name] for name in named}


def lesson_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an outline says of a lesson."""
    return {name: found[name] for name in ("key", "slug", "title", "minutes", "objectives")}


def paragraphs(body: Body) -> list[str]:
    """Return the words of a lesson as plain paragraphs, in order."""
    return [words for block in body for words in _paragraphs(block["value"])]


def _paragraphs(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        for piece in _BREAK.split(value):
            words = " ".join(html.unescape(_TAG.sub(" ", piece)).split())
            if words:
                yield words
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in NAMES:
                yield from _paragraphs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _paragraphs(inner)


def plain(value: Any) -> Any:
    """Return a block's value without the wrapping that lists have in a saved page."""
    if isinstance(value, list):
        return [
            plain(each["value"])
            if isinstance(each, Mapping) and each.get("type") == "item"
            else plain(each)
            for each in value
        ]
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return value


def measured(body: Body) -> dict[str, Decimal]:
    """Return what is counted of a lesson for its hours: words, checks, decisions, film minutes."""
    counted = {
        "words": Decimal(sum(count_words(words) for words in paragraphs(body))),
        "checks": Decimal(0),
        "decisions": Decimal(0),
        "films": Decimal(0),
    }
    for block in body:
        value = plain(block["value"])
        if block["type"] == "check":
            counted["checks"] += 1
        elif block["type"] == "scenario":
            counted["decisions"] += _decisions(value)
        elif block["type"] in ("video", "recording"):
            counted["films"] += _number(value.get("minutes"))
    return counted


def _decisions(value: Mapping[str, Any]) -> int:
    try:
        return fewest_choices(value["steps"], value["start"])
    except (KeyError, ValueError, RecursionError):
        return 0


def _number(text: object) -> Decimal:
    try:
        return Decimal(str(text or 0))
    except InvalidOperation:
        return Decimal(0)


def recordings(body: Body) -> set[str]:
    """Return the ids of the recordings that a lesson shows."""
    found = {str(block["value"].get("recording") or "") for block in body
             if block["type"] == "recording"}  # fmt: skip
    return found - {""}
