"""Lay out bar charts as numbers that a template draws as SVG, on screen, on paper, in a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from lms.kit.formats import plain

Text = str | Promise

# Fill and pattern together tell the series apart: colour is never the only sign.
LOOKS: dict[str, tuple[str, str]] = {
    "done": ("c-cert", ""),
    "paired": ("c-prov", "hatch"),
    "training": ("c-train", "dots"),
    "lapsed": ("c-lapse", "cross"),
    "late-1": ("o1", ""),
    "late-2": ("o2", "cross"),
    "late-3": ("o3", ""),
    "due-1": ("d1", ""),
    "due-2": ("d2", "hatch"),
    "due-3": ("d3", "dots"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of thing counted; `look` is a name in LOOKS."""

    label: Text
    look: str

    @property
    def fill(self) -> str:
        """Return the CSS class that fills the bar."""
        return LOOKS[self.look][0]

    @property
    def pattern(self) -> str:
        """Return the name of the pattern over the fill, or nothing."""
        return LOOKS[self.look][1]


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a bar: `x` and `width` in percent of the drawing."""

    series: Series
    value: Decimal
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: its label, what it says in words, and its pieces; `key` is its own."""

    key: str
    label: Text
    note: Text
    segments: tuple[Segment, ...]
    total: Decimal
    href: str = ""

    @property
    def spoken(self) -> str:
        """Say the whole bar: "North: 71 Certified, 14 Provisional"."""
        pieces = ", ".join(f"{plain(one.value)} {one.series.label}" for one in self.segments)
        return f"{self.label}: {pieces}"


@dataclass(frozen=True, slots=True)
class BarChart:
    """A horizontal bar chart with its legend; `key` is unique on the page."""

    key: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]

    @property
    def legend_key(self) -> str:
        """Name the patterns of the legend apart from those of the bars."""
        return f"{self.key}-key"


@dataclass(frozen=True, slots=True)
class Row:
    """What a caller gives for one bar: one value per series, in the order of the series."""

    label: Text
    values: Sequence[Decimal | int]
    note: Text = ""
    href: str = ""


def stacked_bars(
    key: str, series: Sequence[Series], rows: Sequence[Row], *, share: bool = True
) -> BarChart:
    """Lay out stacked bars: each full width (`share`), or relative to the longest one."""
    totals = [sum((Decimal(value) for value in row.values), Decimal(0)) for row in rows]
    longest = max(totals, default=Decimal(0))
    bars = []
    for number, (row, total) in enumerate(zip(rows, totals, strict=True)):
        pieces = _segments(series, row, total if share else longest)
        bars.append(Bar(f"{key}-{number}", row.label, row.note, pieces, total, row.href))
    return BarChart(key, tuple(series), tuple(bars))


def _segments(series: Sequence[Series], row: Row, whole: Decimal) -> tuple[Segment, ...]:
    segments = []
    x = Decimal(0)
    for one, raw in zip(series, row.values, strict=True):
        value = Decimal(raw)
        width = value * 100 / whole if whole else Decimal(0)
        segments.append(Segment(one, value, f"{x:.2f}%", f"{width:.2f}%"))
        x += width
    return tuple(segments)
