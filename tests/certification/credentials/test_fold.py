"""What a credential is worth, whatever order its events are told in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.credentials.fold import Event, Happening, Status, turning_days, worth

FROM, UNTIL = date(2026, 3, 1), date(2028, 2, 29)
ISSUED = Event("issued", FROM, datetime(2026, 3, 1, 12, tzinfo=UTC))


def event(kind, on, *, known=None, **more):
    return Event(kind, on, known or datetime(on.year, on.month, on.day, 18, tzinfo=UTC), **more)


def status(on, *events, until=UNTIL, known_at=None):
    found = worth([ISSUED, *events], valid_from=FROM, valid_until=until, on=on, known_at=known_at)
    return found.status.value


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 28), "not_yet_valid"),
        (date(2026, 3, 1), "valid"),
        (date(2028, 2, 28), "valid"),  # the last day still counts
        (date(2028, 2, 29), "expired"),  # the first day that does not, a leap day
    ],
)
def test_the_printed_dates_decide_when_nothing_happened(on, expected):
    assert status(on) == expected


def test_without_an_end_it_never_expires():
    assert status(date(2999, 1, 1), until=None) == "valid"


def test_a_suspension_counts_until_it_is_lifted():
    events = (event("suspended", date(2026, 6, 1)), event("reinstated", date(2026, 7, 1)))
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [status(day, *events) for day in days] == ["valid", "suspended", "suspended", "valid"]


def test_an_expired_certificate_is_expired_even_when_suspended():
    assert status(UNTIL, event("suspended", date(2026, 6, 1))) == "expired"


def test_a_revocation_outranks_everything_and_says_which_event():
    revoked = event("revoked", date(2026, 8, 1), reason_code="conduct")
    later = event("reinstated", date(2026, 9, 1))
    found = worth([revoked, later, ISSUED], valid_from=FROM, valid_until=UNTIL, on=UNTIL)
    assert (found.status, found.event) == (Status.REVOKED, revoked)
    assert status(date(2026, 7, 31), revoked) == "valid"


def test_issued_in_error_counts_from_the_first_day():
    assert status(FROM, event("revoked", FROM, known=datetime(2027, 1, 1, tzinfo=UTC))) == "revoked"


def test_what_was_not_known_yet_did_not_count():
    late = event("revoked", date(2026, 6, 1), known=datetime(2026, 9, 1, tzinfo=UTC))
    before = datetime(2026, 8, 31, tzinfo=UTC)
    assert status(date(2026, 7, 1), late, known_at=before) == "valid"
    assert status(date(2026, 7, 1), late) == "revoked"


def test_a_replacement_names_its_successor():
    replaced = event("superseded", date(2027, 1, 1), replaced_by="MRSS-7K3Q-9XPA-G")
    found = worth([ISSUED, replaced], valid_from=FROM, valid_until=UNTIL, on=date(2027, 1, 1))
    assert (found.status, found.event.replaced_by) == (Status.SUPERSEDED, "MRSS-7K3Q-9XPA-G")


# --- properties -----------------------------------------------------------------------------
days = st.dates(date(2025, 12, 1), date(2028, 6, 1))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 6, 1), timezones=st.just(UTC))
events = st.lists(
    st.builds(Event, st.sampled_from([each.value for each in Happening]), days, instants),
    max_size=8,
)


@given(events, st.randoms(use_true_random=False), days)
def test_the_order_of_events_does_not_matter(told, random, on):
    mixed = list(told)
    random.shuffle(mixed)
    dates = {"valid_from": FROM, "valid_until": UNTIL, "on": on}
    assert worth(told, **dates) == worth(mixed, **dates)


@given(events, days, instants, instants)
def test_a_known_revocation_is_never_forgotten(told, on, one, other):
    earlier, later = sorted((one, other))
    dates = {"valid_from": FROM, "valid_until": UNTIL, "on": on}
    if worth(told, **dates, known_at=earlier).status is Status.REVOKED:
        assert worth(told, **dates, known_at=later).status is Status.REVOKED
        assert worth(told, **dates).status is Status.REVOKED


@given(events, days)
def test_knowing_everything_is_knowing_now(told, on):
    dates = {"valid_from": FROM, "valid_until": UNTIL, "on": on}
    end_of_time = datetime(9999, 1, 1, tzinfo=UTC)
    assert worth(told, **dates, known_at=end_of_time) == worth(told, **dates)


@given(events, days)
def test_the_worth_changes_only_on_turning_days(told, on):
    dates = {"valid_from": FROM, "valid_until": UNTIL}
    if on not in turning_days(told, **dates):
        before = worth(told, **dates, on=on - timedelta(days=1)).status
        assert worth(told, **dates, on=on).status is before
