"""Reckon which modules of a course a role takes. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from courses.catalog.outline import Outline


@dataclass(frozen=True, slots=True)
class Track:
    """One way through a course, that of a role; ``modules`` None: all of them."""

    key: str
    title: str
    modules: frozenset[str] | None


def tracks_of(outline: Outline) -> tuple[Track, ...]:
    """Return the tracks of a course, none where everybody takes all of it.

    Hours that only the course as a whole claims cannot be earned by a part of it, so tracks are
    for courses whose modules claim their own.
    """
    if not any(module.hours for module in outline.modules):
        return ()
    found = tuple(
        Track(
            row["role"],
            row["title"],
            None if row["modules"] == "all" else frozenset(row["modules"]),
        )
        for row in outline.pathways
        if row["modules"]  # Who takes nothing of it has no way through it.
    )
    return found if any(track.modules is not None for track in found) else ()


def fitting(tracks: Collection[Track], roles: Collection[str]) -> tuple[Track, ...]:
    """Return the tracks of what a person is employed as."""
    slugs = {role.replace("_", "-") for role in roles}
    return tuple(track for track in tracks if track.key in slugs)


def narrowed(outline: Outline, tracks: Collection[Track], chosen: str = "") -> Outline:
    """Return the part of a course that these tracks take together, or only the chosen one.

    Without any track it is the whole course.
    """
    taken = [track for track in tracks if track.key == chosen] or list(tracks)
    if not taken or any(track.modules is None for track in taken):
        return outline
    keys = frozenset[str]().union(*(track.modules for track in taken if track.modules))
    modules = tuple(module for module in outline.modules if module.key in keys)
    return replace(outline, modules=modules) if modules else outline


@dataclass(frozen=True, slots=True)
class Taken:
    """What a person takes of a course: the part of it, the tracks that fit, and the chosen one."""

    outline: Outline
    fits: tuple[Track, ...] = ()
    chosen: str = ""


def taken(outline: Outline, roles: Collection[str], chosen: Mapping[str, str]) -> Taken:
    """Return what a person takes, by their roles and the track they chose in each course."""
    fits = fitting(tracks_of(outline), roles)
    wanted = chosen.get(outline.course_key, "")
    known = wanted if wanted in {track.key for track in fits} else ""
    return Taken(narrowed(outline, fits, known), fits, known)
