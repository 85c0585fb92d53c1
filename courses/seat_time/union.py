"""Add up stretches that may overlap, each moment once: half-open intervals. Pure."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar

# Instants or whole seconds of a recording: whatever can be compared and taken from another.
Interval = tuple[Any, Any]
Label = TypeVar("Label", bound=Hashable)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return what is covered at all, in order, as intervals that neither overlap nor touch.

    An interval that ends where it begins, or before, covers nothing.
    """
    found: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(interval: Interval, taken: Iterable[Interval]) -> list[Interval]:
    """Return the pieces of an interval that are not taken, in order."""
    start, end = interval
    pieces = []
    for from_, until in union(taken):
        if until <= start or from_ >= end:
            continue
        if from_ > start:
            pieces.append((start, from_))
        start = max(start, until)
    if start < end:
        pieces.append((start, end))
    return pieces


def length(intervals: Iterable[Interval], *, nothing: Any = 0) -> Any:
    """Return how much the intervals cover, each moment once; ``nothing`` where they cover none."""
    return sum((end - start for start, end in union(intervals)), nothing)


def shared_out(
    labelled: Iterable[tuple[Label, Interval]],
) -> dict[Label, list[Interval]]:
    """Give each moment to one label, so that the parts add up to the whole.

    A moment that several claim goes to the one whose interval began first, and of those that began
    together to the smallest label. The order in which they are told changes nothing.
    """
    rows: Sequence[tuple[Label, Interval]] = sorted(
        (each for each in labelled if each[1][0] < each[1][1]),
        key=lambda each: (each[1][0], repr(each[0]), each[1][1]),
    )
    parts: dict[Label, list[Interval]] = {label: [] for label, _ in rows}
    reached = None
    # In order of their beginnings, whatever is taken lies before the furthest end so far.
    for label, (start, end) in rows:
        begin = start if reached is None else max(start, reached)
        if begin < end:
            parts[label].append((begin, end))
            reached = end
    return {label: union(pieces) for label, pieces in parts.items()}
