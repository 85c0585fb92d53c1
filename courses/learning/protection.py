"""Refuse to delete pages of which somebody has a record: retire them instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, ProtectedError
from django.db.models.signals import pre_delete
from wagtail.models import Page

from courses.catalog.models import CoursePage, LearningPage, LessonPage, ModulePage
from courses.learning.models import Enrolment, LearningEvent
from courses.learning.progress import course_subject

KINDS = (CoursePage, ModulePage, LessonPage)


@dataclass(frozen=True, slots=True)
class Held:
    """How much of the record leans on some pages."""

    facts: int
    people: int

    def __bool__(self) -> bool:
        return bool(self.facts or self.people)


def held_by(pages: Iterable[Page]) -> Held:
    """Count the facts about these pages and all below them, and the people they are about."""
    subjects: set[str] = set()
    courses: set[str] = set()
    for page in pages:
        for each in page.get_descendants(inclusive=True).specific():
            subjects.update(subjects_of_page(each))
            if isinstance(each, CoursePage):
                courses.add(each.key)
    events = LearningEvent.objects.filter(subject__in=subjects)
    enrolments = Enrolment.objects.filter(course_key__in=courses)
    people = set(events.values_list("person_id", flat=True).distinct())
    people.update(enrolments.values_list("person_id", flat=True))
    return Held(facts=events.count(), people=len(people))


def subjects_of_page(page: Model) -> list[str]:
    """Return the evidence keys of one page, without those of the pages below it."""
    if isinstance(page, CoursePage):
        return [course_subject(page.key)]
    if isinstance(page, LessonPage):
        return [f"lesson:{page.key}"]
    if isinstance(page, ModulePage):
        keys = [("module", page.key), ("session", page.key), ("quiz", page.quiz_key)]
        keys += [("rubric", key) for key in page.rubric_keys]
        return [f"{kind}:{key}" for kind, key in keys if key]
    return []


def connect() -> None:
    """Guard every way of deleting a page; the ledger holds keys, so no foreign key can."""
    for kind in KINDS:
        pre_delete.connect(refuse, sender=kind, dispatch_uid=f"protect {kind.__name__}")


def refuse(sender: type[LearningPage], instance: LearningPage, **_: Any) -> None:
    """Stop the deletion of a page with a record.

    Raises:
        ProtectedError: somebody has a record of the page.
    """
    events = LearningEvent.objects.filter(subject__in=subjects_of_page(instance))
    held: set[Model] = set(events[:1])
    if isinstance(instance, CoursePage):
        held.update(Enrolment.objects.filter(course_key=instance.key)[:1])
    if held:
        raise ProtectedError(f"Somebody has a record of {instance!r}; retire it instead.", held)
