"""Freeze a version of a course and decide what it asks of whom, in one act."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from courses.assessment.bank import FaultyQuiz
from courses.assessment.operations import load_quiz
from courses.catalog import candidates
from courses.catalog import operations as catalog
from courses.catalog.candidates import Candidate
from courses.catalog.models import (
    CoursePage,
    CourseVersion,
    Effect,
    HoursBasis,
    VersionChange,
    VersionState,
)
from courses.catalog.outline import Outline, read_outline
from courses.catalog.packs import ROUNDING
from courses.coaching.operations import load_rubric, retire_rubrics
from courses.learning.progress import subjects_of
from courses.publishing import queries
from courses.publishing.basis import Based, bases_after
from courses.publishing.differences import items_changed
from courses.publishing.readiness import Lack, lacks
from lms.kit import clock
from lms.public import Ability, require, today

BY_COMMAND: Final = "Published by a command, without a question to anybody."
IN_CMS: Final = "Published on its own in the editor."
MOST_REASON: Final = 2_000


class NothingNew(ValueError):
    """There is nothing to publish."""


class ChangedMeanwhile(ValueError):
    """The words are not those that were shown any more."""


class LabelTaken(ValueError):
    """A version of the course has this label."""


class BadDecision(ValueError):
    """The choice does not fit: a top-up of nothing, a redo without a date, no reason."""


class NotReady(ValueError):
    """Something must be mended first; ``lacks`` says what and where."""

    def __init__(self, found: Collection[Lack]) -> None:
        super().__init__("; ".join(f"{each.where}: {each.what}" for each in found))
        self.lacks = tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a new version asks of people who finished, or began, an older one.

    ``subjects``: the evidence keys of a top-up. ``redo_from``: from that day on.
    """

    effect: str
    reason: str
    subjects: tuple[str, ...] = ()
    redo_from: date | None = None


def publish(
    *,
    slug: str,
    digest: str,
    label: str,
    decision: Decision | None,
    actor_id: int,
    without: Collection[str] = (),
) -> str:
    """Freeze what editors changed, and a loaded draft, as the published version. Return its label.

    ``digest`` is of the candidate that was shown. ``decision`` is needed where a version was
    published before.

    Raises:
        NothingNew: there is nothing to publish.
        ChangedMeanwhile: somebody changed a page since it was shown.
        NotReady: captions, words for pictures, sources, hours, questions or a review are missing.
        LabelTaken: a version of the course has this label.
        BadDecision: the choice does not fit.
    """
    require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
    with transaction.atomic(durable=True):
        _lock(slug)
        found = candidates.candidate(slug=slug, without=without)
        if found is None or not found.anything:
            raise NothingNew(slug)
        if found.digest != digest:
            raise ChangedMeanwhile(slug)
        bases = _bases(found)
        missing = lacks(found, bases, queries.known(found))
        if missing:
            raise NotReady(missing)
        if label != found.label and label in found.labels:
            raise LabelTaken(label)
        checked = _checked(found, decision)
        version = _draft(found, label, bases)
        _publish(version, checked, actor_id, queries.impact(found).counts())
    return label


def publish_draft(*, course_key: str, label: str, actor_id: int | None) -> None:
    """Publish a loaded draft as it is, on behalf of a command: who finished stays finished.

    Call inside a transaction.

    Raises:
        catalog.NoSuchDraft: there is no draft with this label.
    """
    _lock_key(course_key)
    drafts = CourseVersion.objects.filter(course_key=course_key, state=VersionState.DRAFT)
    version = drafts.filter(label=label).order_by("pk").last()
    if version is None:
        raise catalog.NoSuchDraft(f"{course_key} {label}")
    decision = Decision(effect=Effect.KEEP, reason=BY_COMMAND)
    _publish(version, decision, actor_id, {})


def freeze_page(*, page_id: int, path: str, actor_id: int | None) -> str | None:
    """Freeze a version when a page was published on its own, by whatever way. Return its label.

    Nobody is asked anything new: it is the published version with the words of this page. None:
    no published version has the page, or it holds these words already.
    """
    course = CoursePage.objects.filter(path__in=[path[:end] for end in range(4, len(path) + 1, 4)])
    found = course.first()
    if found is None:
        return None
    with transaction.atomic():
        _lock_key(found.key)
        rows = CourseVersion.objects.filter(course_key=found.key).order_by("pk")
        published = rows.filter(state=VersionState.PUBLISHED).first()
        if published is None:
            return None
        outline = candidates.with_page(published.outline, page_id)
        if outline is None:
            return None
        label = candidates.next_label(published.label, set(rows.values_list("label", flat=True)))
        version = _copy(published, label, outline)
        for draft in rows.filter(state=VersionState.DRAFT).exclude(pk=version.pk):
            _rebase(draft, published.outline, outline, page_id)
        decision = Decision(effect=Effect.KEEP, reason=IN_CMS)
        _publish(version, decision, actor_id, {})
    return label


def _lock(slug: str) -> None:
    key = CoursePage.objects.filter(slug=slug).values_list("key", flat=True).first()
    _lock_key(key or "")


def _lock_key(course_key: str) -> None:
    """Let two that publish the same course do so one after the other."""
    list(
        CourseVersion.objects.select_for_update()
        .filter(course_key=course_key)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _bases(found: Candidate) -> list[Based]:
    before = queries.bases_before(found)
    return bases_after(found, before) if found.edited else before


def _checked(found: Candidate, decision: Decision | None) -> Decision:
    """Return the decision, as far as it fits.

    Raises:
        BadDecision: it does not.
    """
    if found.before is None:
        return Decision(effect=Effect.KEEP, reason=decision.reason if decision else "")
    if decision is None or decision.effect not in Effect.values:
        raise BadDecision("effect")
    if not decision.reason.strip() or len(decision.reason) > MOST_REASON:
        raise BadDecision("reason")
    if decision.effect == Effect.TOP_UP and (
        not decision.subjects or set(decision.subjects) - items_changed(found).keys()
    ):
        raise BadDecision("subjects")
    if (decision.effect == Effect.REDO) != (decision.redo_from is not None):
        raise BadDecision("redo_from")
    if decision.redo_from is not None and decision.redo_from < today():
        raise BadDecision("redo_from")
    if decision.effect != Effect.TOP_UP and decision.subjects:
        raise BadDecision("subjects")
    return decision


def _draft(found: Candidate, label: str, bases: list[Based]) -> CourseVersion:
    """Return the draft row that is published: the loaded one as it is, or a new one."""
    drafts = CourseVersion.objects.filter(course_key=found.course_key, state=VersionState.DRAFT)
    if found.draft and not found.edited:
        version = drafts.get(label=found.draft)
        if label != version.label:
            version.label = label
            version.save(update_fields=["label"])
        return version
    # Where only pages changed, quizzes and rubrics stay as their own editors left them.
    examining = dict(found.examining) | ({} if found.draft else {"carried": True})
    version = CourseVersion.objects.create(
        course_key=found.course_key,
        label=label,
        digest=found.digest,
        outline=dict(found.outline),
        examining=examining,
    )
    _write_bases(version, bases)
    drafts.exclude(pk=version.pk).update(state=VersionState.RETIRED)
    return version


def _copy(published: CourseVersion, label: str, outline: dict[str, Any]) -> CourseVersion:
    version = CourseVersion.objects.create(
        course_key=published.course_key,
        label=label,
        digest=candidates.digest_of(outline),
        outline=outline,
        examining=published.examining | {"carried": True},
    )
    rows = HoursBasis.objects.filter(version=published).order_by("pk")
    for row in rows:
        row.pk, row.version, row.recorded_at = None, version, clock.now()
    HoursBasis.objects.bulk_create(rows)
    return version


def _rebase(draft: CourseVersion, old: dict[str, Any], new: dict[str, Any], page_id: int) -> None:
    """Let a loaded draft that does not touch the page take its mended words along."""
    before = next((row for _n, row in candidates.rows(old) if row["page"] == page_id), None)
    mine = next((row for _n, row in candidates.rows(draft.outline) if row["page"] == page_id), None)
    if before is None or mine is None or mine["revision"] != before["revision"]:
        return
    outline = candidates.with_page(draft.outline, page_id)
    if outline is not None:
        draft.outline = outline
        draft.save(update_fields=["outline"])


def _write_bases(version: CourseVersion, bases: list[Based]) -> None:
    HoursBasis.objects.bulk_create(
        HoursBasis(
            version=version,
            unit=basis.unit,
            title=basis.title,
            hours_type=basis.hours_type,
            method=basis.method,
            inputs=dict(basis.inputs),
            raw_minutes=basis.raw_minutes,
            rounding=ROUNDING,
            supported_hours=basis.supported_hours,
            claimed_hours=basis.claimed_hours,
            reviewer=basis.reviewer,
        )
        for basis in bases
    )


def _publish(
    version: CourseVersion, decision: Decision, actor_id: int | None, counted: dict[str, int]
) -> None:
    key, label = version.course_key, version.label
    before = CourseVersion.objects.filter(course_key=key, state=VersionState.PUBLISHED).first()
    if before is not None:
        row = VersionChange.objects.create(
            course_key=key,
            from_label=before.label,
            to_label=label,
            effect=decision.effect,
            redo_from=decision.redo_from,
            subjects=list(decision.subjects),
            impact=counted,
            reason=decision.reason,
            actor_id=actor_id,
        )
        version.outline = version.outline | {
            "changes": [*before.outline.get("changes", ()), _frozen(row, before, version)]
        }
        version.save(update_fields=["outline"])
    published = catalog.publish_version(course_key=key, label=label, actor_id=actor_id)
    if not published.examines:
        return
    for quiz in published.quizzes:
        try:
            load_quiz(course_key=key, version=label, data=quiz)
        except FaultyQuiz as error:
            # A pool that draws from another bank is filled, or not, only when this is published.
            raise NotReady([Lack(quiz["title"], fault) for fault in error.faults]) from error
    for rubric in published.rubrics:
        load_rubric(course_key=key, data=rubric)
    retire_rubrics(course_key=key, keep=[rubric["key"] for rubric in published.rubrics])


def _frozen(row: VersionChange, before: CourseVersion, after: CourseVersion) -> dict[str, Any]:
    """Return a decision as the outline of the version keeps it."""
    old = read_outline(course_key=row.course_key, label=before.label, data=before.outline)
    new = read_outline(course_key=row.course_key, label=after.label, data=after.outline)
    known = set(subjects_of(old))
    return {
        "from": row.from_label,
        "to": row.to_label,
        "effect": row.effect,
        "at": row.recorded_at.isoformat(),
        "redo_from": row.redo_from.isoformat() if row.redo_from else None,
        "subjects": row.subjects,
        "new": [each for each in subjects_of(new) if each not in known],
        "more": {unit: str(hours) for unit, hours in _more(old, new).items()},
    }


def _more(old: Outline, new: Outline) -> dict[str, Decimal]:
    """Return the self-paced hours that each unit claims more than before."""
    before, after = _claims(old), _claims(new)
    more = {unit: hours - before.get(unit, Decimal(0)) for unit, hours in after.items()}
    return {unit: hours for unit, hours in more.items() if hours > 0}


def _claims(outline: Outline) -> dict[str, Decimal]:
    units = {module.subject: module.hours for module in outline.modules}
    units[f"course:{outline.course_key}"] = outline.hours
    return {unit: hours.get("self_paced", Decimal(0)) for unit, hours in units.items()}
