"""What an hour of the ledger rests on, told to the rest of the house: frozen, never models."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Competency:
    """A competency of one course: the same code in another course is another one."""

    course_key: str
    course: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """Where one fact of the ledger comes from.

    ``provider``: who gave the training. ``instructor``: who taught or observed; empty where nobody
    did. ``course``: the title of the course it belongs to, or empty. ``basis``: in words, what its
    hours rest on; empty where it credits none. ``competencies``: what it teaches. ``taken_back_at``
    and ``taken_back_why``: when and why a correction took it back; None and empty where it stands.
    """

    provider: str = ""
    instructor: str = ""
    course: str = ""
    basis: str = ""
    competencies: tuple[Competency, ...] = ()
    taken_back_at: datetime | None = None
    taken_back_why: str = ""
