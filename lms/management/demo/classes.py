"""Whom the demo's trainer teaches together."""

from collections.abc import Iterable
from typing import Final

from courses.public import add_people, create_cohort
from lms.management.demo import training, writing
from lms.management.demo.stories import Story
from lms.public import organisation, staff_rows, today

PLACE: Final = "rio-vista"
TITLE: Final = "Core 40 at Río Vista"


def begin(stories: Iterable[Story], people: dict[str, int]) -> None:
    """Let Samir teach everybody who takes the core course at Río Vista; call once."""
    place, samir = organisation(key=PLACE), writing.user_id("samir")
    if place is None:
        return
    here = {row.person_id: row.person_uuid for row in staff_rows(paths=[place.path], on=today())}
    taught = [story for story in stories if any(map(training.is_core, story.acts))]
    chosen = [here[people[story.key]] for story in taught if people[story.key] in here]
    uuid = create_cohort(
        actor_id=samir,
        title=TITLE,
        course_key=training.CORE,
        organisation_id=place.id,
        from_on=today(),
    )
    add_people(actor_id=samir, cohort_uuid=uuid, person_uuids=chosen)
