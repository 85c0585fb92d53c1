"""Read cohorts, their members and how far each is; the statements do not grow with the people."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Max, Q

from courses.assessment.models import Attempt, Quiz
from courses.catalog.outline import Outline
from courses.catalog.queries import outline, outlines
from courses.learning.models import Enrolment, EventKind, LearningEvent
from courses.learning.queries import evidence_for
from courses.learning.records import EvidenceRecord
from courses.learning.tracks import taken
from courses.teaching import access, grid
from courses.teaching.models import Cohort, CohortMember, Nudge
from lms.kit import clock
from lms.kit.matching import name_key
from lms.public import (
    StaffRow,
    kept_id,
    organisations,
    organisations_by_id,
    people,
    people_filter,
    rows_of,
    spells,
    staff_named,
    today,
)

MOST_FOUND: Final = 50
"""How many people a search shows at most."""


class NoSuchCohort(LookupError):
    """There is no cohort with this uuid."""


def cohort(*, uuid: UUID) -> Cohort:
    """Return a cohort with its organisation. Raises: NoSuchCohort."""
    found = Cohort.objects.select_related("organisation").filter(uuid=uuid).first()
    if found is None:
        raise NoSuchCohort(uuid)
    return found


def ended(found: Cohort, *, on: date) -> bool:
    """Tell whether a cohort is over on a date."""
    return found.until_on is not None and found.until_on <= on


# --- all cohorts ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CohortRow:
    """One cohort in the list. ``finished`` of ``people`` have finished the course."""

    uuid: UUID
    title: str
    course: str
    organisation: str
    from_on: date
    until_on: date | None
    over: bool
    people: int
    finished: int


def cohorts(*, user_id: int) -> list[CohortRow]:
    """Return the cohorts that an account may see, those that go on first; four statements more."""
    on = today()
    found = list(
        Cohort.objects.select_related("organisation")
        .filter(access.readable(user_id=user_id))
        .order_by("-from_on", "title", "pk")
    )
    members: dict[int, set[int]] = defaultdict(set)
    for cohort_id, human in _present(found, user_id):
        members[cohort_id].add(human)
    done = _finishers({key for theirs in members.values() for key in theirs}, found)
    titles = {each.course_key: each.title for each in outlines()}
    rows = [
        CohortRow(
            uuid=each.uuid,
            title=each.title,
            course=titles.get(each.course_key, each.course_key),
            organisation=each.organisation.name,
            from_on=each.from_on,
            until_on=each.until_on,
            over=ended(each, on=on),
            people=len(members[each.pk]),
            finished=len(members[each.pk] & done[each.course_key]),
        )
        for each in found
    ]
    return sorted(rows, key=lambda row: row.over)


def _present(found: Collection[Cohort], user_id: int) -> list[tuple[int, int]]:
    rows = CohortMember.objects.filter(
        access.seen(user_id=user_id), cohort__in=found, until_on__isnull=True
    )
    return list(rows.order_by("pk").values_list("cohort_id", kept_id()))


def _finishers(person_ids: set[int], found: Collection[Cohort]) -> dict[str, set[int]]:
    """Return who has finished which course, of these people and the courses of these cohorts."""
    subjects = {f"course:{each.course_key}" for each in found}
    facts = LearningEvent.objects.filter(
        rows_of(person_ids=person_ids),
        kind=EventKind.COURSE,
        subject__in=subjects,
        passed=True,
        reversed_by__isnull=True,
    )
    done: dict[str, set[int]] = defaultdict(set)
    for human, subject in facts.order_by("pk").values_list(kept_id(), "subject"):
        done[subject.removeprefix("course:")].add(human)
    return done


# --- one cohort -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Progress:
    """Everybody in a cohort whose progress the account may see, by name.

    ``hidden``: how many more are in it. ``outline`` None: the course is not published any more.
    """

    outline: Outline | None
    rows: tuple[grid.Row, ...]
    hidden: int

    def count(self, state: str) -> int:
        """Return how many people a filter shows; "" is everybody."""
        return sum(not state or row.state == state for row in self.rows)


def progress(*, found: Cohort, user_id: int, quiet_days: int = grid.QUIET_DAYS) -> Progress:
    """Return how far the present members are; the statements do not grow with people or lessons."""
    present = found.members.filter(until_on__isnull=True)
    everybody = set(present.order_by().values_list(kept_id(), flat=True))
    course = outline(course_key=found.course_key)
    rows = _rows(found, course, access.seen(user_id=user_id), quiet_days)
    return Progress(course, rows, 0 if course is None else len(everybody) - len(rows))


def person_row(*, found: Cohort, user_id: int, person_id: int) -> grid.Row | None:
    """Return how far one present member is; None: nobody here, or not for this account."""
    who = access.seen(user_id=user_id) & rows_of(person_ids=[person_id])
    rows = _rows(found, outline(course_key=found.course_key), who, grid.QUIET_DAYS)
    return next(iter(rows), None)


def taught(*, found: Cohort, user_id: int, person_uuids: Collection[UUID]) -> tuple[grid.Row, ...]:
    """Return how far these present members are, of those whom the account teaches."""
    who = people_filter(scope=access.teaching(user_id=user_id), field="person_id")
    who &= Q(person__uuid__in=person_uuids) | Q(person__merged_into__uuid__in=person_uuids)
    return _rows(found, outline(course_key=found.course_key), who, grid.QUIET_DAYS)


def _rows(found: Cohort, course: Outline | None, who: Q, quiet_days: int) -> tuple[grid.Row, ...]:
    if course is None:
        return ()
    since = _since(found, who)
    ids = list(since)
    jobs, chosen, told = _jobs(ids), _chosen(ids, found.course_key), _evidence(ids)
    tried, nudged, now = _tried(ids, found.course_key), _nudged(found, ids), clock.now()
    rows = [
        grid.row_of(
            grid.Member(
                id=person.id,
                uuid=person.uuid,
                name=person.name,
                place=jobs[person.id].place,
                since=since[person.id],
                nudged_at=nudged.get(person.id),
            ),
            course,
            told[person.id],
            part=taken(course, jobs[person.id].roles, chosen.get(person.id, {})).outline,
            tried_at=tried.get(person.id),
            now=now,
            quiet_days=quiet_days,
        )
        for person in people(person_ids=ids).values()
    ]
    return tuple(sorted(rows, key=lambda row: (name_key(row.member.name), row.member.id)))


def _since(found: Cohort, who: Q) -> dict[int, date]:
    """Return since when each of these present members is in the cohort, each human once."""
    rows = found.members.filter(who, until_on__isnull=True).order_by("from_on", "pk")
    since: dict[int, date] = {}
    for human, from_on in rows.values_list(kept_id(), "from_on"):
        since.setdefault(human, from_on)
    return since


@dataclass(slots=True)
class _Job:
    """Where somebody is employed today, the first of several places, and as what."""

    roles: set[str]
    place: str = ""


def _jobs(person_ids: Sequence[int]) -> dict[int, _Job]:
    on = today()
    current = [
        spell
        for spell in spells(person_ids=person_ids)
        if spell.starts_on <= on and (spell.ends_on is None or spell.ends_on > on)
    ]
    names = organisations_by_id(ids={spell.organisation_id for spell in current})
    jobs: dict[int, _Job] = defaultdict(lambda: _Job(set()))
    for spell in current:
        job = jobs[spell.person_id]
        job.roles.add(spell.role)
        job.place = job.place or names[spell.organisation_id].name
    return jobs


def _chosen(person_ids: Sequence[int], course_key: str) -> dict[int, dict[str, str]]:
    """Return the track that each person chose in the course, of those who chose one."""
    rows = Enrolment.objects.filter(rows_of(person_ids=person_ids), course_key=course_key)
    found = rows.exclude(track="").order_by("pk").values_list(kept_id(), "track")
    return {human: {course_key: track} for human, track in found}


def _evidence(person_ids: Sequence[int]) -> dict[int, list[EvidenceRecord]]:
    told: dict[int, list[EvidenceRecord]] = defaultdict(list)
    for record in evidence_for(person_ids=person_ids):
        told[record.person_id].append(record)
    return told


def _tried(person_ids: Sequence[int], course_key: str) -> dict[int, datetime]:
    """Return when each person last began a quiz of the course."""
    attempts = Attempt.objects.filter(
        rows_of(person_ids=person_ids), quiz__course_key=course_key
    ).annotate(human=kept_id())
    rows = attempts.order_by("human").values("human").annotate(at=Max("started_at"))
    return {row["human"]: row["at"] for row in rows}


def _nudged(found: Cohort, person_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each person was last reminded in this course, in whichever cohort."""
    nudges = Nudge.objects.filter(
        rows_of(person_ids=person_ids), cohort__course_key=found.course_key
    ).annotate(human=kept_id())
    rows = nudges.order_by("human").values("human").annotate(at=Max("recorded_at"))
    return {row["human"]: row["at"] for row in rows}


def nudges_of(*, found: Cohort, person_id: int) -> list[Nudge]:
    """Return the reminders that a member got in this cohort, newest first."""
    rows = found.nudges.filter(rows_of(person_ids=[person_id])).select_related("actor")
    return list(rows.order_by("-recorded_at", "-pk"))


def quizzes() -> list[tuple[Outline, list[Quiz]]]:
    """Return each published course that has quizzes, with them in its order."""
    theirs: dict[str, list[Quiz]] = defaultdict(list)
    for quiz in Quiz.objects.order_by("title", "pk"):
        theirs[quiz.course_key].append(quiz)
    found = []
    for course in outlines():
        order = {module.quiz_key: place for place, module in enumerate(course.modules)}
        listed = [each for each in theirs[course.course_key] if each.key in order]
        if listed:
            found.append((course, sorted(listed, key=lambda each: order[each.key])))
    return found


# --- adding people --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be added; ``inside``: they are in the cohort already."""

    uuid: UUID
    name: str
    place: str
    inside: bool


def addable(*, found: Cohort, user_id: int, words: str) -> list[Found]:
    """Return whom the account teaches, with all these words in the name."""
    scope = access.teaching(user_id=user_id)
    rows = staff_named(paths=scope.paths, on=scope.on, words=words, most=MOST_FOUND + 1)
    not_me = {scope.except_id, *scope.except_merged}
    rows = [row for row in rows if row.person_id not in not_me]
    inside = set(
        found.members.filter(until_on__isnull=True).order_by("pk").values_list(kept_id(), flat=True)
    )
    names = organisations_by_id(ids={row.organisation_id for row in rows})
    return [_found(row, names[row.organisation_id].name, inside) for row in rows[:MOST_FOUND]]


def _found(row: StaffRow, place: str, inside: set[int]) -> Found:
    name = f"{row.given_name} {row.family_name}".strip()
    return Found(row.person_uuid, name, place, row.person_id in inside)


def own_places(*, user_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the organisations whose cohorts the account may run, as a tree."""
    found = {
        each.id: each
        for path in access.teaching(user_id=user_id).paths
        for each in organisations(below_path=path)
    }

    def line(path: str) -> list[str]:
        above = [int(part) for part in path.strip("/").split("/")]
        return [found[part].name for part in above if part in found]

    ordered = sorted(found.values(), key=lambda each: (line(each.path), each.id))
    return [(each.id, "\u2003" * (len(line(each.path)) - 1) + each.name) for each in ordered]
