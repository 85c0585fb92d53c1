"""What the scenarios share: the cast, and the ways of publishing that have their own folder."""

from tests.courses.publishing.conftest import (
    add,
    cast,
    edit,
    finish,
    finish_lessons,
    release,
    samir,
)

__all__ = ["add", "cast", "edit", "finish", "finish_lessons", "release", "samir"]
