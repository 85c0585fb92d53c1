"""Say a state's numbers in words and lay them out as a chart and a table; no database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.dashboards.counts import certified_in_words, rest_in_words
from certification.dashboards.queries.state import Tally
from lms.kit import formats
from lms.kit.charts import BarChart, Row, Series, stacked_bars

MOST_BARS = 24
"""More bars than this are no picture; the table remains."""

SERIES = (
    Series(gettext_lazy("Certified"), "done"),
    Series(gettext_lazy("Provisional, respond paired"), "paired"),
    Series(gettext_lazy("In training"), "training"),
    Series(gettext_lazy("Lapsed or expired"), "lapsed"),
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the readiness table; `href` leads to its parts or its people."""

    key: str
    name: str | Promise
    tally: Tally
    href: str = ""

    @property
    def share(self) -> str:
        """Return the certified share, "73.1 %"."""
        return formats.share(self.tally.certified, self.tally.active)


def headline(total: Tally) -> tuple[str, str]:
    """Return the answer and what to add to it."""
    more = rest_in_words(
        provisional=total.provisional,
        training=total.in_training + total.unknown,
        lapsed=total.lapsed,
        overdue=total.overdue,
    )
    return certified_in_words(total.certified, total.active), more


def summary(rows: Sequence[UnitRow]) -> str:
    """Return the sentence over the chart: who has the largest and the smallest certified share."""
    # Who works for no unit is no unit to compare.
    counted = [row for row in rows if row.tally.active and row.key]
    if not counted:
        return _("There is nothing to compare on this date.")
    ordered = sorted(counted, key=lambda row: row.tally.certified / row.tally.active)
    low, high = ordered[0], ordered[-1]
    words = {
        "high": high.name,
        "high_share": high.share,
        "low": low.name,
        "low_share": low.share,
    }
    if len(counted) == 1:
        return _("%(high)s: %(high_share)s are certified.") % words
    if low.share == high.share:
        return _("The certified share is the same everywhere: %(high_share)s.") % words
    sentence = _(
        "%(high)s has the largest certified share (%(high_share)s), %(low)s the smallest"
        " (%(low_share)s)."
    )
    return sentence % words


def chart_of(rows: Sequence[UnitRow]) -> BarChart | None:
    """Return one full-width bar per unit; None when nothing or too much would be drawn."""
    counted = [row for row in rows if row.tally.active]
    if not counted or len(counted) > MOST_BARS:
        return None
    return stacked_bars("ready", SERIES, [_bar(row) for row in counted])


def _bar(row: UnitRow) -> Row:
    tally = row.tally
    note = _("%(certified)s of %(active)s certified, %(share)s") % {
        "certified": formats.plain(tally.certified),
        "active": formats.plain(tally.active),
        "share": row.share,
    }
    values = (tally.certified, tally.provisional, tally.in_training + tally.unknown, tally.lapsed)
    return Row(row.name, values, note, row.href)
