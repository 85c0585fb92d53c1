"""Somebody new at Río Vista under New Mexico's program, whose deadlines all lie ahead."""

from datetime import date

import pytest

from certification.programs.operations import adopt, load_programs
from certification.reminders.operations import send_to_everybody
from lms.jobs.operations import drain
from lms.notices.models import Notice
from lms.people.models import Employment
from tests.cast import HIRED

STARTED = date(2026, 1, 12)
# What New Mexico's program asks of a responder hired on that day, by the days it gives.
WITHIN_14 = date(2026, 1, 26)
WITHIN_60 = date(2026, 3, 13)
WITHIN_90 = date(2026, 4, 12)
WITHIN_180 = date(2026, 7, 11)


@pytest.fixture
def programs(cast):
    """Publish the programs; High Desert works under nm-mrss. Nobody's deadline is near in 2026."""
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    return cast


@pytest.fixture
def alma(programs):
    """Alma, hired on 12 January 2026, supervised by Bo."""
    person = programs.person("alma")
    Employment.objects.filter(person=person).update(
        starts_on=STARTED, supervisor=programs.person("bo")
    )
    return person


def run(on):
    """Remind everybody as on a date; return {who: [(whose, subject, days before)]}."""
    return {
        each.recipient.given_name: [
            (line.owed.person.given_name, line.owed.matter.subject, line.days_before)
            for line in each.lines
        ]
        for each in send_to_everybody(on=on).digests
    }


def mails():
    """Send what waits and return the notices with reminders, oldest first."""
    drain()
    return list(Notice.objects.filter(kind="reminder").order_by("pk"))
