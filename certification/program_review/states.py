"""What has become of a draft: a fold of the rows that tell it; pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Protocol


class Step(StrEnum):
    """What somebody did with a draft."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """Where a draft stands."""

    WRITTEN = "written"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


OPEN: Final = frozenset({State.WRITTEN, State.WAITING, State.SENT_BACK})
"""States in which a draft may still become something."""

_AFTER: Final = {
    Step.SUBMITTED: State.WAITING,
    Step.SENT_BACK: State.SENT_BACK,
    Step.PUBLISHED: State.PUBLISHED,
    Step.WITHDRAWN: State.WITHDRAWN,
}


class Row(Protocol):
    """The part of a review row that matters here."""

    @property
    def turn(self) -> int: ...

    @property
    def kind(self) -> str: ...


def state_of(rows: Iterable[Row], *, replaced: bool) -> State:
    """Return the state of a draft from its rows; `replaced`: a revision has taken its place."""
    if replaced:
        return State.REPLACED
    last = max(rows, key=lambda each: each.turn, default=None)
    return State.WRITTEN if last is None else _AFTER[Step(last.kind)]


def state_after(step: str | None, *, replaced: bool) -> State:
    """Return the state of a draft whose last row is of this kind; None: it has no row."""
    if replaced:
        return State.REPLACED
    return State.WRITTEN if not step else _AFTER[Step(step)]
