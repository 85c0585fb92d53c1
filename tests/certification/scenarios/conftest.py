"""The places of the cast with its two certification officers, and nobody else."""

import pytest

from lms.management.demo.cast import PEOPLE, PLACES
from tests.cast import Cast, add_organisation

pytest.register_assert_rewrite("tests.certification.scenarios.playing")


@pytest.fixture
def stage(db):
    """Return the places and the officers; whoever else is needed comes with the story."""
    cast = Cast()
    for key, name, kind, parent in PLACES:
        above = cast.organisations[parent] if parent else None
        cast.organisations[key] = add_organisation(key, name, kind, above)
    for who in PEOPLE:
        if who.key in ("ines", "odette"):
            cast.add_person(who.key, who.given_name, who.family_name)
            for kind, place in who.duties:
                cast.give_duty(who.key, kind, place)
    return cast
