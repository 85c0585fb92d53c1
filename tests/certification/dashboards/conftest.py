"""The cast under the New Mexico program, with standings as the desks read them."""

from datetime import date
from decimal import Decimal

import pytest

from certification.credentials.models import StandingSpan
from certification.programs.operations import adopt, load_programs

ON = date(2026, 6, 1)
PROGRAM = "nm-mrss"


@pytest.fixture
def programs(cast):
    """Publish the shipped programs; the state of High Desert adopts New Mexico's."""
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk,
        program_key=PROGRAM,
        starts_on=date(2025, 1, 1),
    )
    return cast


def add_span(person, status, *, since=date(2026, 1, 1), until=None, program=PROGRAM, **more):
    """Write one standing; hours default to those of somebody who is done."""
    values = {"have_hours": Decimal(40), "need_hours": Decimal(40), "unmet": 0, "overdue": 0}
    return StandingSpan.objects.create(
        person=person,
        program_key=program,
        from_on=since,
        until_on=until,
        status=status,
        **(values | more),
    )


@pytest.fixture
def standings(programs):
    """Give the cast one of each standing on 1 June 2026."""
    cast = programs
    add_span(cast.person("bo"), "certified", valid_until=date(2026, 8, 1))
    add_span(cast.person("lucia"), "certified", valid_until=date(2028, 2, 3))
    add_span(
        cast.person("alma"),
        "provisional",
        unmet=7,
        have_hours=Decimal("27.5"),
        next_due_on=date(2026, 6, 20),
        next_requirement="NM-40-09-S",
        who_next="worker",
    )
    add_span(
        cast.person("kofi"),
        "provisional",
        unmet=3,
        overdue=1,
        have_hours=Decimal(33),
        next_due_on=date(2026, 5, 20),
        next_requirement="NM-40-12-L",
        who_next="trainer",
    )
    add_span(cast.person("hannah"), "in_training", unmet=30, have_hours=Decimal(9))
    add_span(cast.person("joaquin"), "expired", since=date(2026, 5, 1))
    return cast


@pytest.fixture
def sign_in(client):
    """Return a client signed in as somebody of the cast."""

    def as_(cast, key):
        client.force_login(cast.user(key))
        return client

    return as_
