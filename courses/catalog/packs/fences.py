"""Split a lesson into running Markdown and fenced blocks, and check each block's fields."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from courses.catalog.packs.fields import Fields, all_different
from courses.catalog.packs.files import Source, inside, read_text, read_yaml
from courses.catalog.packs.problems import Problems
from courses.catalog.packs.shapes import Block
from courses.catalog.scenario import unreachable, without_end

FENCE: Final = re.compile(r"(`{3,}|~{3,})\s*([A-Za-z0-9-]*)\s*")
TONES: Final = ("helps", "mixed", "harms")
CALLOUTS: Final = ("try", "note", "say", "warning", "help")
MOST_WORDS: Final = 400


@dataclass(slots=True)
class Context:
    """What a block is checked against: the files of the pack, and ids used so far."""

    files: dict[str, Path]
    problems: Problems


def split_lesson(source: Source, context: Context) -> tuple[Block, ...]:
    """Return the blocks of a lesson body in order; running text has the kind ``text``."""
    blocks: list[Block] = []
    named: list[tuple[Fields, str]] = []
    for kind, part in cut(source, context.problems):
        if kind == "text":
            if part.text.strip():
                blocks.append(Block("text", {"text": part.text.strip()}))
            continue
        reader = READERS.get(kind)
        if reader is None:
            known = ", ".join(sorted(READERS))
            context.problems.add(part.file, part.line - 1, f"unknown block {kind!r}: use {known}")
            continue
        data = read_yaml(part, context.problems)
        if data is None:
            continue
        fields = Fields(data, part.file, part.line, context.problems)
        value = reader(fields, context)
        fields.done()
        named.append((fields, value.get("id", "")))
        blocks.append(Block(kind, value))
    all_different(named, "id")
    return tuple(blocks)


def cut(source: Source, problems: Problems) -> list[tuple[str, Source]]:
    """Return (kind, text) in order, each knowing the line it begins on; running text is "text"."""
    parts: list[tuple[str, Source]] = []
    held: list[str] = []
    start, kind, fence, opened = source.line, "text", "", 0
    for line_number, line in enumerate(source.text.split("\n"), start=source.line):
        mark = FENCE.fullmatch(line)
        closes = bool(fence) and line.rstrip() == fence
        opens = not fence and mark is not None
        if not closes and not opens:
            held.append(line)
            continue
        parts.append((kind, Source(source.file, start, "\n".join(held))))
        held, start = [], line_number + 1
        if opens and mark is not None:
            kind, fence, opened = mark[2], mark[1], line_number
        else:
            kind, fence = "text", ""
    if fence:
        problems.add(source.file, opened, f"the block {kind!r} is not closed with {fence}")
    else:
        parts.append((kind, Source(source.file, start, "\n".join(held))))
    return parts


def _scenario(fields: Fields, context: Context) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": fields.slug("id"),
        "title": fields.text("title", most=160),
        "intro": fields.text("intro"),
        "start": fields.slug("start"),
        "debrief": fields.text("debrief", required=False),
    }
    steps = fields.group("steps")
    if steps is None:
        fields.wrong("steps", "is missing")
        return value | {"steps": []}
    value["steps"] = found = [_step(steps, name) for name in list(steps.data)]
    steps.done()
    known = {step["id"] for step in found}
    if value["start"] not in known:
        fields.wrong("start", f"there is no step {value['start']!r}")
    for step in found:
        for choice in step["choices"]:
            if choice["next"] and choice["next"] not in known:
                fields.wrong(
                    f"steps.{step['id']}.choices.{choice['id']}.next",
                    f"there is no step {choice['next']!r}",
                )
    for name in unreachable(found, value["start"]):
        fields.wrong(f"steps.{name}", "no choice leads here")
    for name in without_end(found):
        fields.wrong(f"steps.{name}", "the story never ends from here")
    return value


def _step(steps: Fields, name: str) -> dict[str, Any]:
    inner = steps.group(name)
    if inner is None:
        steps.wrong(name, "must hold text, question and choices")
        return {"id": name, "text": "", "question": "", "choices": []}
    choices = inner.groups("choices", least=2)
    value = {
        "id": name,
        "text": inner.text("text"),
        "question": inner.text("question", most=MOST_WORDS),
        "choices": [_choice(choice) for choice in choices],
    }
    all_different([(choice, str(choice.data.get("id"))) for choice in choices], "id")
    inner.done()
    return value


def _choice(fields: Fields) -> dict[str, Any]:
    value = {
        "id": fields.slug("id", most=40),
        "text": fields.text("text", most=MOST_WORDS),
        "tone": fields.choice("tone", TONES),
        "result_title": fields.text("result_title", most=160),
        "result": fields.text("result"),
        "next": fields.text("next", required=False, most=80),
    }
    if "next" not in fields.data:
        fields.wrong("next", "is missing; null ends the story")
    fields.done()
    return value


def _check(fields: Fields, context: Context) -> dict[str, Any]:
    options = fields.groups("options", least=2)
    value: dict[str, Any] = {
        "id": fields.slug("id"),
        "title": fields.text("title", most=160),
        "question": fields.text("question"),
        "options": [option(each) for each in options],
    }
    all_different([(each, str(each.data.get("id"))) for each in options], "id")
    if options and not any(each["correct"] for each in value["options"]):
        fields.wrong("options", "none is correct")
    return value


def option(fields: Fields) -> dict[str, Any]:
    """Return one answer of a check or quiz: words, whether it is right, and what to say then."""
    value = {
        "id": fields.slug("id", most=40),
        "text": fields.text("text", most=MOST_WORDS),
        "correct": fields.flag("correct"),
        "feedback": fields.text("feedback"),
    }
    fields.done()
    return value


def _reflection(fields: Fields, context: Context) -> dict[str, Any]:
    return {
        "id": fields.slug("id"),
        "title": fields.text("title", most=160),
        "prompt": fields.text("prompt"),
        "hint": fields.text("hint", required=False),
    }


def _callout(fields: Fields, context: Context) -> dict[str, Any]:
    return {
        "kind": fields.choice("kind", CALLOUTS),
        "title": fields.text("title", required=False, most=120),
        "text": fields.text("text"),
    }


def _video(fields: Fields, context: Context) -> dict[str, Any]:
    captions = _file(fields, "captions", context)
    if captions and not captions.endswith(".vtt"):
        fields.wrong("captions", "must be a .vtt file")
    transcript = fields.text("transcript")
    if transcript in context.files:
        found = read_text(context.files, transcript, context.problems)
        transcript = found.text if found else ""
    return {
        "title": fields.text("title", most=160),
        "src": _file(fields, "src", context),
        "captions": captions,
        "transcript": transcript,
        # How long the film runs: only then it counts towards hours.
        "minutes": str(fields.amount("minutes")),
    }


def _image(fields: Fields, context: Context) -> dict[str, Any]:
    return {
        "src": _file(fields, "src", context),
        "alt": fields.text("alt", most=300),
        "caption": fields.text("caption", required=False, most=300),
    }


def download(fields: Fields, context: Context) -> dict[str, Any]:
    """Return a file of the pack that readers may keep or print."""
    return {
        "title": fields.text("title", most=160),
        "file": _file(fields, "file", context),
        "description": fields.text("description", required=False, most=400),
    }


def _local_rule(fields: Fields, context: Context) -> dict[str, Any]:
    return {
        "id": fields.slug("id"),
        "title": fields.text("title", most=160),
        "ask": fields.text("ask"),
    }


def _file(fields: Fields, name: str, context: Context) -> str:
    path = fields.text(name, most=300)
    if path and (reason := inside(path, context.files)):
        fields.wrong(name, reason)
        return ""
    return path


READERS: Final[dict[str, Callable[[Fields, Context], dict[str, Any]]]] = {
    "scenario": _scenario,
    "knowledge-check": _check,
    "reflection": _reflection,
    "callout": _callout,
    "video": _video,
    "image": _image,
    "download": download,
    "local-rule": _local_rule,
}
