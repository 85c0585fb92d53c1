"""Read a curriculum pack, a folder of Markdown and YAML, and say all that is wrong with it."""

from courses.catalog.packs.basis import ROUNDING, TEXT, Basis, bases_of, credit_hours, minutes_of
from courses.catalog.packs.counting import Count, count_pack
from courses.catalog.packs.lines import count_lines
from courses.catalog.packs.problems import PackError, Problem
from courses.catalog.packs.reading import read_pack
from courses.catalog.packs.shapes import Block, CoursePack, FilePack, LessonPack, ModulePack

__all__ = [
    "ROUNDING",
    "TEXT",
    "Basis",
    "Block",
    "Count",
    "CoursePack",
    "FilePack",
    "LessonPack",
    "ModulePack",
    "PackError",
    "Problem",
    "bases_of",
    "count_lines",
    "count_pack",
    "credit_hours",
    "minutes_of",
    "read_pack",
]
