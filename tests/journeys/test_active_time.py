"""A responder reads in two tabs and walks away from the desk: what is measured is what she read."""

import json
import time
from datetime import datetime, timedelta

import pytest

from courses.seat_time.union import length
from tests.journeys.learning import begin

STILL = "Are you still there?"
ACTIVE = """
    SELECT s.subject, a.from_at, a.until_at, a.claimed_ms
    FROM courses_activespan a JOIN courses_studysession s ON s.id = a.session_id
    JOIN lms_person p ON p.id = s.person_id WHERE p.email = ? ORDER BY a.id
"""


class Reading:
    """A lesson that is open in a tab, with what it told the server."""

    def __init__(self, page):
        self.page, self.told = page, []
        page.on("request", self._hear)

    def _hear(self, request):
        if request.url.endswith("/time/"):
            self.told += json.loads(request.post_data)["ticks"]

    def ms(self):
        """Return the active milliseconds told so far or waiting to be, each tick once."""
        ticks = self.told + [tick for entry in self.entries() for tick in entry["ticks"]]
        return sum({tick["sequence"]: tick["ms"] for tick in ticks}.values())

    def entries(self):
        """Return what waits in the browser to be sent, by session."""
        return self.page.evaluate(
            "Object.entries(localStorage).filter(([name]) => name.startsWith('study:'))"
            ".map(([, entry]) => JSON.parse(entry))"
        )

    def passes(self, seconds):
        """Let time pass, second by second, without anybody doing anything."""
        self.page.clock.run_for(seconds * 1000)

    def moves(self):
        """Do what a reader does: by keyboard, as nobody needs a mouse."""
        self.page.keyboard.press("Shift")

    def shown(self, state):
        """Let the tab come to the front or go behind another one."""
        self.page.evaluate(
            "state => { Object.defineProperty(document, 'visibilityState',"
            " {value: state, configurable: true});"
            " document.dispatchEvent(new Event('visibilitychange')); }",
            state,
        )

    def sent(self):
        """Wait until nothing waits any more; what failed is tried again with the next ticks."""
        end = time.monotonic() + 10
        while self.entries() and time.monotonic() < end:
            self.passes(16)
            self.page.wait_for_timeout(300)
        assert self.entries() == []


@pytest.fixture
def reading(page, sign_in, newcomer):
    """A lesson on a clock that only moves when the test says so."""
    sign_in(page, newcomer)
    page.clock.install()
    begin(page)
    page.locator("form[data-study]").wait_for(state="attached")
    page.wait_for_load_state("load")
    page.clock.pause_at(time.time() + 60)
    return Reading(page)


def test_only_a_page_in_front_of_somebody_counts(reading, page, no_axe_findings):
    reading.passes(30)
    assert 28_000 <= reading.ms() <= 31_000
    # Behind another tab nothing counts, however long.
    reading.shown("hidden")
    seen = reading.ms()
    reading.passes(600)
    assert reading.ms() == seen
    reading.shown("visible")
    reading.moves()
    reading.passes(16)
    assert 15_000 <= reading.ms() - seen <= 17_000
    # Nobody does anything: after five minutes the page asks, and stops counting.
    page.clock.run_for(280_000)
    assert page.get_by_text(STILL).count() == 0
    page.clock.run_for(6_000)
    page.get_by_text(STILL).wait_for()
    page.clock.resume()  # The examination takes time of its own.
    no_axe_findings(page)
    seen = reading.ms()
    reading.passes(3600)
    assert reading.ms() == seen
    # It is a notice and no trap: the keyboard still reaches the page, and any key answers.
    assert page.evaluate("document.activeElement === document.body")
    reading.moves()
    page.get_by_text(STILL).wait_for(state="detached")
    reading.passes(31)
    assert reading.ms() - seen >= 15_000


def test_what_was_read_offline_arrives_later(reading, page, academy, newcomer):
    reading.passes(15)
    reading.sent()
    page.context.set_offline(True)
    reading.passes(60)
    assert sum(len(entry["ticks"]) for entry in reading.entries()) >= 3
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    reading.sent()
    assert reading.ms() >= 74_000
    # The page claims more than a minute; here only moments passed, and those are what counts.
    spans = academy.rows(ACTIVE, newcomer)
    assert spans and sum(row[3] for row in spans) > 15_000
    assert academy.rows(
        "SELECT COUNT(*) FROM courses_activespan a JOIN courses_studysession s"
        " ON s.id = a.session_id WHERE a.from_at < s.opened_at OR a.until_at > a.recorded_at"
    ) == [(0,)]


def test_two_tabs_at_once_are_one_reader(page, sign_in, newcomer, academy):
    sign_in(page, newcomer)
    begin(page)
    # Each tab believes to be in front, as on two devices.
    other = page.context.new_page()
    other.goto(page.url)
    page.wait_for_timeout(6_000)
    for tab in (page, other):
        tab.evaluate("dispatchEvent(new Event('pagehide'))")
    end = time.monotonic() + 10
    while len(spans := academy.rows(ACTIVE, newcomer)) < 2 and time.monotonic() < end:
        page.wait_for_timeout(200)
    read = [tuple(map(datetime.fromisoformat, row[1:3])) for row in spans]
    both = sum(((until - start).total_seconds() for start, until in read), 0.0)
    active = length(read, nothing=timedelta(0)).total_seconds()
    whole = (max(until for _, until in read) - min(start for start, _ in read)).total_seconds()
    assert len(read) == 2
    assert both > 10
    assert 5 <= active <= whole < both
