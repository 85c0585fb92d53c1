"""Read what is on record about the people and names of a history file, portion by portion."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from certification.history.meanings import Meaning, meanings_of
from certification.history.plan import plan_history
from certification.history.reading import NEEDED, HistoryRow, read_rows
from certification.history.records import (
    FactKey,
    Known,
    KnownFact,
    KnownLicence,
    LicenceKey,
    PlannedRow,
    Who,
)
from certification.programs.queries import catalogue
from courses.public import evidence_for
from lms.kit.matching import HISTORY_SYNONYMS, guess_columns
from lms.kit.tables import Table
from lms.public import licence_kinds, licences, people_by_reference, today

PORTION: Final = 2_000
"""Of how many people the record is read together."""


class NotAHistory(ValueError):
    """The table lacks a column without which no row can be read."""

    def __init__(self, missing: Sequence[str], headers: Sequence[str]) -> None:
        super().__init__(
            _("Columns that are missing: %(missing)s. The headings of the file are: %(headers)s.")
            % {"missing": ", ".join(missing), "headers": ", ".join(headers)}
        )


def rows_of(table: Table) -> tuple[list[HistoryRow], list[str]]:
    """Return the rows of a table, read on today's date, and what was assumed while reading.

    Raises:
        NotAHistory: a needed column is missing.
    """
    columns = guess_columns(table.headers, HISTORY_SYNONYMS)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise NotAHistory(missing, table.headers)
    cells = [
        (row.number, {name: row.values[heading] for name, heading in columns.items()})
        for row in table.rows
    ]
    notes = [
        _("The column “%(heading)s” was read as %(name)s.") % {"heading": heading, "name": name}
        for name, heading in columns.items()
        if heading != name
    ]
    unread = [heading for heading in table.headers if heading not in columns.values()]
    if unread:
        notes.append(_("Columns that were not read: %(names)s.") % {"names": ", ".join(unread)})
    return read_rows(cells, today=today()), notes


def plan_of(rows: Sequence[HistoryRow], *, organisation_id: int | None) -> list[PlannedRow]:
    """Return what importing the rows would do now.

    The number of statements does not depend on the rows; beyond `PORTION` people, two more for
    each portion.
    """
    named = meanings()
    found = people_by_reference(
        references={row.person_key for row in rows if row.person_key},
        organisation_id=organisation_id,
    )
    people = {
        reference: [Who(each.id, str(each.uuid), each.name) for each in records]
        for reference, records in found.items()
    }
    ids = sorted({each.id for several in people.values() for each in several})
    known = Known(
        meanings=named,
        people=people,
        facts=_facts(ids, {row.credential for row in rows}),
        licences=_licences(ids),
        record_ids=organisation_id is not None,
    )
    return plan_history(rows, known)


def meanings() -> dict[str, Meaning]:
    """Return what every name in a history file stands for, by all versions of all programs."""
    rules = [
        version.rules
        for versions in catalogue().versions.values()
        for version in reversed(versions)
    ]
    return meanings_of(
        [node for program in rules for node in program.requirements],
        ours={program.key for program in rules}
        | {each.key for program in rules for each in program.credentials},
        licence_kinds=[kind for kind, _label in licence_kinds()],
    )


def _facts(person_ids: Sequence[int], subjects: Collection[str]) -> dict[FactKey, list[KnownFact]]:
    """Return the passed facts about these subjects, by their day in the academy's zone."""
    zone = ZoneInfo(settings.ACADEMY_ZONE)
    found: dict[FactKey, list[KnownFact]] = defaultdict(list)
    for some in _portions(person_ids):
        for record in evidence_for(person_ids=some, include_reversed=True):
            if record.subject in subjects and record.passed:
                day: date = record.occurred_at.astimezone(zone).date()
                found[FactKey(record.person_id, record.subject, day)].append(
                    KnownFact(record.kind, record.hours, record.reversed)
                )
    return found


def _licences(person_ids: Sequence[int]) -> dict[LicenceKey, list[KnownLicence]]:
    found: dict[LicenceKey, list[KnownLicence]] = defaultdict(list)
    for some in _portions(person_ids):
        everything = licences(person_ids=some, include_corrected=True)
        standing = {each.id for each in licences(person_ids=some)}
        for each in everything:
            key = LicenceKey(each.person_id, each.kind, each.requirement, each.valid_from)
            found[key].append(
                KnownLicence(each.valid_until, each.issuer, each.number, each.id not in standing)
            )
    return found


def _portions(person_ids: Sequence[int]) -> list[Sequence[int]]:
    """Return the ids in portions; 0, which is nobody, makes the first portion never empty."""
    wanted = [0, *person_ids]
    return [wanted[start : start + PORTION] for start in range(0, len(wanted), PORTION)]
