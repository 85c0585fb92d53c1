from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
import time_machine

from lms.kit import clock


def test_now_is_aware_and_in_utc():
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 3, 4, 6, 59, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 4, 7, 0, tzinfo=UTC), date(2026, 3, 4)),
        # The night of 8 March 2026, when the clocks of Denver go forward.
        (datetime(2026, 3, 9, 5, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 6, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2028, 2, 29, 23, 59, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_legal_date_changes_at_midnight_in_its_own_zone(instant, expected):
    with time_machine.travel(instant, tick=False):
        assert clock.today("America/Denver") == expected


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        clock.today("America/Río_Vista")
