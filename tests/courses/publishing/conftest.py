"""What the tests of publishing share."""

import pytest

from courses.catalog.candidates import candidate
from courses.catalog.models import Effect, LessonPage
from courses.catalog.queries import outline_at
from courses.learning.operations import finish_lesson
from courses.publishing.operations import Decision, publish
from tests.cast import make_cast


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def samir(cast):
    """The curriculum editor."""
    return cast.user("samir")


@pytest.fixture
def edit():
    """Save a draft of a lesson: ``edit(1, title="Other")``, as an editor does in Wagtail."""

    def edited(number=1, **fields):
        page = LessonPage.objects.get(
            key=f"tiny-only/lesson-{number}"
        ).get_latest_revision_as_object()
        for name, value in fields.items():
            setattr(page, name, value)
        page.save_revision()
        return page

    return edited


@pytest.fixture
def add():
    """Add a draft lesson of six minutes below the only module, as an editor does."""

    def added(slug="lesson-new", minutes=6, grow=True, **fields):
        old = LessonPage.objects.get(key="tiny-only/lesson-1")
        module = old.get_parent().specific
        values = {"body": old.body, "sources": old.sources, "objectives": ["O1"]} | fields
        page = LessonPage(
            title=f"Title of {slug}", slug=slug, minutes=minutes, live=False, **values
        )
        module.add_child(instance=page)
        page.save_revision()
        if grow:
            module = module.get_latest_revision_as_object()
            module.minutes += minutes
            module.save_revision()
        return page

    return added


@pytest.fixture
def release(samir):
    """Publish what changed: ``release("top_up", "lesson:…")`` returns the label."""

    def released(effect=Effect.KEEP, *subjects, redo_from=None, **options):
        found = candidate(slug="tiny", without=options.get("without", ()))
        decision = Decision(
            effect=effect, reason="Because.", subjects=subjects, redo_from=redo_from
        )
        return publish(
            **{"slug": "tiny", "digest": found.digest, "label": found.label, "decision": decision}
            | {"actor_id": samir.pk}
            | options
        )

    return released


@pytest.fixture
def finish(cast):
    """Finish lessons as a learner does: ``finish("alma", 1, 2)``."""

    def finished(who, *lessons):
        done = None
        for lesson in lessons:
            done = finish_lesson(
                person_id=cast.person(who).pk,
                actor_id=None,
                outline=outline_at(slug="tiny"),
                lesson_key=f"tiny-only/lesson-{lesson}",
                page_revision=LessonPage.objects.get(
                    key=f"tiny-only/lesson-{lesson}"
                ).live_revision_id,
            )
        return done

    return finished


@pytest.fixture
def finish_lessons(finish):
    """Finish lessons, under a name that a module may use for something else."""
    return finish
