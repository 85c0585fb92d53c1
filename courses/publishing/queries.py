"""Read what a decision about a version needs: its basis, its reviews, whom it touches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from wagtail.models import Page, Workflow

from courses.assessment import bank
from courses.assessment.models import Quiz
from courses.assessment.queries import candidates_in
from courses.catalog.candidates import Candidate
from courses.catalog.models import (
    ClinicalReview,
    ClinicalReviewTask,
    CourseMedia,
    CoursePage,
    CourseRetirement,
    CourseVersion,
    HoursBasis,
    VersionChange,
    VersionState,
)
from courses.catalog.outline import Change, Outline
from courses.learning.models import Enrolment, EventKind, LearningEvent
from courses.learning.progress import course_subject, progress_of, subjects_of
from courses.learning.queries import evidence_for
from courses.publishing.basis import Based
from courses.publishing.readiness import Known
from lms.public import Ability, kept_id, people, people_filter, visible_people

MOST_NAMES: Final = 60
"""How many people of each kind are listed; all are counted."""


# --- what a version rests on ----------------------------------------------------------------
def bases_before(candidate: Candidate) -> list[Based]:
    """Return what the hours of the version rest on that a candidate started from."""
    rows = HoursBasis.objects.filter(version_id=candidate.base_id).order_by("pk")
    return [
        Based(
            row.unit, row.title, row.hours_type, row.method, row.inputs, row.raw_minutes,
            row.supported_hours, row.claimed_hours, row.reviewer,
        )
        for row in rows
    ]  # fmt: skip


def known(candidate: Candidate) -> Known:
    """Return what readiness has to know besides the version itself."""
    recordings = {
        str(row.uuid): (bool(row.captions), bool(row.transcript.strip()))
        for row in CourseMedia.objects.order_by("pk")
    }
    keys = [module.quiz_key for module in candidate.after.modules if module.quiz_key]
    quizzes = list(Quiz.objects.filter(key__in=keys).order_by("pk"))
    there = candidates_in(bank_keys={pool["bank"] for quiz in quizzes for pool in quiz.pools})
    lesson_keys = list(candidate.lessons)
    reviews = ClinicalReview.objects.filter(page_key__in=lesson_keys)
    return Known(
        recordings=recordings,
        pools={quiz.key: _pools(quiz, there) for quiz in quizzes},
        review_asked=review_asked(page_id=candidate.page_id),
        reviewed=frozenset(reviews.values_list("page_key", "page_revision")),
    )


def _pools(quiz: Quiz, there: Sequence[bank.Candidate]) -> list[tuple[int, int]]:
    """Return (drawn, there are) of each pool that cannot be filled, and of one that can."""
    short = dict(bank.shortages(quiz.pools, there))
    return [
        (pool["draw"], short.get(number, pool["draw"])) for number, pool in enumerate(quiz.pools)
    ]


def review_asked(*, page_id: int) -> bool:
    """Tell whether the workflow of a course, or of what is above it, has a clinical review."""
    page = Page.objects.filter(pk=page_id).first()
    workflow: Workflow | None = page.get_workflow() if page else None
    if workflow is None:
        return False
    return any(isinstance(task.specific, ClinicalReviewTask) for task in workflow.tasks)


# --- whom it touches ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Impact:
    """How many people finished a course, are half-way, or signed up and have not begun."""

    finished: frozenset[int]
    half_way: frozenset[int]
    not_begun: frozenset[int]

    def counts(self) -> dict[str, int]:
        """Return the numbers, as a decision keeps them."""
        return {
            "finished": len(self.finished),
            "half_way": len(self.half_way),
            "not_begun": len(self.not_begun),
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """What a version would mean for one person: items left now, and then, by effect."""

    person_id: int
    name: str
    finished_at: datetime | None
    left: int
    keep: int
    top_up: int
    redo: int


def impact(candidate: Candidate) -> Impact:
    """Count whom a version touches, in three statements; merged records are one person."""
    outline = candidate.before
    if outline is None:
        return Impact(frozenset(), frozenset(), frozenset())
    standing = LearningEvent.objects.filter(reversed_by__isnull=True, passed=True)
    standing = standing.exclude(kind=EventKind.REVERSAL)
    course = course_subject(outline.course_key)
    finished = _whose(standing.filter(subject=course, kind=EventKind.COURSE))
    begun = _whose(standing.filter(subject__in=subjects_of(outline)))
    enrolled = _whose(Enrolment.objects.filter(course_key=outline.course_key))
    return Impact(finished, begun - finished, enrolled - begun - finished)


def _whose(rows: Any) -> frozenset[int]:
    found = rows.annotate(whose=kept_id()).order_by("whose").values_list("whose", flat=True)
    return frozenset(found.distinct())


def touched(
    candidate: Candidate,
    counted: Impact,
    *,
    user_id: int | None,
    chosen: Collection[str],
    now: datetime,
) -> list[Touched]:
    """Return those that this account may see, by name, with what each choice asks of them."""
    before = candidate.before
    if before is None:
        return []
    who = Q(pk__in=[])
    for ability in (Ability.SEE_PERSON_RECORD, Ability.TEACH):
        scope = visible_people(user_id=user_id, ability=ability)
        who |= people_filter(scope=scope, field="person_id")
    mine, events = Enrolment.objects.filter(who), LearningEvent.objects.filter(who)
    course = before.course_key
    seen = _whose(mine.filter(course_key=course))
    seen |= _whose(events.filter(subject__in=subjects_of(before)))
    wanted = sorted(seen & (counted.finished | counted.half_way))
    return _touched(candidate, before, wanted[: 2 * MOST_NAMES], chosen, now)


def _touched(
    candidate: Candidate,
    published: Outline,
    wanted: Sequence[int],
    chosen: Collection[str],
    now: datetime,
) -> list[Touched]:
    named = people(person_ids=wanted)
    told: dict[int, list[Any]] = {person_id: [] for person_id in wanted}
    for row in evidence_for(person_ids=wanted) if wanted else ():
        told[row.person_id].append(row)
    after = {
        effect: _with(candidate.after, published, effect, chosen, now)
        for effect in ("keep", "top_up", "redo")
    }
    found = []
    for person_id in wanted:
        before = progress_of(published, told[person_id])
        left = {effect: progress_of(each, told[person_id]).left for effect, each in after.items()}
        found.append(
            Touched(
                person_id=person_id,
                name=named[person_id].name,
                finished_at=before.finished_at,
                left=before.left,
                **left,
            )
        )
    return sorted(found, key=lambda each: (each.finished_at is None, each.name, each.person_id))


def _with(
    after: Outline, before: Outline, effect: str, chosen: Collection[str], now: datetime
) -> Outline:
    """Return a version as it would be with this choice, a redo on its date."""
    old = subjects_of(before)
    change = Change(
        from_label=before.label,
        to_label=after.label,
        effect=effect,
        at=now,
        redo_from=now.date() if effect == "redo" else None,
        subjects=tuple(chosen),
        new=tuple(each for each in subjects_of(after) if each not in old),
        in_force=effect == "redo",
    )
    return replace(after, changes=(*before.changes, change))


# --- lists ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as its editors see it in the list."""

    slug: str
    title: str
    label: str
    draft: str
    published_at: datetime | None
    edited: int
    closes_on: date | None


def courses() -> list[CourseRow]:
    """Return every course with its version, its draft and how many pages editors changed."""
    retired = CourseRetirement.objects.filter(course_key=OuterRef("key")).order_by("-pk")
    pages = list(
        CoursePage.objects.annotate(closing=Subquery(retired.values("closes_on")[:1])).order_by(
            "title", "pk"
        )
    )
    states = (VersionState.PUBLISHED, VersionState.DRAFT)
    versions = CourseVersion.objects.filter(state__in=states).order_by("pk").defer("examining")
    by_key: dict[str, dict[str, CourseVersion]] = {}
    for row in versions.defer("outline", "examining"):
        by_key.setdefault(row.course_key, {})[row.state] = row
    edited = Page.objects.filter(has_unpublished_changes=True).values_list("path", flat=True)
    paths = list(edited.order_by("path"))
    return [
        CourseRow(
            slug=page.slug,
            title=page.title,
            label=_label(by_key, page.key, VersionState.PUBLISHED),
            draft=_label(by_key, page.key, VersionState.DRAFT),
            published_at=getattr(
                by_key.get(page.key, {}).get(VersionState.PUBLISHED), "published_at", None
            ),
            edited=sum(path.startswith(page.path) for path in paths),
            closes_on=page.closing,
        )
        for page in pages
    ]


def _label(by_key: dict[str, dict[str, CourseVersion]], key: str, state: str) -> str:
    found = by_key.get(key, {}).get(state)
    return found.label if found else ""


def history(*, course_key: str) -> list[tuple[CourseVersion, VersionChange | None]]:
    """Return every version of a course with the decision made about it, newest first."""
    changes = {
        row.to_label: row
        for row in VersionChange.objects.filter(course_key=course_key).select_related("actor")
    }
    rows = CourseVersion.objects.filter(course_key=course_key).order_by("-recorded_at", "-pk")
    return [(row, changes.get(row.label)) for row in rows.defer("outline", "examining")]


def retirement(*, course_key: str) -> CourseRetirement | None:
    """Return the newest word about whether a course is retired, or None."""
    return CourseRetirement.objects.filter(course_key=course_key).order_by("-pk").first()


# --- reviews --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A lesson and who reviewed the words that learners read; ``due`` None: never reviewed."""

    course: str
    lesson: str
    page_id: int
    name: str
    qualification: str
    reviewed_on: date | None
    due: date | None
    state: str


OVERDUE, SOON, NEVER, FINE = "overdue", "soon", "never", "fine"


def reviews(*, on: date, within: int = 90) -> list[ReviewRow]:
    """Return every published lesson and its review, the most pressing first, in two statements.

    ``state``: overdue, soon (due within so many days), never (no clinician signed these words)
    or fine.
    """
    rows = CourseVersion.objects.filter(state=VersionState.PUBLISHED).order_by("course_key", "pk")
    signed = {
        (row.page_key, row.page_revision): row for row in ClinicalReview.objects.order_by("pk")
    }
    found = []
    for version in rows.defer("examining"):
        for module in version.outline["modules"]:
            for lesson in module["lessons"]:
                review = signed.get((lesson["key"], lesson["revision"]))
                found.append(_review_row(version.outline["title"], lesson, review, on, within))
    pressing = {OVERDUE: 0, SOON: 1, NEVER: 2, FINE: 3}
    return sorted(found, key=lambda each: (pressing[each.state], each.due or date.max, each.course))


def _review_row(
    course: str, lesson: dict[str, Any], review: ClinicalReview | None, on: date, within: int
) -> ReviewRow:
    if review is None:
        return ReviewRow(course, lesson["title"], lesson["page"], "", "", None, None, NEVER)
    days = (review.review_due - on).days
    return ReviewRow(
        course=course,
        lesson=lesson["title"],
        page_id=lesson["page"],
        name=review.name,
        qualification=review.qualification,
        reviewed_on=review.reviewed_on,
        due=review.review_due,
        state=OVERDUE if days < 0 else SOON if days <= within else FINE,
    )


def recordings(*, wanted: Iterable[str] | None = None) -> list[CourseMedia]:
    """Return the recordings, newest first; ``wanted``: those with these ids."""
    rows = CourseMedia.objects.order_by("-recorded_at", "-pk").select_related("uploaded_by")
    return list(rows if wanted is None else rows.filter(uuid__in=wanted))
