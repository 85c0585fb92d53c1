"""Whatever a page says, a tick is worth no more than the time that really passed."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.seat_time.ticks import (
    LONGEST_TICK_MS,
    BadBatch,
    Tick,
    Watched,
    affordable,
    opened_at,
    place,
    read_batch,
)
from courses.seat_time.union import length

OPENED = datetime(2026, 3, 2, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def tick(ms=15_000, at=None, sequence=1):
    return Tick(sequence, "reading", ms, at)


def placed(told, now, opened=OPENED):
    """Place ticks one after the other; return the stretches."""
    taken = []
    for each in told:
        found = place(each, opened=opened, now=now, taken=taken)
        if found is not None:
            taken.append(found)
    return taken


def seconds(stretches):
    return length(stretches, nothing=timedelta(0)).total_seconds()


@pytest.mark.parametrize(
    ("ms", "at", "after", "worth"),
    [
        (15_000, 15_000, 15, 15),  # an honest tick
        (15_000, None, 15, 15),  # ended just now
        (15_000, 15_000, 3600, 15),  # told an hour later, from the outbox
        (15_000, 15_000, 10, 10),  # more than passed here: what passed
        (60_000, 15_000, 600, 17),  # more than its session had lasted: with the tolerance
        (15_000, 9_000_000, 600, 15),  # the clock of the page ran ahead: ended now
        (0, 15_000, 600, 0),
        (-5, 15_000, 600, 0),
        (LONGEST_TICK_MS, LONGEST_TICK_MS, 600, 120),
        (LONGEST_TICK_MS + 1, LONGEST_TICK_MS + 1, 600, 0),  # it slept
        (2**53, 2**53, 600, 0),
    ],
)
def test_what_one_tick_is_worth(ms, at, after, worth):
    now = OPENED + after * SECOND
    found = placed([tick(ms, at)], now)
    assert seconds(found) == worth
    for start, end in found:
        assert OPENED <= start < end <= now


def test_ticks_in_a_row_are_worth_all_of_it_however_late_they_come():
    told = [tick(15_000, 15_000 * number, number) for number in range(1, 41)]
    for late in (0, 7200):
        assert seconds(placed(told, OPENED + (600 + late) * SECOND)) == 600


def test_the_same_moment_told_under_other_numbers_is_one_moment():
    told = [tick(15_000, 15_000, number) for number in range(50)]
    # With the tolerance on both sides, and never more.
    assert seconds(placed(told, OPENED + 600 * SECOND)) <= 15 + 4


@given(
    st.lists(st.tuples(st.integers(-5, 200_000), st.none() | st.integers(0, 10**7)), max_size=30),
    st.integers(0, 900),
)
def test_never_more_than_the_wall_clock(told, passed):
    now = OPENED + passed * SECOND
    found = placed([tick(ms, at, n) for n, (ms, at) in enumerate(told)], now)
    assert sum((end - start for start, end in found), timedelta(0)) <= passed * SECOND
    assert length(found, nothing=timedelta(0)) == sum((e - s for s, e in found), timedelta(0))
    for start, end in found:
        assert OPENED <= start < end <= now


@pytest.mark.parametrize(
    ("ago", "opened"),
    [
        (0, 3600),
        (60_000, 3540),
        (3_600_000, 0),
        (10**12, 0),  # before the page was handed out: when it was
        (2**53, 0),
    ],
)
def test_a_session_opened_offline_began_no_earlier_than_its_page_was_handed_out(ago, opened):
    now = OPENED + 3600 * SECOND
    assert opened_at(ago=ago, now=now, handed_out_at=OPENED) == OPENED + opened * SECOND


# --- recordings ---------------------------------------------------------------------------------
def watched(start, end, rate="1", sequence=1):
    return Watched(sequence, "film", start, end, Decimal(rate))


@pytest.mark.parametrize(
    ("told", "active", "spent", "kept"),
    [
        ([(0, 15, "1")], 15, 0, [(0, 15)]),
        ([(0, 30, "2")], 15, 0, [(0, 30)]),  # twice as fast: thirty seconds in fifteen
        ([(0, 600, "1")], 15, 0, [(0, 17)]),  # ten minutes in fifteen seconds: no
        ([(0, 15, "1")], 15, 15, [(0, 2)]),  # the time was spent on something else
        ([(0, 15, "1")], 15, 40, []),
        ([(9, 3, "1")], 15, 0, []),  # backwards
        ([(0, 10, "1"), (100, 110, "1")], 15, 0, [(0, 10), (100, 107)]),
    ],
)
def test_a_recording_takes_the_time_it_takes(told, active, spent, kept):
    rows = affordable(
        [watched(*each, sequence=n) for n, each in enumerate(told)],
        active=active * SECOND,
        spent=Decimal(spent),
    )
    assert [(row.from_second, row.until_second) for row in rows] == kept


# --- reading ------------------------------------------------------------------------------------
def message(**changes):
    told = {"sequence": 1, "kind": "reading", "ms": 15_000, "at": 15_000}
    return {"session": str(uuid4()), "ticks": [told | changes]}


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"session": "x", "ticks": []}',
        '{"session": "00000000-0000-4000-8000-000000000000"}',
        '{"session": "00000000-0000-4000-8000-000000000000", "ticks": "many"}',
        '{"session": "00000000-0000-4000-8000-000000000000", "ticks": [1]}',
    ],
)
def test_what_no_page_writes_is_refused(text):
    with pytest.raises(BadBatch):
        read_batch(json.loads(text))


@pytest.mark.parametrize(
    "changes",
    [
        {"ms": "15000"},
        {"ms": None},
        {"ms": True},
        {"ms": float("nan")},
        {"ms": float("inf")},
        {"kind": "idle"},
        {"sequence": -1},
        {"sequence": 1.5},
        {"sequence": 2**60},
        {"at": []},
        {"watched": {}},
        {"watched": [{"sequence": 1, "block": "../x", "from": 0, "until": 9}]},
        {"watched": [{"sequence": 1, "block": "film", "from": "a", "until": 9}]},
        {"watched": [{"sequence": 1, "block": "film", "from": 0, "until": 9, "rate": None}]},
    ],
)
def test_values_that_are_no_values_are_refused(changes):
    with pytest.raises(BadBatch):
        read_batch(message(**changes))


@pytest.mark.parametrize(
    ("ms", "read"), [(-(10**9), 0), (10**30, 2**53), (12.9, 12), (-0.0, 0), (1e300, 2**53)]
)
def test_numbers_out_of_range_are_brought_into_it(ms, read):
    assert read_batch(message(ms=ms)).ticks[0].ms == read


@pytest.mark.parametrize(("rate", "read"), [(0, "0.25"), (1.5, "1.5"), (99, "4"), (-1, "0.25")])
def test_speeds_out_of_range_are_brought_into_it(rate, read):
    told = [{"sequence": 1, "block": "film", "from": 0, "until": 9, "rate": rate}]
    [found] = read_batch(message(watched=told)).ticks[0].watched
    assert found.rate == Decimal(read)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["session", "ticks", "sequence", "kind", "ms", "at", "watched"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_nothing_that_is_sent_breaks_the_reader(data):
    try:
        read_batch(data)
    except BadBatch:
        pass


@given(json_values)
def test_no_tick_breaks_the_reader(data):
    try:
        read_batch({"session": str(uuid4()), "ticks": [data]})
    except BadBatch:
        pass
