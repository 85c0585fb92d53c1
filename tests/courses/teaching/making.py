"""Cohorts of the cast for the tests."""

from datetime import timedelta

from courses.public import Fact, outline, record_trainings
from courses.teaching import operations, queries
from lms.kit import clock

DAY = timedelta(days=1)


def begun(cast, *people, title="Autumn", place="rio-vista", by="samir", course="tiny"):
    """Begin a cohort of these people and return its row."""
    uuid = operations.create_cohort(
        actor_id=cast.user(by).pk,
        title=title,
        course_key=course,
        organisation_id=cast.organisation(place).pk,
        from_on=clock.today("America/Denver"),
    )
    add(cast, uuid, *people, by=by)
    return queries.cohort(uuid=uuid)


def add(cast, uuid, *people, by="samir"):
    return operations.add_people(
        actor_id=cast.user(by).pk,
        cohort_uuid=uuid,
        person_uuids=[cast.person(key).uuid for key in people],
    )


def did(cast, key, *subjects, ago=0, passed=True, kind=None, turn=1):
    """Write that somebody did these things so many days ago."""
    at = clock.now() - ago * DAY
    record_trainings(
        facts=[
            Fact(
                person_id=cast.person(key).pk,
                kind=kind or subject.split(":")[0],
                subject=subject,
                act=f"did:{key}:{subject}:{turn}",
                actor_id=None,
                occurred_at=at,
                passed=passed,
                content_revision="1",
            )
            for subject in subjects
        ],
        actor_id=None,
        batch=None,
        announce=False,
    )


def lessons(course="tiny"):
    """Return the evidence keys of the lessons of a course."""
    return [lesson.subject for _module, lesson in outline(course_key=course).lessons()]
