"""What pages report becomes the time that passed, once, and only for whom they were shown to."""

from datetime import timedelta

import pytest

from courses.seat_time import queries
from courses.seat_time.models import ActiveSpan, StudySession, WatchedSpan
from courses.seat_time.operations import NotYours
from courses.seat_time.tickets import BadTicket, read_ticket
from lms.people.models import Person
from tests.courses.seat_time.conftest import LESSON, OTHER, START, Page, at

HOUR = 3600


def active(person, subject=None):
    found = queries.measured(person_ids=[person.pk]).get(person.pk)
    if found is None:
        return 0
    if subject is None:
        return found.active.total_seconds()
    return found.subjects[("tiny", subject)].active.total_seconds()


# --- one page ---------------------------------------------------------------------------------
def test_a_quarter_of_an_hour_of_reading_is_a_quarter_of_an_hour(alma):
    page = Page(alma)
    for minute in range(15):
        ends = [60 * minute + step for step in (15, 30, 45, 60)]
        page.send(page.ticks(*ends), ends[-1])
    assert active(alma) == 900
    [time] = queries.measured(person_ids=[alma.pk])[alma.pk].subjects.values()
    assert time.active == time.wall == timedelta(minutes=15)
    assert time.reported is None


def test_a_page_that_stays_open_is_open_and_not_active(alma):
    page = Page(alma)
    page.send(page.ticks(15, 30), 30)
    page.send(page.ticks(8 * HOUR, ms=0), 8 * HOUR)
    [time] = queries.measured(person_ids=[alma.pk])[alma.pk].subjects.values()
    assert (time.active, time.wall) == (timedelta(seconds=30), timedelta(hours=8))


def test_the_same_tick_told_again_is_one(alma):
    page = Page(alma)
    ticks = page.ticks(15, 30)
    for now in (30, 31, 4 * HOUR):
        assert page.send(ticks, now).accepted == 2
    assert active(alma) == 30
    assert ActiveSpan.objects.count() == 2


def test_ticks_that_come_out_of_order_are_worth_the_same(alma):
    page = Page(alma)
    first, second, third = page.ticks(15, 30, 45)
    page.send([third, first], 46)
    page.send([second], 60)
    assert active(alma) == 45


# --- clocks -----------------------------------------------------------------------------------
@pytest.mark.parametrize("ms", [60_000, 120_000, 10**12, -15_000, 0])
def test_no_tick_is_worth_more_than_the_time_that_passed(alma, ms):
    page = Page(alma)
    page.send(page.ticks(10, ms=ms), 10)
    assert active(alma) <= 10


def test_a_flood_of_ticks_is_worth_the_time_that_passed(alma):
    page = Page(alma)
    page.send(page.ticks(*range(400), ms=100_000), 20)
    page.send(page.ticks(*range(400), ms=100_000), 30)
    assert active(alma) == 30


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_clock_that_was_set_moves_nothing_out_of_the_session(alma, jump):
    page = Page(alma)
    page.send(page.ticks(15), 15)
    page.opened -= jump  # What the page says of its beginning from now on.
    page.send(page.ticks(30, 45), 45)
    for span in ActiveSpan.objects.all():
        assert START <= span.from_at < span.until_at <= span.recorded_at
    assert active(alma) <= 45


def test_an_hour_offline_counts_when_it_arrives_with_the_time_of_receipt(alma):
    page = Page(alma)
    page.send(page.ticks(*range(15, HOUR + 1, 15)), 3 * HOUR)
    assert active(alma) == HOUR
    last = ActiveSpan.objects.order_by("until_at").last()
    assert last.until_at == START + timedelta(hours=1)
    assert last.recorded_at == START + timedelta(hours=3)
    assert StudySession.objects.get().opened_at == START


def test_time_before_the_page_was_handed_out_does_not_exist(alma):
    page = Page(alma, second=HOUR)
    page.opened = 0  # The page claims to be an hour older than it is.
    page.send(page.ticks(*range(15, HOUR + 61, 15)), HOUR + 60)
    assert active(alma) == 60


# --- tabs, devices, people --------------------------------------------------------------------
def test_two_tabs_at_once_are_one_person(alma):
    first, second = Page(alma), Page(alma, subject=OTHER)
    for page in (first, second):
        page.send(page.ticks(*range(15, 601, 15)), 600)
    assert active(alma) == 600
    assert active(alma, LESSON) + active(alma, OTHER) == 600


def test_two_devices_that_overlap_count_from_the_first_to_the_last_minute(alma):
    phone, desktop = Page(alma), Page(alma, second=300)
    phone.send(phone.ticks(*range(15, 601, 15)), 600)
    desktop.send(desktop.ticks(*range(315, 901, 15)), 900)
    assert active(alma) == 900


def test_a_session_cannot_be_used_by_another_person(alma, cast):
    mine, other = Page(alma), Page(cast.person("kofi"))
    mine.send(mine.ticks(15), 15)
    other.session = mine.session
    with pytest.raises(NotYours):
        other.send(other.ticks(30), 30)
    with pytest.raises(NotYours):  # nor with a ticket that was handed to somebody else
        mine.send(mine.ticks(30), 30, by=cast.person("kofi"))
    assert (active(alma), active(cast.person("kofi"))) == (15, 0)


def test_a_session_cannot_be_used_for_another_lesson(alma):
    page, other = Page(alma), Page(alma, subject=OTHER)
    page.send(page.ticks(15), 15)
    other.session = page.session
    with pytest.raises(NotYours):
        other.send(other.ticks(30), 30)


def test_tickets_are_made_here_and_grow_old(alma):
    page = Page(alma)
    with at(10), pytest.raises(BadTicket):
        read_ticket(page.ticket[:-1] + ("A" if page.ticket[-1] != "A" else "B"))
    with at(31 * 86_400), pytest.raises(BadTicket):
        read_ticket(page.ticket)


def test_the_time_of_a_joined_record_is_the_persons(alma, cast):
    twin = cast.add_person("alma2", "Alma", "Reyes", account=False)
    page, again = Page(twin), Page(alma, second=20, subject=OTHER)
    page.send(page.ticks(15, 30), 30)
    again.send(again.ticks(35, 50), 50)
    Person.objects.filter(pk=twin.pk).update(merged_into=alma)
    assert active(alma) == 50
    assert queries.measured(person_ids=[twin.pk]).keys() == {alma.pk}
    # What the absorbed record's page still has to tell is taken as well.
    page.send(page.ticks(45, 60), 70, by=alma)
    assert active(alma) == 60


# --- recordings -------------------------------------------------------------------------------
def film(start, end, sequence, rate=1):
    return [{"sequence": sequence, "block": "film", "from": start, "until": end, "rate": rate}]


def test_a_film_counts_in_distinct_seconds(alma):
    page = Page(alma)
    page.send(page.ticks(15, kind="media", watched=film(0, 15, 1)), 15)
    page.send(page.ticks(30, kind="media", watched=film(0, 15, 2)), 30)  # seen again
    found = page.send(page.ticks(45, kind="media", watched=film(100, 115, 3)), 45)  # skipped ahead
    assert found.watched == {"film": 30}
    assert active(alma) == 45  # watching it again takes time all the same


def test_skipping_to_the_end_earns_nothing(alma):
    page = Page(alma)
    found = page.send(page.ticks(15, kind="media", watched=film(0, 3600, 1)), 15)
    assert found.watched == {"film": 17}


def test_the_speed_is_kept_and_the_time_is_what_passed(alma):
    page = Page(alma)
    page.send(page.ticks(15, kind="media", watched=film(0, 30, 1, rate=2)), 15)
    row = WatchedSpan.objects.get()
    assert (row.from_second, row.until_second, row.rate) == (0, 30, 2)
    assert active(alma) == 15


def test_a_film_that_nobody_is_there_to_watch_is_not_watched(alma):
    page = Page(alma)
    page.send(page.ticks(15, ms=0, watched=film(0, 15, 1)), 15)
    assert not WatchedSpan.objects.exists()


# --- sums -------------------------------------------------------------------------------------
def test_days_are_those_of_the_academy(alma):
    # 17:00 UTC is 10:00 in Denver: midnight comes 14 hours later.
    midnight = 14 * HOUR
    page = Page(alma, second=midnight - 30)
    page.send(page.ticks(*(midnight + each for each in (-15, 0, 15, 30))), midnight + 30)
    days = queries.measured(person_ids=[alma.pk])[alma.pk].by_day()
    assert [(day.day, time.total_seconds()) for day, time in days.items()] == [(2, 30), (3, 30)]


def test_what_content_says_of_itself_stays_apart_and_below_the_wall_clock(alma):
    page = Page(alma)
    page.send(page.ticks(15, 30), 30, reported_seconds=4 * HOUR)
    [time] = queries.measured(person_ids=[alma.pk])[alma.pk].subjects.values()
    assert time.reported == timedelta(hours=4)
    assert time.reported_credible == time.wall == timedelta(seconds=30)
    assert time.doubtful
    assert time.active == timedelta(seconds=30)


@pytest.mark.parametrize("people", [1, 3])
def test_many_people_take_as_many_statements_as_one(alma, cast, statements, people):
    who = [cast.person(key) for key in ("alma", "kofi", "hannah")[:people]]
    for number in range(2 * people):
        page = Page(who[number % people], second=number)
        page.send(page.ticks(*range(number + 15, number + 61, 15)), number + 60)
    with statements() as counted:
        found = queries.measured(person_ids=[each.pk for each in who])
    assert len(counted) == 2
    assert len(found) == people


@pytest.mark.parametrize("ticks", [1, 3])
def test_a_batch_takes_as_many_statements_with_three_ticks_as_with_one(alma, statements, ticks):
    page = Page(alma)
    page.send([], 0)
    told = page.ticks(*[15 * each for each in range(1, ticks + 1)], watched=film(0, 5, 1))
    with statements() as counted:
        page.send(told, 60)
    assert len(counted) == 9
