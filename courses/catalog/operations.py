"""Load a pack as pages and a course version, and publish a version."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.storage import default_storage
from wagtail.models import Page, Revision, Site

from courses.catalog import pages
from courses.catalog.candidates import free_label, rows
from courses.catalog.models import (
    CoursePage,
    CourseVersion,
    HoursBasis,
    LearnPage,
    LessonPage,
    LocalRule,
    ModulePage,
    VersionState,
)
from courses.catalog.packs import ROUNDING, Basis, CoursePack, ModulePack, bases_of
from lms.kit import clock
from lms.public import record_audit

UNCHANGED: Final = "unchanged"
CREATED: Final = "created"
DRAFTED: Final = "drafted"
WITHDRAWN: Final = "draft withdrawn"
FROZEN: Final = ("page", "revision", "digest", "source")
OUTLINED: Final = ("key", "slug", "title", "minutes", "objectives")
OWN: ContextVar[bool] = ContextVar("publishing_a_version", default=False)
"""Set while a version publishes its pages: nothing else has to freeze what is published then."""


class KeyTaken(ValueError):
    """Another course has a page with this key."""


class NoSuchDraft(LookupError):
    """There is no draft with this label to publish."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack did. ``label`` is of the version that now holds the pack's words."""

    course_key: str
    label: str
    change: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A version that became the published one, with the quizzes and rubrics that go with it.

    ``examines``: False where editors changed pages only, and quizzes and rubrics stay as they are.
    """

    course_key: str
    label: str
    quizzes: tuple[dict[str, Any], ...]
    rubrics: tuple[dict[str, Any], ...]
    examines: bool = True


def store_files(*, pack: CoursePack) -> None:
    """Copy the pack's files to storage under names made of their contents; safe to repeat."""
    for file in pack.files:
        name = stored_name(pack.key, file.name, file.digest)
        if not default_storage.exists(name):
            with file.path.open("rb") as content:
                default_storage.save(name, content)


def stored_name(course_key: str, name: str, digest: str) -> str:
    """Return where a file of a pack is kept."""
    return f"curriculum/{course_key}/{digest[:16]}/{name.rpartition('/')[2]}"


def load_course(*, pack: CoursePack) -> Loaded:
    """Make pages and a version of a pack; call inside the transaction of the loader.

    The same pack again changes nothing. A changed pack becomes a draft version with draft
    revisions of the pages that changed; what is published stays as it is until
    ``publish_version``.

    Raises:
        KeyTaken: another course has a module or lesson with a key of this pack.
    """
    versions = list(
        CourseVersion.objects.select_for_update().filter(course_key=pack.key).order_by("pk")
    )
    published = next((each for each in versions if each.state == VersionState.PUBLISHED), None)
    drafts = [each for each in versions if each.state == VersionState.DRAFT]
    newest = drafts[-1] if drafts else published
    if newest and _pack_of(newest) == pack.digest:
        return Loaded(pack.key, newest.label, UNCHANGED)
    _retire(drafts)
    if published and _pack_of(published) == pack.digest:
        return Loaded(pack.key, published.label, WITHDRAWN)
    outline = _PageWriter(newest.outline if newest else {}).course(pack)
    version = CourseVersion.objects.create(
        course_key=pack.key,
        label=free_label(pack.version, {each.label for each in versions}),
        digest=pack.digest,
        outline=outline,
        examining={
            "quizzes": [each.quiz for each in pack.modules if each.quiz],
            "rubrics": [rubric for each in pack.modules for rubric in each.rubrics],
        },
    )
    HoursBasis.objects.bulk_create(_basis_row(version, basis) for basis in bases_of(pack))
    _ask_for_rules(pack)
    before = _digests(published.outline) if published else {}
    after = _digests(outline)
    loaded = Loaded(
        pack.key,
        version.label,
        DRAFTED if published else CREATED,
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(key for key in after if before.get(key, after[key]) != after[key])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )
    _audit("load_curriculum", version, None)
    return loaded


def publish_version(*, course_key: str, label: str, actor_id: int | None) -> Published:
    """Make a draft the published version; call inside the transaction of the publisher.

    Only pages whose words differ from the published version are published, so that what an
    editor mended in the meantime stays. Lessons that the draft no longer has are unpublished.

    Raises:
        NoSuchDraft: there is no draft with this label.
    """
    versions = CourseVersion.objects.select_for_update().filter(course_key=course_key)
    by_state = {each.state: each for each in versions.order_by("pk") if each.label == label}
    version = by_state.get(VersionState.DRAFT)
    if version is None:
        raise NoSuchDraft(f"{course_key} {label}")
    before = versions.filter(state=VersionState.PUBLISHED).first()
    own = OWN.set(True)
    try:
        _publish_pages(before.outline if before else {}, version.outline)
    finally:
        OWN.reset(own)
    if before:
        _retire([before])
    version.state = VersionState.PUBLISHED
    version.published_at = clock.now()
    version.save(update_fields=["state", "published_at"])
    _audit("publish_course", version, actor_id)
    return Published(
        course_key,
        label,
        tuple(version.examining.get("quizzes", ())),
        tuple(version.examining.get("rubrics", ())),
        examines=not version.examining.get("carried"),
    )


def _publish_pages(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = _digests(before), _digests(after)
    changed = [row["revision"] for key, row in rows(after) if old.get(key) != new[key]]
    # Parents first: a page is published under the address of its parent.
    for revision in Revision.objects.filter(pk__in=changed).order_by("pk"):
        revision.publish()
    gone = [row["page"] for key, row in rows(before) if key not in new]
    for page in Page.objects.filter(pk__in=gone, live=True).order_by("pk"):
        page.unpublish()


def _retire(versions: list[CourseVersion]) -> None:
    for version in versions:
        version.state = VersionState.RETIRED
        version.save(update_fields=["state"])


def _pack_of(version: CourseVersion) -> str:
    """Return the digest of the pack that a version rests on, whoever edited it since."""
    return str(version.outline.get("pack") or version.digest)


def _digests(outline: dict[str, Any]) -> dict[str, str]:
    return {name: row["digest"] for name, row in rows(outline)}


class _PageWriter:
    """Writes the draft revisions of one pack; pages that did not change keep their revision."""

    def __init__(self, before: dict[str, Any]) -> None:
        self.before = dict(rows(before))

    def course(self, pack: CoursePack) -> dict[str, Any]:
        """Write a course and all below it. Return the outline of the version."""
        page, row = self.page(CoursePage, _learn_page(), "course", pages.course_fields(pack))
        return row | {
            "slug": pack.key,
            "title": pack.title,
            "summary": pack.summary,
            "access": pack.access,
            "reviewed_by": pack.reviewed_by,
            "minutes": pack.minutes,
            "hours": pages.hours(pack.hours),
            "competencies": pack.competencies,
            "review_due": pack.review_due.isoformat() if pack.review_due else "",
            "pathways": list(pack.pathways),
            "crosswalk": list(pack.crosswalk),
            "modules": [self.module(page, module) for module in pack.modules],
            "files": {
                file.name: stored_name(pack.key, file.name, file.digest) for file in pack.files
            },
            "changes": list(self.before.get("course", {}).get("changes", ())),
            **self.mended("course", row, ("slug", "title", "summary", "access")),
        }

    def module(self, parent: Page, module: ModulePack) -> dict[str, Any]:
        """Write a module and its lessons."""
        fields = pages.module_fields(module)
        page, row = self.page(ModulePage, parent, f"module:{module.key}", fields)
        lessons = []
        for lesson in module.lessons:
            fields = pages.lesson_fields(module, lesson)
            _page, found = self.page(LessonPage, page, f"lesson:{fields['key']}", fields)
            named = {name: fields[name] for name in OUTLINED}
            lessons.append(found | named | self.mended(f"lesson:{fields['key']}", found, OUTLINED))
        # Lessons that editors added are in no pack.
        before = self.before.get(f"module:{module.key}", {})
        lessons += [each for each in before.get("lessons", ()) if each.get("source") == ""]
        quiz = module.quiz or {}
        return row | {
            "key": module.key,
            "slug": module.slug,
            "title": module.title,
            "minutes": module.minutes,
            "objectives": list(module.objectives),
            "quiz_key": quiz.get("key", ""),
            "quiz_title": quiz.get("title", ""),
            "quiz_minutes": quiz.get("minutes") or 0,
            "hours": pages.hours(module.hours),
            "competencies": list(module.competencies),
            "rubrics": [
                {name: rubric[name] for name in ("key", "title", "mode", "hours")}
                for rubric in module.rubrics
            ],
            "lessons": lessons,
            **({"after": list(module.after)} if module.after else {}),
            **self.mended(f"module:{module.key}", row, (*OUTLINED, "hours", "competencies")),
        }

    def mended(self, name: str, row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
        """Return what the outline said of a page that editors changed and the pack did not."""
        if row.get("source", row["digest"]) == row["digest"]:
            return {}
        return {each: self.before[name][each] for each in fields}

    def page(
        self,
        kind: type[CoursePage | ModulePage | LessonPage],
        parent: Page,
        name: str,
        fields: pages.Fields,
    ) -> tuple[Page, dict[str, Any]]:
        """Return a page and its row: a new page, a new draft of an old one, or the old draft."""
        now = pages.digest(fields)
        old = self.before.get(name)
        page = kind.objects.filter(key=fields["key"]).first()
        if page is not None and not page.is_child_of(parent):
            raise KeyTaken(f"{name}: the key belongs to {page.url_path}")
        if page is not None and old is not None and old.get("source", old["digest"]) == now:
            # The pack says what it said: what editors made of it since stays.
            return page, {each: old[each] for each in FROZEN if each in old}
        if page is None:
            page = kind(**fields, live=False)
            parent.add_child(instance=page)
        else:
            for field, value in fields.items():
                setattr(page, field, value)
        revision = page.save_revision(changed=True)
        return page, {"page": page.pk, "revision": revision.pk, "digest": now}


def _basis_row(version: CourseVersion, basis: Basis) -> HoursBasis:
    return HoursBasis(
        version=version,
        unit=basis.unit,
        title=basis.title,
        hours_type=basis.hours_type,
        method=basis.method,
        inputs=dict(basis.inputs),
        raw_minutes=basis.raw_minutes,
        rounding=ROUNDING,
        supported_hours=basis.supported,
        claimed_hours=basis.claimed,
        reviewer=basis.reviewer,
    )


def _ask_for_rules(pack: CoursePack) -> None:
    """Make a row of each state rule that lessons name, with all that they ask of the state.

    What a state wrote stays as it is.
    """
    titles: dict[str, str] = {}
    asked: dict[str, list[str]] = {}
    for block in (block for _module, lesson in pack.lessons() for block in lesson.blocks):
        if block.kind == "local-rule":
            titles.setdefault(block.value["id"], block.value["title"])
            asks = asked.setdefault(block.value["id"], [])
            asks += [block.value["ask"]] if block.value["ask"] not in asks else []
    rows = [
        LocalRule(key=key, title=title, ask="\n\n".join(asked[key]))
        for key, title in titles.items()
    ]
    LocalRule.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["ask"]
    )


def _learn_page() -> LearnPage:
    """Return the catalogue page, made below the site's home page when there is none."""
    page = LearnPage.objects.first()
    if page is None:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        parent = site.root_page if site else Page.get_first_root_node()
        page = LearnPage(title="Learn", slug="learn")
        parent.add_child(instance=page)
    return page


def _audit(action: str, version: CourseVersion, actor_id: int | None) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="course_version",
        subject=f"{version.course_key} {version.label}",
        detail={"digest": version.digest},
    )
