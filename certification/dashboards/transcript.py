"""Lay out what somebody has done as a transcript: every fact, what was taken back, and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.public import EvidenceRecord, hours_by_type
from lms.kit.tables import Column

Text = str | Promise

KINDS: Final[dict[str, Text]] = {
    "lesson": _("Lesson"),
    "course": _("Course"),
    "quiz": _("Check"),
    "session": _("Live session"),
    "observation": _("Observed practice"),
    "coaching": _("Coaching"),
    "collaborative": _("Learning collaborative"),
    "experience": _("Field experience"),
    "training": _("Training"),
}
HOURS: Final[dict[str, Text]] = {
    "self_paced": _("Self-paced"),
    "live": _("Live sessions"),
    "practice": _("Skills practice"),
    "coaching": _("Coaching"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as a line. `corrected`: it was taken back and no longer counts."""

    on: datetime
    title: str
    kind: Text
    subject: str
    hours_type: Text
    hours: Decimal
    score: Decimal | None
    passed: bool
    revision: str
    corrected: bool

    @property
    def counted(self) -> Decimal:
        """Return the hours that count."""
        return Decimal(0) if self.corrected else self.hours


@dataclass(frozen=True, slots=True)
class Transcript:
    """All facts, the newest first, with the hours that count by type and in all."""

    entries: tuple[Entry, ...]
    totals: tuple[tuple[Text, Decimal], ...]
    total: Decimal


def transcript_of(evidence: Sequence[EvidenceRecord], titles: Mapping[str, str]) -> Transcript:
    """Return the transcript of one person; `titles` by evidence key.

    Hours of facts that were taken back are shown and not counted.
    """
    entries = [_entry(each, titles) for each in evidence]
    entries.sort(key=lambda each: (each.on, each.subject), reverse=True)
    sums = dict.fromkeys(HOURS, Decimal(0)) | hours_by_type(evidence=evidence)
    totals = tuple((HOURS.get(kind, kind), hours) for kind, hours in sums.items())
    return Transcript(tuple(entries), totals, sum(sums.values(), Decimal(0)))


def _entry(each: EvidenceRecord, titles: Mapping[str, str]) -> Entry:
    return Entry(
        on=each.occurred_at,
        title=titles.get(each.subject) or each.subject,
        kind=KINDS.get(each.kind, each.kind),
        subject=each.subject,
        hours_type=HOURS.get(each.hours_type, ""),
        hours=each.hours,
        score=each.score,
        passed=each.passed,
        revision=each.content_revision,
        corrected=each.reversed,
    )


COLUMNS: Final[list[Column]] = [
    ("occurred_at", lambda entry: entry.on),
    ("title", lambda entry: entry.title),
    ("kind", lambda entry: entry.kind),
    ("evidence_key", lambda entry: entry.subject),
    ("hours_type", lambda entry: entry.hours_type),
    ("hours", lambda entry: entry.hours),
    ("hours_counted", lambda entry: entry.counted),
    ("score_percent", lambda entry: entry.score),
    ("passed", lambda entry: entry.passed),
    ("version", lambda entry: entry.revision),
    ("corrected", lambda entry: entry.corrected),
]
"""The columns of the transcript as CSV; the sum of `hours_counted` is the total on the page."""
