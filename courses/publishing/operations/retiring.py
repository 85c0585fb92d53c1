"""Take a course out of use, and back into it."""

from datetime import date
from typing import Final

from django.db import transaction

from courses.catalog.models import CoursePage, CourseRetirement
from courses.publishing import queries
from lms.public import Ability, record_audit, require, today

MOST_REASON: Final = 2_000


class NoSuchCourse(LookupError):
    """There is no course at this address."""


class WrongRetirement(ValueError):
    """The last day is over, there is no reason, or the course is open already."""


def retire(*, slug: str, closes_on: date | None, reason: str, actor_id: int) -> None:
    """Take nobody new into a course; who began may finish it through ``closes_on``.

    None opens it again. Every record stays as it is, and readable.

    Raises:
        NoSuchCourse: there is no course at this address.
        WrongRetirement: the day is over, there is no reason, or nothing would change.
    """
    require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
    if closes_on is not None and closes_on < today():
        raise WrongRetirement("closes_on")
    if not reason.strip() or len(reason) > MOST_REASON:
        raise WrongRetirement("reason")
    with transaction.atomic(durable=True):
        course = CoursePage.objects.select_for_update().filter(slug=slug).first()
        if course is None:
            raise NoSuchCourse(slug)
        now = queries.retirement(course_key=course.key)
        if closes_on == (now.closes_on if now else None):
            raise WrongRetirement("closes_on")
        CourseRetirement.objects.create(
            course_key=course.key, closes_on=closes_on, reason=reason, actor_id=actor_id
        )
        record_audit(
            actor_id=actor_id,
            action="retire_course" if closes_on else "reopen_course",
            subject_kind="course",
            subject=course.key,
            detail={"closes_on": closes_on.isoformat() if closes_on else None, "reason": reason},
        )
