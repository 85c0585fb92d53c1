"""The contents of a pack, as frozen shapes that the loader turns into pages."""

from collections.abc import Iterator
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

    file: str
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
    """One module. ``quiz`` and ``rubrics`` are the checked data of their files.

    ``folder`` is where it stands in the pack, ``summary`` is Markdown, ``difficulty`` is 1 to 5
    where it claims self-paced hours, ``downloads`` are files for learners: [{"title", "file",
    "description"}]. ``guide`` is the facilitator guide in parts, ``guide_text`` as written.
    ``after``: what is done before it, [{"of": how many, "from": evidence keys}].
    """

    folder: str
    key: str
    slug: str
    title: str
    minutes: int
    hours: dict[str, Decimal]
    objectives: tuple[dict[str, str], ...]
    competencies: tuple[str, ...]
    lessons: tuple[LessonPack, ...]
    quiz: dict[str, Any] | None
    rubrics: tuple[dict[str, Any], ...]
    guide: tuple[Block, ...]
    guide_text: str
    summary: str = ""
    difficulty: Decimal | None = None
    downloads: tuple[dict[str, Any], ...] = ()
    after: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CoursePack:
    """One course; ``digest`` changes when any file of the pack changes.

    ``pathways``: what each role takes. ``crosswalk``: which topics of which authority the modules
    cover. Both are lists of plain data, checked by ``mapping.py``. ``difficulty`` is set where the
    course as a whole claims its hours.
    """

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
    difficulty: Decimal | None = None
    pathways: tuple[dict[str, Any], ...] = ()
    crosswalk: tuple[dict[str, Any], ...] = ()

    @property
    def minutes(self) -> int:
        """Return the minutes of all modules."""
        return sum(module.minutes for module in self.modules)

    def lessons(self) -> Iterator[tuple[ModulePack, LessonPack]]:
        """Yield every lesson with its module, in order."""
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson
