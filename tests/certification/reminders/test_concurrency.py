"""Two runs at once, and runs about different days at once, send everything once."""

from collections import Counter
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from certification.programs.operations import adopt, load_programs
from certification.reminders.models import ReminderDigest, ReminderItem
from certification.reminders.operations import send_to_everybody
from lms.notices.models import Notice
from lms.people.models import Employment
from tests.cast import HIRED, make_cast
from tests.certification.reminders.conftest import STARTED, WITHIN_90

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*days: date):
    """Run once for each day, all at the same time; return what each run sent."""
    done, failures, barrier = [], [], Barrier(len(days))

    def go(on):
        try:
            barrier.wait()
            done.append(send_to_everybody(on=on))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(on,)) for on in days]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    return done


@pytest.fixture
def team():
    """Three people of Bo's team, hired on one day."""
    cast = make_cast(accounts=False)
    load_programs()
    place = cast.organisation("high-desert")
    adopt(organisation_id=place.pk, program_key="nm-mrss", starts_on=HIRED)
    people = [cast.person(each) for each in ("alma", "kofi", "hannah")]
    Employment.objects.filter(person__in=people).update(
        starts_on=STARTED, supervisor=cast.person("bo")
    )
    return cast


def test_two_runs_of_one_day_send_each_message_and_each_reminder_once(team):
    on = WITHIN_90 - timedelta(days=7)
    done = at_once(on, on, on, on)
    messages = Counter(each.recipient.given_name for run in done for each in run.digests)
    assert messages == {"Alma": 1, "Kofi": 1, "Hannah": 1, "Bo": 1}
    assert Notice.objects.filter(kind="reminder").count() == 4
    told = sum(len(each.lines) for run in done for each in run.digests)
    assert ReminderItem.objects.count() == told


def test_runs_about_two_days_at_once_give_no_reminder_twice(team):
    on = WITHIN_90 - timedelta(days=6)
    done = at_once(on, on + timedelta(days=1), on, on + timedelta(days=1))
    given = Counter(
        (each.recipient.id, line.owed.person.id, line.owed.matter.subject, line.days_before)
        for run in done
        for each in run.digests
        for line in each.lines
    )
    assert given and set(given.values()) == {1}
    assert ReminderItem.objects.count() == len(given)
    # A message in which nothing was left to say is not sent, and does not take the day.
    assert Notice.objects.filter(kind="reminder").count() == sum(len(run.digests) for run in done)
    assert not ReminderDigest.objects.filter(items__isnull=True).exists()
