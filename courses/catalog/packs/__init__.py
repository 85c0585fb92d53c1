"""Read a curriculum pack, a folder of Markdown and YAML, and say all that is wrong with it."""

from courses.catalog.packs.problems import PackError, Problem
from courses.catalog.packs.reading import read_pack
from courses.catalog.packs.shapes import Block, CoursePack, FilePack, LessonPack, ModulePack

__all__ = [
    "Block",
    "CoursePack",
    "FilePack",
    "LessonPack",
    "ModulePack",
    "PackError",
    "Problem",
    "read_pack",
]
