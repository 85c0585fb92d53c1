"""Lay out what somebody has done as a transcript: every fact, what was taken back, and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses.public import (
    Competency,
    EvidenceRecord,
    Particulars,
    counted_hours,
    hours_by_competency,
    hours_by_type,
    total_hours,
)
from lms.kit import formats
from lms.kit.tables import Column

Text = str | Promise

KINDS: Final[dict[str, Text]] = {
    "lesson": _("Lesson"),
    "module": _("Self-paced part of a module"),
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
INCLUDED: Final = ("lesson", "quiz", "course")
"""What carries no hours of its own where something larger carries them."""
NOTHING_KNOWN: Final = Particulars()


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as a line. `corrected`: it was taken back and no longer counts.

    `why_not`: why it adds no hours, empty where it does. The rest is what `Particulars` says.
    """

    on: datetime
    title: str
    kind: Text
    subject: str
    hours_type: Text
    hours: Decimal
    counted: Decimal
    score: Decimal | None
    passed: bool
    revision: str
    corrected: bool
    course: str = ""
    provider: str = ""
    instructor: str = ""
    basis: str = ""
    competencies: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Taught:
    """The hours that teach one competency; `code` is empty where none is named."""

    code: str
    title: str
    course: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Transcript:
    """All facts, the newest first, with the hours that count by type, by competency and in all.

    Both lists add up to `total`.
    """

    entries: tuple[Entry, ...]
    totals: tuple[tuple[Text, Decimal], ...]
    taught: tuple[Taught, ...]
    total: Decimal

    @property
    def uncounted(self) -> tuple[Entry, ...]:
        """Return what claimed hours that do not count, the newest first."""
        return tuple(each for each in self.entries if each.hours and not each.counted)


def transcript_of(
    evidence: Sequence[EvidenceRecord],
    titles: Mapping[str, str],
    particulars: Mapping[str, Particulars] | None = None,
) -> Transcript:
    """Return the transcript of one person; `titles` by evidence key, `particulars` by fact.

    Hours of facts that were taken back are shown and not counted.
    """
    known = particulars or {}
    entries = [_entry(each, titles, known.get(each.id, NOTHING_KNOWN)) for each in evidence]
    entries.sort(key=lambda each: (each.on, each.subject), reverse=True)
    sums = dict.fromkeys(HOURS, Decimal(0)) | hours_by_type(evidence=evidence)
    totals = tuple((HOURS.get(kind, kind), hours) for kind, hours in sums.items())
    return Transcript(
        tuple(entries), totals, _taught(evidence, known), total_hours(evidence=evidence)
    )


def _taught(
    evidence: Sequence[EvidenceRecord], known: Mapping[str, Particulars]
) -> tuple[Taught, ...]:
    """Return the hours by competency, by course and code; what names none comes last."""
    sums = hours_by_competency(
        evidence=evidence,
        competencies={key: each.competencies for key, each in known.items()},
    )
    named = sorted(
        (each for each in sums if each is not None),
        key=lambda each: (each.course, each.course_key, len(each.code), each.code),
    )
    rows = [Taught(each.code, each.title, each.course, sums[each]) for each in named]
    if None in sums:
        rows.append(Taught("", "", "", sums[None]))
    return tuple(rows)


def _entry(each: EvidenceRecord, titles: Mapping[str, str], known: Particulars) -> Entry:
    return Entry(
        on=each.occurred_at,
        title=titles.get(each.subject) or each.subject,
        kind=KINDS.get(each.kind, each.kind),
        subject=each.subject,
        hours_type=HOURS.get(each.hours_type, ""),
        hours=each.hours,
        counted=counted_hours(each=each),
        score=each.score,
        passed=each.passed,
        revision=each.content_revision,
        corrected=each.reversed,
        course=known.course,
        provider=known.provider,
        instructor=known.instructor,
        basis=known.basis,
        competencies=tuple(_competency_words(named) for named in known.competencies),
        why_not=_why_not(each, known),
    )


def _competency_words(each: Competency) -> str:
    return f"{each.code} {each.title}".strip()


def _why_not(each: EvidenceRecord, known: Particulars) -> str:
    """Return why a fact adds no hours; empty where it does."""
    if each.reversed:
        if not known.taken_back_at:
            return _now("It was taken back.")
        words = {"day": formats.date_short(known.taken_back_at), "why": known.taken_back_why}
        return _now("Taken back on %(day)s: %(why)s") % words
    if each.hours:
        return ""
    if not each.passed:
        return _now("It was not passed.")
    if each.kind in INCLUDED and known.course:
        return _now("It carries no hours of its own: its module or course does.")
    return _now("No hours were claimed for it.")


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
    ("course", lambda entry: entry.course),
    ("provider", lambda entry: entry.provider),
    ("instructor", lambda entry: entry.instructor),
    ("basis", lambda entry: entry.basis),
    ("competencies", lambda entry: "; ".join(entry.competencies)),
    ("why_no_hours", lambda entry: entry.why_not),
]
"""The columns of the transcript as CSV; the sum of `hours_counted` is the total on the page."""
