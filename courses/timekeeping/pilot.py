"""Compare how long people were active with the minutes that were assigned. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FEWEST: Final = 5
"""Fewer people could be told apart, and say nothing about the many."""
ENOUGH_PERCENT: Final = 70
"""Below this share of the assigned minutes the basis of the hours should be looked at.

Source: our own rule for pilot tests; accreditors ask for a comparison and name no figure.
"""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot of one module says: minutes; None where too few people were measured.

    ``people``: who finished the module and was measured; None below ``FEWEST`` but for nobody.
    ``low`` and ``high``: the middle half of them lies between. ``percent``: the median as a share
    of what was assigned.
    """

    assigned: Decimal
    people: int | None
    median: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """Return the median as a share of the assigned minutes, per cent."""
        if self.median is None or not self.assigned:
            return None
        return (100 * self.median / self.assigned).quantize(Decimal("0.1"))

    @property
    def short(self) -> bool:
        """Tell whether people need so much less that the basis should be looked at."""
        return self.percent is not None and self.percent < ENOUGH_PERCENT


def pilot(*, seconds: Sequence[float], assigned: Decimal) -> Pilot:
    """Return the pilot of a module from the active seconds of those who finished it."""
    if len(seconds) < FEWEST:
        return Pilot(assigned, None if seconds else 0)
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Pilot(assigned, len(seconds), *(_minutes(each) for each in (median, low, high)))


def _minutes(seconds: float) -> Decimal:
    return (Decimal(str(seconds)) / 60).quantize(Decimal("0.1"))
