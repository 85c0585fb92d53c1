"""A reminder comes on the last day minus n in the zone of its program, whenever it is sent."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as few
from hypothesis import strategies as st

from certification.programs.operations import adopt, load_programs
from certification.reminders.models import ReminderDigest, ReminderItem
from certification.reminders.operations import send_to_everybody
from certification.reminders.schedule import MILESTONES, Deadline, falls_due, morning
from lms.jobs.operations import drain
from lms.jobs.tasks import nightly
from lms.notices.models import Notice
from lms.people.models import Employment
from tests.cast import HIRED, make_cast
from tests.certification.reminders.conftest import STARTED, WITHIN_60, WITHIN_90, mails

DAY = timedelta(days=1)
ACROSS_THE_COUNTRY = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "UTC",
)  # fmt: skip
EVERYWHERE = (*ACROSS_THE_COUNTRY, "Pacific/Guam", "Pacific/Pago_Pago", "Asia/Kolkata")
days = st.dates(min_value=date(2007, 4, 1), max_value=date(2060, 12, 31))
DENVER = ZoneInfo("America/Denver")
_few = few(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def local(instant, zone):
    return instant.astimezone(ZoneInfo(zone))


# --- the morning ------------------------------------------------------------------------------
@given(day=days, zones=st.sets(st.sampled_from(ACROSS_THE_COUNTRY), min_size=1))
def test_in_the_morning_it_is_the_same_date_across_the_country(day, zones):
    start = morning(day, zones)
    assert {local(start, each).date() for each in zones} == {day}
    assert min(local(start, each).time() for each in zones) == time(6)


@given(day=days, zones=st.sets(st.sampled_from(EVERYWHERE), min_size=1))
def test_where_zones_share_a_date_it_is_that_date_in_all(day, zones):
    start = morning(day, zones)
    shared = [
        hour
        for hour in range(-14 * 4, 38 * 4)
        if {
            local(datetime.combine(day, time(0), UTC) + hour * timedelta(minutes=15), each).date()
            for each in zones
        } == {day}
    ]  # fmt: skip
    if shared:
        assert {local(start, each).date() for each in zones} == {day}


@given(
    due=days,
    zones=st.sets(st.sampled_from(ACROSS_THE_COUNTRY), min_size=1),
    length=st.integers(0, 120),
)
def test_runs_of_each_morning_give_each_reminder_on_the_last_day_minus_n(due, zones, length):
    """The academy's zone is one of `zones`, UTC too; the deadline is in any of them."""
    deadline = Deadline(due, due - length * DAY)
    for zone in zones:
        told = []
        for before in range(length, -3, -1):
            on = local(morning(due - before * DAY, zones), zone).date()
            found = falls_due(deadline, on, told=[n for _, n in told])
            if found is not None:
                told.append((on, found))
        assert told == [(due - n * DAY, n) for n in MILESTONES if n <= length]


@given(
    due=days,
    zone=st.sampled_from(EVERYWHERE),
    hours=st.lists(st.integers(-100 * 24, 40 * 24), max_size=30),
)
def test_runs_at_any_hours_give_each_once_not_early_and_the_newest(due, zone, hours):
    midnight = datetime.combine(due, time(0), ZoneInfo(zone)).astimezone(UTC)
    told = []
    for hour in sorted(hours):
        on = local(midnight + hour * timedelta(hours=1), zone).date()
        found = falls_due(Deadline(due, date.min), on, told=[n for _, n in told])
        if found is not None:
            told.append((on, found))
    numbers = [n for _, n in told]
    assert numbers == sorted(set(numbers), reverse=True)
    for on, n in told:
        assert on >= due - n * DAY
        assert not [newer for newer in MILESTONES if newer < n and on >= due - newer * DAY]


# --- with the database ------------------------------------------------------------------------
def told_on(subject, person):
    """Return when somebody was told of it, as (local date in Denver, milestone)."""
    rows = ReminderItem.objects.filter(subject=subject, recipient=person).order_by("pk")
    return [
        (row.digest.recorded_at.astimezone(DENVER).date(), row.days_before)
        for row in rows.select_related("digest")
    ]


def mails_a_day(zone=DENVER):
    """Return how many messages anybody got on one date of a zone, at most."""
    rows = ReminderDigest.objects.values_list("recipient_id", "recorded_at")
    found = Counter((who, at.astimezone(zone).date()) for who, at in rows)
    return max(found.values(), default=0)


@pytest.fixture
def anywhere(request, alma, settings):
    settings.ACADEMY_ZONE = request.param
    return alma


@pytest.mark.parametrize("anywhere", ["UTC", "Pacific/Guam", "America/Denver"], indirect=True)
def test_nights_on_which_clocks_change_are_one_day_wherever_the_academy_is(anywhere, time_machine):
    # Due on 8 March 2026, a day of 23 hours in Denver, 60 days after the hire.
    Employment.objects.filter(person=anywhere).update(starts_on=date(2026, 1, 7))
    due, start = date(2026, 3, 8), date(2026, 2, 27)
    for n in range(12):
        at = datetime.combine(start + n * DAY, time(0, 5), UTC)
        time_machine.move_to(at, tick=False)
        nightly()
        for hours in (6, 14, 23):
            time_machine.move_to(at + timedelta(hours=hours), tick=False)
            drain()
    found = told_on("nm-mrss:NM-40-02-S", anywhere)
    # The first run makes up for the 30 days that were missed.
    assert found == [(start, 30), (due - 7 * DAY, 7), (due, 0)]
    assert mails_a_day() == 1


@pytest.mark.parametrize("anywhere", ["UTC"], indirect=True)
def test_around_midnight_in_the_recipients_zone_nobody_gets_two_a_day(anywhere, time_machine):
    # The academy's date changes at 17:00 in Denver, hers does not.
    for instant in (
        datetime(2026, 4, 5, 12, tzinfo=UTC),
        datetime(2026, 4, 5, 23, 59, tzinfo=UTC),
        datetime(2026, 4, 6, 0, 1, tzinfo=UTC),
        datetime(2026, 4, 6, 5, 59, tzinfo=UTC),
    ):
        time_machine.move_to(instant, tick=False)
        send_to_everybody()
        # Something new is owed each time.
        Employment.objects.filter(person__given_name="Kofi").update(
            starts_on=STARTED, supervisor=anywhere.employments.get().supervisor
        )
        assert mails_a_day() == 1
    assert ReminderDigest.objects.filter(recipient=anywhere).count() == 1
    time_machine.move_to(datetime(2026, 4, 6, 6, 1, tzinfo=UTC), tick=False)
    send_to_everybody()
    assert mails_a_day() == 1
    assert "Kofi Mensah" in mails()[-1].body


hours = st.lists(st.integers(0, 95 * 24), min_size=1, max_size=6)


@pytest.mark.parametrize("academy", ["UTC", "America/Denver"])
def test_whenever_it_runs_nothing_comes_twice_early_or_two_a_day(
    alma, settings, time_machine, academy
):
    settings.ACADEMY_ZONE = academy
    begin = datetime(2026, 1, 13, 0, 30, tzinfo=UTC)

    @given(hours=hours)
    @_few
    def holds(hours):
        ReminderItem.objects.all().delete()
        ReminderDigest.objects.all().delete()
        Notice.objects.all().delete()
        for hour in sorted(hours):
            time_machine.move_to(begin + hour * timedelta(hours=1), tick=False)
            send_to_everybody()
            send_to_everybody()
        assert mails_a_day() <= 1
        for subject, due in (("nm-mrss:NM-40-02-S", WITHIN_60), ("nm-mrss:NM-EXAM", WITHIN_90)):
            told = told_on(subject, alma)
            numbers = [n for _, n in told]
            assert numbers == sorted(set(numbers), reverse=True)
            assert all(on >= due - n * DAY for on, n in told)

    holds()


@pytest.mark.django_db(transaction=True)
def test_four_at_once_just_before_midnight_send_everything_once(time_machine):
    cast = make_cast(accounts=False)
    load_programs()
    place = cast.organisation("high-desert")
    adopt(organisation_id=place.pk, program_key="nm-mrss", starts_on=HIRED)
    Employment.objects.filter(person=cast.person("alma")).update(
        starts_on=STARTED, supervisor=cast.person("bo")
    )
    # 12 April, 23:59 in Denver: the last day of the examination.
    time_machine.move_to(datetime(2026, 4, 13, 5, 59, tzinfo=UTC), tick=False)
    barrier, failures = Barrier(4), []

    def go():
        try:
            barrier.wait()
            send_to_everybody()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=go) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert mails_a_day() == 1
    keys = list(ReminderItem.objects.values_list("recipient", "person", "subject", "due_on"))
    assert len(keys) == len(set(keys))
    assert told_on("nm-mrss:NM-EXAM", cast.person("alma")) == [(WITHIN_90, 0)]
