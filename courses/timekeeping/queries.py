"""Read measured and credited time side by side: of one person, and of all who took a course."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.queries import outlines
from courses.learning.hours import counted_hours, total_hours
from courses.learning.models import EventKind, LearningEvent
from courses.learning.queries import evidence_for
from courses.learning.records import EvidenceRecord
from courses.seat_time import access
from courses.seat_time.models import TimeDispute
from courses.seat_time.queries import (
    Measured,
    Time,
    disputes,
    measured,
    measured_in,
    watched_seconds,
)
from courses.timekeeping.particulars import particulars_of
from courses.timekeeping.pilot import Pilot, pilot
from courses.timekeeping.records import Particulars
from lms.public import kept_id


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a course with its four figures; ``time`` None: nothing was measured.

    ``credited``: hours of the ledger. ``watched``: distinct seconds of its recordings. ``told``:
    the newest time that was contested about it, or None.
    """

    subject: str
    title: str
    url: str
    time: Time | None
    credited: Decimal
    basis: str
    watched: int
    told: TimeDispute | None


@dataclass(frozen=True, slots=True)
class CourseTime:
    """A course with its rows; ``key`` is empty for training elsewhere."""

    key: str
    slug: str
    title: str
    url: str
    time: Time | None
    credited: Decimal
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All time of one person: the parts add up to ``active`` and ``credited``."""

    courses: tuple[CourseTime, ...]
    active: timedelta
    credited: Decimal
    disputes: Sequence[TimeDispute]


# --- one person -------------------------------------------------------------------------------
def overview(*, person_id: int) -> Overview:
    """Return the four figures of everything that a person worked on or has credit for."""
    evidence = evidence_for(person_ids=[person_id])
    told = disputes(person_id=person_id)
    found = measured(person_ids=[person_id]).get(person_id, Measured())
    known = _Known(
        evidence=evidence,
        particulars=particulars_of(person_ids=[person_id], evidence=evidence),
        measured=found,
        watched=_watched(person_id),
        told={row.subject: row for row in reversed(told)},
    )
    courses, rest = [], list(evidence)
    for outline in outlines():
        subjects = outline.titles()
        mine = [each for each in evidence if each.subject in subjects]
        if any(each.hours for each in mine) or outline.course_key in found.courses:
            courses.append(_course(outline, mine, known))
            rest = [each for each in rest if each.subject not in subjects]
    elsewhere = [each for each in rest if each.hours]
    if elsewhere:
        courses.append(_elsewhere(elsewhere, known))
    return Overview(tuple(courses), found.active, total_hours(evidence=evidence), told)


@dataclass(frozen=True, slots=True)
class _Known:
    evidence: Collection[EvidenceRecord]
    particulars: Mapping[str, Particulars]
    measured: Measured
    watched: Mapping[str, int]
    told: Mapping[str, TimeDispute]


def _watched(person_id: int) -> dict[str, int]:
    """Return the distinct seconds of recordings by subject."""
    sums: dict[str, int] = {}
    for (_human, subject, _block), seconds in watched_seconds(person_ids=[person_id]).items():
        sums[subject] = sums.get(subject, 0) + seconds
    return sums


def _course(outline: Outline, mine: Collection[EvidenceRecord], known: _Known) -> CourseTime:
    key = outline.course_key
    titles = outline.titles()
    # What was retired from the course since keeps its time, under its evidence key.
    subjects = [*titles, *(s for c, s in known.measured.subjects if c == key and s not in titles)]
    rows = []
    for subject in subjects:
        facts = [each for each in mine if each.subject == subject]
        time = known.measured.subjects.get((key, subject))
        if time is None and not any(each.hours for each in facts):
            continue
        title, url = titles.get(subject, (subject, None))
        rows.append(_row(subject, title, url or "", time, facts, known))
    return CourseTime(
        key=key,
        slug=outline.slug,
        title=outline.title,
        url=f"/learn/{outline.slug}/",
        time=known.measured.courses.get(key),
        credited=total_hours(evidence=mine),
        rows=tuple(rows),
    )


def _elsewhere(facts: Collection[EvidenceRecord], known: _Known) -> CourseTime:
    subjects = dict.fromkeys(each.subject for each in facts)
    rows = [
        _row(subject, "", "", None, [each for each in facts if each.subject == subject], known)
        for subject in subjects
    ]
    return CourseTime("", "", "", "", None, total_hours(evidence=facts), tuple(rows))


def _row(
    subject: str,
    title: str,
    url: str,
    time: Time | None,
    facts: Iterable[EvidenceRecord],
    known: _Known,
) -> Row:
    facts = list(facts)
    bases = [known.particulars[each.id].basis for each in facts if each.hours]
    return Row(
        subject=subject,
        title=title or subject,
        url=url,
        time=time,
        credited=sum((counted_hours(each=each) for each in facts), Decimal(0)),
        basis="; ".join(dict.fromkeys(bases)),
        watched=known.watched.get(subject, 0),
        told=known.told.get(subject),
    )


# --- contested times --------------------------------------------------------------------------
def disputes_seen(*, user_id: int) -> QuerySet[TimeDispute]:
    """Return the contested times that an account sees: those that wait first, oldest first."""
    rows = TimeDispute.objects.filter(access.looked_at(user_id=user_id))
    # Databases do not agree on where nothing sorts.
    waiting = F("decision__recorded_at").asc(nulls_first=True)
    return rows.select_related("decision", "person").order_by(waiting, "recorded_at", "pk")


def titles_of(*, course_keys: Collection[str]) -> dict[str, str]:
    """Return the titles of all parts of these published courses, by evidence key."""
    return {
        subject: title
        for each in outlines()
        if each.course_key in course_keys
        for subject, (title, _url) in each.titles().items()
    }


# --- a course ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModulePilot:
    """A module with what its pilot says."""

    number: int
    module: OutlineModule
    pilot: Pilot


def pilots(*, outline: Outline) -> list[ModulePilot]:
    """Return for each module how long those took who finished it in this version.

    The number of statements does not grow with modules or people.
    """
    found = measured_in(course_key=outline.course_key, revision=outline.label)
    done = _done(outline)
    rows = []
    for number, module in enumerate(outline.modules, start=1):
        subjects = _parts(module)
        if not subjects:
            continue
        seconds = [
            sum(
                (each.subjects[about].active.total_seconds() for about in each.subjects
                 if about[1] in subjects),
                0.0,
            )
            for human, each in found.items()
            if subjects <= done.get(human, set())
        ]  # fmt: skip
        # Who read without the script was not measured, and says nothing about how long it takes.
        measured_ = sorted(each for each in seconds if each)
        rows.append(
            ModulePilot(number, module, pilot(seconds=measured_, assigned=_minutes(module)))
        )
    return rows


def _parts(module: OutlineModule) -> set[str]:
    """Return the evidence keys of the self-paced part of a module."""
    found = {lesson.subject for lesson in module.lessons}
    return found | {f"quiz:{module.quiz_key}"} if module.quiz_key else found


def _minutes(module: OutlineModule) -> Decimal:
    """Return the minutes that the self-paced part of a module is worth."""
    hours = module.hours.get("self_paced")
    return hours * 60 if hours else Decimal(module.minutes)


def _done(outline: Outline) -> dict[int, set[str]]:
    """Return what each person has finished in this version, of lessons and quizzes."""
    subjects = set().union(*(_parts(module) for module in outline.modules))
    rows = LearningEvent.objects.filter(
        Q(kind=EventKind.LESSON) | Q(kind=EventKind.QUIZ),
        subject__in=subjects,
        content_revision=outline.label,
        passed=True,
        reversed_by__isnull=True,
    )
    found: dict[int, set[str]] = {}
    for human, subject in rows.order_by("pk").values_list(kept_id(), "subject"):
        found.setdefault(human, set()).add(subject)
    return found
