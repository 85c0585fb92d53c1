"""Gather what editors changed since a course was last published, as the next version would be.

Nothing here writes. ``publishing`` shows a candidate, checks it, and freezes it.
"""

import copy
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from wagtail.models import Page, Revision

from courses.catalog import contents
from courses.catalog.models import CourseMedia, CoursePage, CourseVersion, VersionState
from courses.catalog.outline import Outline, read_outline

KINDS: Final = ("course", "module", "lesson")
LABEL_END: Final = re.compile(r"-r\d+$")


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """One page whose words differ from those that are published.

    ``kind``: course, module or lesson. ``before`` and ``after`` are the fields of the revisions;
    None: the page is new, or left out.
    """

    name: str
    kind: str
    key: str
    title: str
    page_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """The next version of a course as it would be frozen now.

    ``digest`` names exactly these words: who decides about them sends it back. ``draft``: the
    label of the loaded pack that it rests on; ``edited``: editors changed pages besides.
    ``lessons``: the fields of every lesson by key, ``lessons_base`` those that it started from.
    ``before``: the published version, or None.
    """

    course_key: str
    page_id: int
    label: str
    digest: str
    draft: str
    edited: bool
    before: Outline | None
    after: Outline
    outline: Mapping[str, Any]
    examining: Mapping[str, Any]
    examining_before: Mapping[str, Any]
    changed: tuple[ChangedPage, ...]
    lessons: Mapping[str, Mapping[str, Any]]
    lessons_base: Mapping[str, Mapping[str, Any]]
    base_id: int | None
    labels: frozenset[str]

    @property
    def anything(self) -> bool:
        """Tell whether there is anything to publish."""
        return bool(self.draft or self.edited)


def candidate(*, slug: str, without: Collection[str] = ()) -> Candidate | None:
    """Return the next version of the course at this address, or None: there is no such course.

    ``without``: keys of lessons to leave out of it.
    """
    course = CoursePage.objects.filter(slug=slug).first()
    if course is None:
        return None
    versions = list(CourseVersion.objects.filter(course_key=course.key).order_by("pk"))
    published = next((row for row in versions if row.state == VersionState.PUBLISHED), None)
    draft = next((row for row in reversed(versions) if row.state == VersionState.DRAFT), None)
    base = draft or published
    seen = {
        row["page"]: row["revision"] for version in versions for _name, row in rows(version.outline)
    }
    gatherer = _Gatherer(course, base.outline if base else {}, frozenset(without), seen)
    outline = gatherer.course()
    old = published.outline if published else {}
    new_rows, old_rows = dict(rows(outline)), dict(rows(old))
    moved = [
        name
        for name in {**old_rows, **new_rows}
        if old_rows.get(name, {}).get("digest") != new_rows.get(name, {}).get("digest")
    ]
    frozen = _fields([old_rows[name]["revision"] for name in moved if name in old_rows])
    coming = _fields([new_rows[name]["revision"] for name in moved if name in new_rows])
    labels = frozenset(row.label for row in versions)
    label = draft.label if draft and not gatherer.edited else free_label(_stem(base), labels)
    outline["pack"] = base.outline.get("pack", base.digest) if base else ""
    return Candidate(
        course_key=course.key,
        page_id=course.pk,
        label=label,
        digest=digest_of(outline),
        draft=draft.label if draft else "",
        edited=gatherer.edited,
        before=_outline(course.key, published),
        after=read_outline(course_key=course.key, label=label, data=outline),
        outline=outline,
        examining=base.examining if base else {},
        examining_before=published.examining if published else {},
        changed=tuple(
            _changed(name, old_rows.get(name), new_rows.get(name), frozen, coming) for name in moved
        ),
        lessons=gatherer.lessons,
        lessons_base=_lessons(dict(rows(base.outline if base else {})), gatherer.words),
        base_id=base.pk if base else None,
        labels=labels,
    )


def rows(outline: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every page of an outline as (name, row), parents before children."""
    if not outline:
        return []
    found: list[tuple[str, dict[str, Any]]] = [("course", dict(outline))]
    for module in outline["modules"]:
        found.append((f"module:{module['key']}", module))
        found.extend((f"lesson:{lesson['key']}", lesson) for lesson in module["lessons"])
    return found


def free_label(wanted: str, taken: Collection[str]) -> str:
    """Return this label, or this label with a revision when it is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-r{number}" in taken:
        number += 1
    return f"{wanted}-r{number}"


def next_label(label: str, taken: Collection[str]) -> str:
    """Return the label of the version after this one."""
    return free_label(LABEL_END.sub("", label), taken)


def with_page(outline: Mapping[str, Any], page_id: int) -> dict[str, Any] | None:
    """Return an outline with the words of a page as they are live now.

    None: the outline does not have the page, or holds these words already.
    """
    page = Page.objects.filter(pk=page_id).select_related("live_revision").first()
    found: dict[str, Any] = copy.deepcopy(dict(outline))
    parts = {"course": contents.course_row, "module": contents.module_row}
    for row, kind in _parts(found):
        if row["page"] != page_id or page is None or page.live_revision is None:
            continue
        if row["revision"] == page.live_revision_id:
            return None
        fields = contents.fields(page.live_revision.content)
        row.setdefault("source", row["digest"])
        row |= {"revision": page.live_revision_id, "digest": contents.digest(fields)}
        row |= parts.get(kind, contents.lesson_row)(fields)
        return found
    return None


def _parts(outline: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every row of an outline, to be written to, with its kind."""
    yield outline, "course"
    for module in outline["modules"]:
        yield module, "module"
        for lesson in module["lessons"]:
            yield lesson, "lesson"


def _stem(base: CourseVersion | None) -> str:
    return LABEL_END.sub("", base.label) if base else "1"


def _outline(course_key: str, version: CourseVersion | None) -> Outline | None:
    if version is None:
        return None
    return read_outline(course_key=course_key, label=version.label, data=version.outline)


def digest_of(outline: Mapping[str, Any]) -> str:
    """Return what names exactly these words."""
    words = json.dumps(outline, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def _fields(revisions: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what revisions hold, by id."""
    found = Revision.objects.filter(pk__in=revisions).values_list("pk", "content")
    return {pk: contents.fields(content) for pk, content in found}


def _lessons(
    named: Mapping[str, Mapping[str, Any]], known: Mapping[int, dict[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return the fields of every lesson of some rows, by key."""
    wanted = {row["revision"]: row["key"] for name, row in named.items() if "lesson:" in name}
    have = dict(known) | _fields([pk for pk in wanted if pk not in known])
    return {key: have[pk] for pk, key in wanted.items() if pk in have}


def _changed(
    name: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    frozen: Mapping[int, dict[str, Any]],
    coming: Mapping[int, dict[str, Any]],
) -> ChangedPage:
    row = new or old or {}
    kind = name.partition(":")[0]
    return ChangedPage(
        name=name,
        kind=kind,
        key=name.partition(":")[2],
        title=row["title"],
        page_id=row["page"],
        before=frozen.get(old["revision"]) if old else None,
        after=coming.get(new["revision"]) if new else None,
    )


class _Gatherer:
    """Lays the newest words of every page over the outline that a version starts from.

    The order is that of the outline; pages that it does not know stand behind, as in the tree.
    """

    def __init__(
        self,
        course: CoursePage,
        base: Mapping[str, Any],
        without: frozenset[str],
        seen: Mapping[int, int],
    ) -> None:
        self.seen = seen
        self.lessons: dict[str, Mapping[str, Any]] = {}
        self.words: dict[int, dict[str, Any]] = {}
        self.root = course
        self.base = base
        self.without = without
        self.edited = bool(without)
        pages = Page.objects.filter(path__startswith=course.path).order_by("path")
        self.pages = {page.pk: page for page in pages.select_related("latest_revision")}
        known = {row["page"]: row["revision"] for _name, row in rows(base)}
        stale = [
            known[pk]
            for pk, page in self.pages.items()
            if pk in known and page.latest_revision_id not in (None, known[pk])
        ]
        self.frozen = _fields(stale)

    def course(self) -> dict[str, Any]:
        """Return the outline of the next version."""
        row, fields = self._row(self.root.pk, self.base)
        modules = [
            self._module(page, old)
            for page, old in self._below(self.root, self.base.get("modules", []))
        ]
        if self.base and [each["page"] for each in self.base["modules"]] != [
            each["page"] for each in modules
        ]:
            self.edited = True
        found = {**self.base, **row}
        if fields is not None or not self.base:
            found |= contents.course_row(fields or contents.fields_of(self.root))
        found |= {"modules": modules}
        found.setdefault("files", {})
        self._add_up(found)
        self._add_recordings(found)
        return found

    def _module(self, page: Page, old: Mapping[str, Any]) -> dict[str, Any]:
        row, fields = self._row(page.pk, old)
        below = self._below(page, old.get("lessons", []))
        found = {**contents.EMPTY_MODULE, **old, **row}
        if fields is not None:
            found |= contents.module_row(fields)
        lessons = []
        for child, known in below:
            lesson, words = self._row(child.pk, known)
            named = contents.lesson_row(words) if words is not None else {}
            kept = {**known, **lesson, **named}
            if kept.get("key") in self.without:
                continue
            lessons.append(kept)
        if [each["page"] for each in old.get("lessons", [])] != [each["page"] for each in lessons]:
            self.edited = True
        return found | {"lessons": lessons}

    def _below(
        self, parent: Page, known: list[dict[str, Any]]
    ) -> list[tuple[Page, Mapping[str, Any]]]:
        """Return the pages below a page: those of the outline in its order, then the new ones."""
        children = {
            pk: page
            for pk, page in self.pages.items()
            if page.depth == parent.depth + 1 and page.path.startswith(parent.path)
        }
        placed = [(children.pop(row["page"]), row) for row in known if row["page"] in children]
        # A page that an earlier version left out comes back only when somebody edits it again.
        fresh = [
            page
            for page in children.values()
            if page.latest_revision_id and page.latest_revision_id > self.seen.get(page.pk, 0)
        ]
        return placed + [(page, {}) for page in fresh]

    def _row(
        self, page_id: int, old: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return a page's revision and digest, and its fields where they differ from the old."""
        page = self.pages[page_id]
        newest = page.latest_revision
        if old and (newest is None or newest.pk == old["revision"]):
            return {}, None
        fields = contents.fields(newest.content) if newest else {}
        if old and contents.same(self.frozen.get(old["revision"]), fields):
            return {}, None
        self.edited = True
        row = {"page": page_id, "revision": newest.pk if newest else 0}
        kept = old.get("source", old["digest"]) if old else ""
        return row | {"digest": contents.digest(fields), "source": kept}, fields

    def _add_up(self, found: dict[str, Any]) -> None:
        """Let the self-paced hours be the minutes, and the course the sum of its modules."""
        if not self.edited:
            return
        claiming = any(module.get("hours") for module in found["modules"])
        for module in found["modules"]:
            if claiming:
                spent = Decimal(module["minutes"]) / 60
                module["hours"] = {**module.get("hours", {}), "self_paced": f"{spent:.2f}"}
        found["minutes"] = sum(module["minutes"] for module in found["modules"])
        hours = dict(found.get("hours", {}))
        if claiming:
            for kind in {kind for module in found["modules"] for kind in module["hours"]}:
                total = sum(Decimal(each["hours"].get(kind, 0)) for each in found["modules"])
                hours[kind] = f"{total:.2f}"
        elif Decimal(hours.get("self_paced", 0)):
            hours["self_paced"] = f"{Decimal(found['minutes']) / 60:.2f}"
        found["hours"] = hours

    def _add_recordings(self, found: dict[str, Any]) -> None:
        """Name the recordings that lessons show among the files of the version."""
        files = {name: kept for name, kept in found["files"].items() if "recordings/" not in name}
        wanted: set[str] = set()
        lessons = {
            row["revision"]: row["key"] for name, row in rows(found) if name.startswith("lesson:")
        }
        self.words = _fields(list(lessons))
        self.lessons = {key: self.words[pk] for pk, key in lessons.items() if pk in self.words}
        for body in self.lessons.values():
            wanted |= contents.recordings(body.get("body", []))
        for row in CourseMedia.objects.filter(uuid__in=wanted).order_by("pk"):
            files |= row.files()
        found["files"] = files
