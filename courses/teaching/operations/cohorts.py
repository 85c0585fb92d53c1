"""Begin, rename and end cohorts, and say who is in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from courses.catalog.queries import outline
from courses.learning.models import Enrolment
from courses.teaching import access, queries
from courses.teaching.models import Cohort, CohortMember
from lms.public import (
    Ability,
    kept_id,
    person_by_uuid,
    reached,
    record_audit,
    require,
    rows_of,
    today,
)

LONGEST_TITLE: Final = 160


class NoSuchCourse(LookupError):
    """No published course has this key."""


class Untitled(ValueError):
    """The title is empty or longer than ``LONGEST_TITLE`` letters."""


class WrongPeriod(ValueError):
    """The last day lies before the first."""


class CohortOver(Exception):
    """The cohort has ended; nobody joins it any more."""


class NotInCohort(LookupError):
    """The person is not in the cohort."""


@dataclass(frozen=True, slots=True)
class Added:
    """How many people were added, and how many were in the cohort before."""

    new: int
    already: int


def create_cohort(
    *,
    actor_id: int,
    title: str,
    course_key: str,
    organisation_id: int,
    from_on: date,
    last_day: date | None = None,
) -> UUID:
    """Begin a cohort of an organisation; ``last_day`` still belongs to it, None: it goes on.

    Raises:
        lms.public.Denied: the account is no trainer of the organisation.
        Untitled, NoSuchCourse, WrongPeriod: what was given cannot be.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.TEACH, organisation_id=organisation_id)
        title = _title(title)
        if outline(course_key=course_key) is None:
            raise NoSuchCourse(course_key)
        if last_day is not None and last_day < from_on:
            raise WrongPeriod(f"{from_on} to {last_day}")
        made = Cohort.objects.create(
            title=title,
            course_key=course_key,
            organisation_id=organisation_id,
            from_on=from_on,
            until_on=None if last_day is None else last_day + timedelta(days=1),
        )
        _audit("create_cohort", made, actor_id, {"title": title, "course": course_key})
        return made.uuid


def rename_cohort(*, actor_id: int, cohort_uuid: UUID, title: str) -> None:
    """Give a cohort another title; the audit log keeps the former one.

    Raises:
        queries.NoSuchCohort, lms.public.Denied, Untitled: nothing was changed.
    """
    with transaction.atomic(durable=True):
        found = lock(actor_id, cohort_uuid)
        title = _title(title)
        if title == found.title:
            return
        _audit("rename_cohort", found, actor_id, {"from": found.title, "to": title})
        found.title = title
        found.save(update_fields=["title"])


def end_cohort(*, actor_id: int, cohort_uuid: UUID, last_day: date | None) -> None:
    """Say which is the last day of a cohort; None: it goes on after all. Its rows are kept.

    Raises:
        queries.NoSuchCohort, lms.public.Denied, WrongPeriod: nothing was changed.
    """
    with transaction.atomic(durable=True):
        found = lock(actor_id, cohort_uuid)
        if last_day is not None and last_day < found.from_on:
            raise WrongPeriod(f"{found.from_on} to {last_day}")
        until = None if last_day is None else last_day + timedelta(days=1)
        if until == found.until_on:
            return
        detail = {"from": str(found.until_on or ""), "to": str(until or "")}
        _audit("end_cohort", found, actor_id, detail)
        found.until_on = until
        found.save(update_fields=["until_on"])


def add_people(*, actor_id: int, cohort_uuid: UUID, person_uuids: Collection[UUID]) -> Added:
    """Add people whom the account teaches; who is in the cohort already stays as they are.

    They find the course among theirs from now on.

    Raises:
        queries.NoSuchCohort, CohortOver: there is no such cohort, or it has ended.
        lms.public.Denied: the account does not teach the cohort or one of the people; nobody was
            added.
    """
    with transaction.atomic(durable=True):
        found = lock(actor_id, cohort_uuid)
        if queries.ended(found, on=today()):
            raise CohortOver(cohort_uuid)
        wanted = _taught(actor_id, person_uuids)
        rows = found.members.filter(until_on__isnull=True)
        inside = set(rows.order_by("pk").values_list(kept_id(), flat=True))
        new = sorted(wanted - inside)
        CohortMember.objects.bulk_create(
            CohortMember(cohort=found, person_id=person_id, from_on=today()) for person_id in new
        )
        Enrolment.objects.bulk_create(
            [Enrolment(person_id=each, course_key=found.course_key) for each in new],
            ignore_conflicts=True,
        )
        if new:
            _audit("add_to_cohort", found, actor_id, {"people": new})
    return Added(new=len(new), already=len(wanted) - len(new))


def remove_person(*, actor_id: int, cohort_uuid: UUID, person_uuid: UUID) -> None:
    """End a person's time in a cohort today; the row is kept.

    Raises:
        queries.NoSuchCohort, NotInCohort: nobody to remove.
        lms.public.Denied: the account does not teach the cohort or the person.
    """
    with transaction.atomic(durable=True):
        found = lock(actor_id, cohort_uuid)
        [person_id] = _taught(actor_id, [person_uuid])
        rows = found.members.filter(rows_of(person_ids=[person_id]), until_on__isnull=True)
        if not rows.update(until_on=today()):
            raise NotInCohort(person_uuid)
        _audit("remove_from_cohort", found, actor_id, {"people": [person_id]})


def lock(actor_id: int, cohort_uuid: UUID) -> Cohort:
    """Hold a cohort that the account may run until the transaction ends.

    Raises:
        queries.NoSuchCohort: there is none.
        lms.public.Denied: the account is no trainer of its organisation.
    """
    found = Cohort.objects.select_for_update().filter(uuid=cohort_uuid).first()
    if found is None:
        raise queries.NoSuchCohort(cohort_uuid)
    access.require_teach(user_id=actor_id, cohort=found)
    return found


def _taught(actor_id: int, person_uuids: Collection[UUID]) -> set[int]:
    """Return the ids of these people, all of whom the account teaches.

    Raises:
        lms.public.Denied: it does not teach one of them.
    """
    known = reached(scope=access.teaching(user_id=actor_id), uuids=person_uuids)
    for uuid in person_uuids:
        if uuid not in known:
            person = person_by_uuid(uuid=uuid)
            # Somebody who does not exist looks like somebody whom one does not teach.
            require(user_id=actor_id, ability=Ability.TEACH, person_id=person.id if person else 0)
    return set(known.values())


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise Untitled(title[:LONGEST_TITLE])
    return title


def _audit(action: str, found: Cohort, actor_id: int, detail: dict[str, Any]) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="cohort",
        subject=str(found.uuid),
        detail=detail,
    )
