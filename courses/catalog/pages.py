"""Turn the parts of a pack into the fields of pages, and digests that tell whether they changed."""

import hashlib
import json
import re
import uuid
from typing import Any, Final

from courses.catalog.packs import Block, CoursePack, LessonPack, ModulePack
from lms.kit.html import render_markdown

Fields = dict[str, Any]

# Kind of block in a pack → kind of block in a page.
PAGE_KINDS: Final = {
    "text": "text",
    "callout": "callout",
    "scenario": "scenario",
    "knowledge-check": "check",
    "reflection": "reflection",
    "image": "pack_picture",
    "download": "pack_file",
    "video": "video",
    "local-rule": "local_rule",
}
# What the rich text editor gives back as it was; it drops anything else without a word.
EDITOR_KEEPS: Final = frozenset("p h2 h3 b strong i em ol ul li a blockquote br".split())
_NAMESPACE: Final = uuid.UUID("6f1c2c0e-6a53-4c5e-9a5e-0d7f6a1b2c3d")


def digest(fields: Fields) -> str:
    """Return a digest of page fields; the same words have the same digest."""
    words = json.dumps(fields, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def course_fields(pack: CoursePack) -> Fields:
    """Return the fields of a course page."""
    return {
        "title": pack.title,
        "slug": pack.key,
        "key": pack.key,
        "summary": pack.summary,
        "access": pack.access,
        "minutes": pack.minutes,
        "hours": hours(pack.hours),
        "competencies": pack.competencies,
        "reviewed_by": pack.reviewed_by,
        "review_due": pack.review_due,
    }


def module_fields(module: ModulePack) -> Fields:
    """Return the fields of a module page."""
    return {
        "title": module.title,
        "slug": module.slug,
        "key": module.key,
        "minutes": module.minutes,
        "hours": hours(module.hours),
        "objectives": list(module.objectives),
        "competencies": list(module.competencies),
        "summary": module.summary,
        "quiz_key": module.quiz["key"] if module.quiz else "",
        "rubric_keys": [rubric["key"] for rubric in module.rubrics],
        "downloads": list(module.downloads),
        "facilitator_guide": module.guide_text,
    }


def lesson_fields(module: ModulePack, lesson: LessonPack) -> Fields:
    """Return the fields of a lesson page."""
    key = f"{module.key}/{lesson.slug}"
    return {
        "title": lesson.title,
        "slug": lesson.slug,
        "key": key,
        "minutes": lesson.minutes,
        "objectives": list(lesson.objectives),
        "competencies": list(lesson.competencies),
        "sources": list(lesson.sources),
        "content_warning": lesson.content_warning,
        "reviewed_by": lesson.reviewed_by,
        "review_due": lesson.review_due,
        "body": _body(key, lesson.blocks),
    }


def hours(by_type: dict[str, Any]) -> dict[str, str]:
    """Return hours by type as strings with two decimals, as pages and outlines keep them."""
    return {kind: f"{number:.2f}" for kind, number in by_type.items()}


def _body(key: str, blocks: tuple[Block, ...]) -> str:
    """Return the JSON of a lesson body; block ids are stable, so that revisions compare well."""
    stream = [
        {
            "type": kind,
            "value": value,
            "id": str(uuid.uuid5(_NAMESPACE, f"{key}#{number}")),
        }
        for number, (kind, value) in enumerate(map(_page_block, blocks))
    ]
    return json.dumps(stream, ensure_ascii=False)


def _page_block(block: Block) -> tuple[str, Any]:
    """Return the kind and value of a block in a page.

    Text with a table stays Markdown: the rich text editor would flatten the table on saving.
    """
    if block.kind == "text":
        html = str(render_markdown(block.value["text"]))
        if set(re.findall(r"<([a-z0-9]+)", html)) <= EDITOR_KEEPS:
            return "text", html
        return "words", block.value["text"]
    if block.kind == "callout":
        return "callout", block.value | {"text": str(render_markdown(block.value["text"]))}
    return PAGE_KINDS[block.kind], block.value
