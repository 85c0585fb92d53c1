"""The contents of a pack, as frozen shapes that the loader turns into pages."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a lesson; ``value`` is plain data, its texts still Markdown."""

    kind: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FilePack:
    """A file that lessons link to. ``name`` is its path inside the pack, ``size`` in bytes."""

    name: str
    path: Path
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class LessonPack:
    """One lesson. ``sources``: [{"title", "publisher", "year", "url", "supports"}]."""

    slug: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    competencies: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    content_warning: str
    reviewed_by: str
    review_due: date | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ModulePack:
    """One module. ``quiz`` and ``rubric`` are the checked data of their files."""

    key: str
    slug: str
    title: str
    minutes: int
    hours: dict[str, Decimal]
    objectives: tuple[dict[str, str], ...]
    competencies: tuple[str, ...]
    lessons: tuple[LessonPack, ...]
    quiz: dict[str, Any] | None
    rubric: dict[str, Any] | None
    facilitator_guide: str


@dataclass(frozen=True, slots=True)
class CoursePack:
    """One course; ``digest`` changes when any file of the pack changes."""

    key: str
    title: str
    version: str
    language: str
    summary: str
    audience: tuple[str, ...]
    access: str
    hours: dict[str, Decimal]
    competencies: dict[str, str]
    modules: tuple[ModulePack, ...]
    license: str
    reviewed_by: str
    review_due: date | None
    digest: str
    files: tuple[FilePack, ...] = field(default=())

    @property
    def minutes(self) -> int:
        """Return the minutes of all modules."""
        return sum(module.minutes for module in self.modules)
