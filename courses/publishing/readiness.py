"""Say what a version still lacks before it may be published. Pure.

A learner who cannot see or hear gets the same lesson, a reader can look up what is claimed, and
an hour on a certificate rests on something that can be counted again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.catalog.candidates import Candidate
from courses.catalog.outline import Outline, OutlineModule
from courses.publishing.basis import Based


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing to mend first: where it is, and what."""

    where: str
    what: str | Promise
    page_id: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What readiness has to know besides the version itself.

    ``recordings``: id → (has captions, has a transcript). ``pools``: quiz key → (drawn, there
    are) for each pool of the quizzes as they stand. ``review_asked``: a workflow of the course
    has a clinical review. ``reviewed``: (page key, revision) that a clinician signed.
    """

    recordings: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)
    pools: Mapping[str, Collection[tuple[int, int]]] = field(default_factory=dict)
    review_asked: bool = False
    reviewed: frozenset[tuple[str, int]] = frozenset()


def lacks(candidate: Candidate, bases: Iterable[Based], known: Known) -> list[Lack]:
    """Return everything that keeps a version from being published, lesson by lesson."""
    found: list[Lack] = []
    pages = {row["key"]: row for row in _lesson_rows(candidate.outline)}
    for module, lesson in candidate.after.lessons():
        fields = candidate.lessons.get(lesson.key, {})
        page_id = pages[lesson.key]["page"]
        if not any(_said(each.get("title")) for each in fields.get("sources", ())):
            found.append(Lack(lesson.title, _("names no source"), page_id))
        media = _media(fields.get("body", ()), candidate.outline["files"], known)
        found += [Lack(lesson.title, what, page_id) for what in media]
        if not module.key or not lesson.key.startswith(f"{module.key}/"):
            found.append(Lack(lesson.title, _("belongs to another module"), page_id))
    found += _reviews(candidate, pages, known)
    found += _minutes(candidate.after)
    found += _hours(candidate.after, bases)
    found += _quizzes(candidate, known)
    if not list(candidate.after.lessons()):
        found.append(Lack(candidate.after.title, _("has no lesson"), candidate.page_id))
    return found


def _lesson_rows(outline: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for module in outline["modules"]:
        yield from module["lessons"]


def _media(
    body: Iterable[Mapping[str, Any]], files: Mapping[str, str], known: Known
) -> Iterator[Promise]:
    """Yield what films, sound and pictures of a lesson lack."""
    for block in body:
        kind, value = block["type"], block["value"]
        if kind == "video":
            if not _said(value.get("captions")) or value["captions"] not in files:
                yield _("a film has no captions")
            if not _said(value.get("transcript")):
                yield _("a film has no transcript")
        elif kind == "recording":
            captions, transcript = known.recordings.get(str(value.get("recording")), (False, False))
            if not captions:
                yield _("a recording has no captions")
            if not transcript:
                yield _("a recording has no transcript")
        elif kind in ("image", "pack_picture") and not _said(value.get("alt")):
            yield _("a picture has no words for people who cannot see it")


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _reviews(
    candidate: Candidate, pages: Mapping[str, Mapping[str, Any]], known: Known
) -> list[Lack]:
    """Return the lessons whose new words no clinician has signed, where the course asks for it.

    Without such a workflow a version may be published unreviewed, and says so to learners.
    """
    if not known.review_asked:
        return []
    moved = {each.key for each in candidate.changed if each.kind == "lesson" and each.after}
    return [
        Lack(row["title"], _("no clinician has signed these words"), row["page"])
        for key, row in pages.items()
        if key in moved and (key, row["revision"]) not in known.reviewed
    ]


def _minutes(outline: Outline) -> Iterator[Lack]:
    for module in outline.modules:
        spent = sum(lesson.minutes for lesson in module.lessons)
        spent += module.quiz_minutes if module.quiz_key else 0
        if spent != module.minutes:
            told = {"told": module.minutes, "spent": spent}
            yield Lack(
                module.title,
                _("says %(told)s minutes; its lessons and quiz add up to %(spent)s") % told,
            )
    spent = sum(module.minutes for module in outline.modules)
    if spent != outline.minutes:
        told = {"told": outline.minutes, "spent": spent}
        yield Lack(
            outline.title, _("says %(told)s minutes; its modules add up to %(spent)s") % told
        )


def _hours(outline: Outline, bases: Iterable[Based]) -> Iterator[Lack]:
    claiming = [module for module in outline.modules if module.hours]
    for module in claiming:
        yield from _self_paced(module.title, module)
    if not claiming:
        yield from _self_paced(outline.title, outline)
    for kind, hours in outline.hours.items():
        total = sum((module.hours.get(kind, Decimal(0)) for module in claiming), Decimal(0))
        if claiming and total != hours:
            told = {"kind": kind, "told": hours, "total": total}
            yield Lack(
                outline.title,
                _("claims %(told)s h %(kind)s; its modules add up to %(total)s h") % told,
            )
    for basis in bases:
        if not basis.enough:
            told = {"claimed": basis.claimed_hours, "supported": basis.supported_hours}
            yield Lack(
                basis.title,
                _("claims %(claimed)s h; what is there supports %(supported)s h") % told,
            )


def _self_paced(title: str, unit: Outline | OutlineModule) -> Iterator[Lack]:
    hours = unit.hours.get("self_paced", Decimal(0))
    minutes = Decimal(unit.minutes) / 60
    if hours and hours != minutes.quantize(Decimal("0.01")):
        told = {"hours": hours, "minutes": unit.minutes}
        yield Lack(title, _("claims %(hours)s h self-paced for %(minutes)s minutes") % told)


def _quizzes(candidate: Candidate, known: Known) -> Iterator[Lack]:
    """Yield quizzes that could not be drawn; those of a pack are counted in the pack."""
    packed = {quiz["key"]: quiz for quiz in candidate.examining.get("quizzes", ())}
    for module in candidate.after.modules:
        if not module.quiz_key:
            continue
        quiz = packed.get(module.quiz_key)
        if candidate.draft and quiz:
            # What other banks have is asked when the quiz is loaded.
            own = [p["draw"] for p in quiz.get("pools", ()) if p["bank"] == quiz["key"]]
            drawn = sum(own) if "pools" in quiz else quiz["draw"]
            pools: Collection[tuple[int, int]] = [(drawn, len(quiz["questions"]))]
        else:
            pools = known.pools.get(module.quiz_key, [(1, 0)])
        for drawn, there in pools:
            if drawn > there:
                told = {"drawn": drawn, "there": there}
                yield Lack(
                    module.quiz_title or module.title,
                    _("asks %(drawn)s questions of a pool that has %(there)s") % told,
                )
