"""Turn a lesson body and what a reader answered into parts that templates draw.

What a reader has not answered yet stays on the server: results, feedback and keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from wagtail.blocks import StreamValue

from courses.catalog import scenario
from courses.catalog.anchors import Names, heading_above
from lms.kit.html import clean_inline, render_markdown

ANSWERED: Final = ("scenario", "check", "reflection")
FILES: Final = ("pack_picture", "pack_file", "video")
DRAWN_APART: Final = (*FILES, "recording", "local_rule")

Answers = Mapping[str, Sequence[str]]
"""Block id → what was chosen, in order: a story's path, one option, or the words typed."""


@lru_cache(maxsize=4096)
def prose(text: str) -> SafeString:
    """Return Markdown as safe HTML; the same words are rendered once for a process."""
    return render_markdown(text)


@lru_cache(maxsize=4096)
def phrase(text: str) -> SafeString:
    """Return Markdown as safe HTML that fits in a label or heading."""
    return SafeString(clean_inline(render_markdown(text)).strip())


@dataclass(frozen=True, slots=True)
class Part:
    """One drawn piece of a lesson: a template of ``courses/catalog/blocks/`` and its values."""

    kind: str
    values: Mapping[str, Any]

    @property
    def template(self) -> str:
        """Return the template that draws it."""
        return f"courses/catalog/blocks/{self.kind}.html"


def accepted(kind: str, value: Mapping[str, Any], given: Sequence[str]) -> list[str]:
    """Return of the given answers those that the block knows, as they are kept."""
    if kind == "scenario":
        return list(scenario.walk(value["steps"], value["start"], given).path)
    if kind == "check":
        known = {option["id"] for option in value["options"]}
        return [choice for choice in given[-1:] if choice in known]
    return [text.strip() for text in given[-1:]]


def answering(body: StreamValue) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the blocks that take answers, by id, as (kind, value)."""
    return {
        block.value["id"]: (block.block_type, block.value)
        for block in body
        if block.block_type in ANSWERED
    }


def rule_keys(body: StreamValue) -> list[str]:
    """Return the keys of the state's rules that a lesson shows."""
    return [block.value["id"] for block in body if block.block_type == "local_rule"]


def parts_of(
    body: StreamValue,
    *,
    answers: Answers,
    files_url: str,
    saves: bool,
    refused: str = "",
    rules: Mapping[str, Any] | None = None,
    recordings: Mapping[str, Any] | None = None,
) -> list[Part]:
    """Return the parts of a lesson in order.

    ``files_url`` is where the pack's files are served. ``saves``: answers are posted and kept;
    otherwise each form carries all answers in the address, and nothing is kept anywhere.
    ``refused``: the id of the reflection that was too long to keep. ``rules``: the state's rules
    by key, as ``LocalRule`` rows; ``recordings``: by id, as ``CourseMedia`` rows.
    """
    known = {
        name: accepted(kind, value, answers.get(name, ()))
        for name, (kind, value) in answering(body).items()
        if saves or kind != "reflection"
    }
    parts: list[Part] = []
    words = _words(body)[0]
    for place, block in enumerate(body):
        kind, value = block.block_type, block.value
        if kind in ANSWERED:
            others = tuple(
                (name, choice)
                for name, choices in known.items()
                if name != value["id"]
                for choice in choices
            )
            form = _Form(value["id"], saves, others, refused == value["id"])
            drawn = BUILDERS[kind](value, known.get(value["id"], []), form)
            parts.append(Part(kind, drawn))
        elif kind in FILES:
            parts.append(Part(kind, _file_part(value, files_url)))
        elif kind == "recording":
            row = (recordings or {}).get(value["recording"])
            parts += [Part(kind, _recording(row, block.id, files_url))] if row else []
        elif kind == "local_rule":
            parts.append(Part(kind, _rule(value, (rules or {}).get(value["id"]))))
        else:
            parts.append(Part("words" if kind == "words" else "shared", {"html": words[place]}))
    return parts


def heading_of(body: StreamValue, anchor: str) -> str:
    """Return the words of the heading or task that an anchor of a lesson stands at, or ""."""
    return _words(body)[1].get(heading_above(anchor), "")


def _words(body: StreamValue) -> tuple[dict[int, SafeString], dict[str, str]]:
    """Return the blocks that take no answers as HTML, by place, and the words of all headings.

    Drawn once while the page of the body is kept.
    """
    if not hasattr(body, "drawn"):
        names, drawn = Names(), {}
        for place, block in enumerate(body):
            kind, value = block.block_type, block.value
            if kind in ANSWERED:
                names.headings[value["id"]] = value["title"]
            elif kind not in DRAWN_APART:
                html = prose(value) if kind == "words" else block.render()
                drawn[place] = SafeString(names.named(html))
        body.drawn = (drawn, names.headings)
    found: tuple[dict[int, SafeString], dict[str, str]] = body.drawn
    return found


@dataclass(frozen=True, slots=True)
class _Form:
    """How a block's form goes to the server."""

    id: str
    saves: bool
    others: tuple[tuple[str, str], ...]
    refused: bool

    def shared(self) -> dict[str, Any]:
        """Return what every form needs; without saving, the other answers ride along."""
        hidden = () if self.saves else self.others
        return {"id": self.id, "saves": self.saves, "hidden": hidden, "refused": self.refused}

    def back_to(self, path: Sequence[str]) -> str:
        """Return the address at which this block stands at ``path``."""
        query = urlencode([*self.others, *((self.id, choice) for choice in path)])
        return f"?{query}#{self.id}"


def _scenario(value: Mapping[str, Any], path: Sequence[str], form: _Form) -> dict[str, Any]:
    told = scenario.walk(value["steps"], value["start"], path)
    taken = [
        {
            "number": number,
            "text": prose(each.step["text"]),
            "question": phrase(each.step["question"]),
            "chosen": phrase(each.choice["text"]),
            "tone": each.choice["tone"],
            "result_title": each.choice["result_title"],
            "result": prose(each.choice["result"]),
            "path": each.path,
            "href": form.back_to(each.path),
        }
        for number, each in enumerate(told.taken, start=1)
    ]
    current = told.current
    return form.shared() | {
        "title": value["title"],
        "intro": prose(value["intro"]),
        "taken": taken,
        "number": len(taken) + 1,
        "path": told.path,
        "current": current
        and {
            "text": prose(current["text"]),
            "question": phrase(current["question"]),
            "choices": [(each["id"], phrase(each["text"])) for each in current["choices"]],
        },
        "debrief": prose(value["debrief"]) if current is None and value["debrief"] else "",
    }


def _check(value: Mapping[str, Any], chosen: Sequence[str], form: _Form) -> dict[str, Any]:
    picked = next((each for each in value["options"] if each["id"] in chosen[-1:]), None)
    return form.shared() | {
        "title": value["title"],
        "question": phrase(value["question"]),
        "options": [
            (each["id"], phrase(each["text"]), each is picked) for each in value["options"]
        ],
        "answered": picked is not None,
        "correct": bool(picked and picked["correct"]),
        "feedback": prose(picked["feedback"]) if picked else "",
    }


def _reflection(value: Mapping[str, Any], typed: Sequence[str], form: _Form) -> dict[str, Any]:
    return form.shared() | {
        "title": value["title"],
        "prompt": prose(value["prompt"]),
        "hint": phrase(value["hint"]) if value["hint"] else "",
        "text": "".join(typed),
    }


def _rule(value: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """Return the state's own rule, or what it still has to fill in."""
    if row is None:
        return {"title": value["title"], "ask": prose(value["ask"]), "filled": False}
    return {"title": value["title"], "filled": True, "text": prose(row.text), "rule": row}


def recording_ids(body: StreamValue) -> list[str]:
    """Return the ids of the recordings that a lesson shows."""
    found = [block.value["recording"] for block in body if block.block_type == "recording"]
    return [each for each in found if each]


def _recording(row: Any, block_id: str, files_url: str) -> dict[str, Any]:
    names = list(row.files())
    return {
        "id": block_id,
        "title": row.title,
        "sound": row.kind == "audio",
        "src": files_url + names[0],
        "captions": files_url + names[1] if len(names) > 1 else "",
        "language": row.language,
        "seconds": row.seconds,
        "transcript": prose(row.transcript),
    }


def _file_part(value: Mapping[str, Any], files_url: str) -> dict[str, Any]:
    drawn = dict(value)
    for name in ("src", "captions", "file"):
        if drawn.get(name):
            drawn[name] = files_url + drawn[name]
    if drawn.get("transcript"):
        drawn["transcript"] = prose(drawn["transcript"])
    if drawn.get("file"):
        drawn["meta"] = drawn["file"].rpartition(".")[2].upper()
    return drawn


BUILDERS: Final = {"scenario": _scenario, "check": _check, "reflection": _reflection}
