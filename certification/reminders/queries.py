"""Read whose deadlines are near, and who is to be reminded of them today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from certification.credentials.cases import read_cases
from certification.programs.queries import catalogue
from certification.reminders.deadlines import owed_in
from certification.reminders.ends import licences_owed
from certification.reminders.matters import Owed, has_left
from certification.reminders.models import ReminderItem, ReminderPreference
from certification.reminders.schedule import Choice, falls_due, wanted_by
from courses.public import subject_titles
from lms.kit import clock
from lms.kit.periods import contains
from lms.public import (
    OrganisationRecord,
    PersonFile,
    PersonRecord,
    kept_id,
    organisations_by_id,
    person_files,
    rows_of,
    spells,
    today,
)

Subject = tuple[int, str, date]
"""A deadline: the id of whose it is, what it is about, its last day."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which reminders somebody wants: of their own deadlines and of their team's."""

    own: Choice = Choice.ALL
    team: Choice = Choice.ALL


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder in a message.

    `place` is the key of the organisation by which a supervisor sees the record, `address` where
    the academy holds what is to be done; each is empty where there is none.
    """

    owed: Owed
    days_before: int
    own: bool
    place: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that one person is reminded of on a day: own deadlines first, then by name."""

    recipient: PersonRecord
    day: date
    lines: tuple[Line, ...]


def digests(*, person_ids: Collection[int], on: date | None = None) -> list[Digest]:
    """Return what these people are to be told, by id; who is told nothing is left out.

    `on` None: today, for each deadline in the zone of its program, and for each message in the
    zone of its recipient. In as many statements for hundreds of people as for one.
    """
    team = {each.person_id for each in spells(supervisor_ids=person_ids)}
    files = person_files(person_ids=sorted({*person_ids, *team}))
    cases = read_cases(person_ids=sorted(files))
    programs = catalogue()
    owed = [each for case in cases for each in owed_in(case, programs, on)]
    owed += _licences(files.values(), owed, on)
    told = _told(owed)
    chosen = wishes_of(person_ids=person_ids)
    here = {pk: files[pk] for pk in files.keys() & set(person_ids)}
    places = organisations_by_id(ids=_place_ids(here.values(), owed))
    days = {pk: on or clock.today(_zone_of(file, places)) for pk, file in here.items()}
    lines: dict[int, list[Line]] = {}
    for each in owed:
        for recipient_id in (each.person.id, *each.overseers):
            file = here.get(recipient_id)
            if file is not None and _reachable(file, days[recipient_id]):
                line = _line(each, recipient_id, chosen.get(recipient_id, Wishes()), told)
                if line is not None:
                    lines.setdefault(recipient_id, []).append(line)
    return [
        Digest(here[pk].person, days[pk], tuple(sorted(found, key=_order)))
        for pk, found in sorted(_addressed(lines, places).items())
    ]


def zones() -> set[str]:
    """Return the zones in which days are counted: those of all programs, and the Academy's."""
    known = {each.rules.zone for versions in catalogue().versions.values() for each in versions}
    return {*known, settings.ACADEMY_ZONE}


def _licences(files: Iterable[PersonFile], owed: Iterable[Owed], on: date | None) -> list[Owed]:
    """Return the ends of licences of these people that no program has told of already."""
    spoken: dict[int, set[str]] = {}
    for each in owed:
        spoken.setdefault(each.person.id, set()).update(each.matter.facts)
    zone = settings.ACADEMY_ZONE
    day = on or today()
    return [
        each
        for file in files
        for each in licences_owed(file, day, zone, told=spoken.get(file.person.id, ()))
    ]


def _place_ids(files: Iterable[PersonFile], owed: Iterable[Owed]) -> set[int]:
    """Return the organisations where these people work, and where supervisors see what is owed."""
    theirs = {spell.organisation_id for file in files for spell in file.spells}
    return theirs | {pk for each in owed for pk in each.overseers.values()}


def _zone_of(file: PersonFile, places: Mapping[int, OrganisationRecord]) -> str:
    """Return the zone in which somebody's days are counted: that of the first job they have."""
    now = [each for each in file.spells if contains(each.starts_on, each.ends_on, today())]
    return places[now[0].organisation_id].zone if now else settings.ACADEMY_ZONE


def wishes_of(*, person_ids: Collection[int]) -> dict[int, Wishes]:
    """Return what those of these people want who have said so."""
    mine = ReminderPreference.objects.filter(rows_of(person_ids=person_ids))
    # What was said under the kept record comes last, and counts.
    merged_first = F("person__merged_into_id").asc(nulls_last=True)
    rows = mine.order_by(merged_first, "pk").values_list(kept_id(), "own", "team")
    return {pk: Wishes(Choice(own), Choice(team)) for pk, own, team in rows}


def _reachable(file: PersonFile, day: date) -> bool:
    return bool(file.person.email) and not has_left(file.spells, day)


def _line(
    owed: Owed, recipient_id: int, wishes: Wishes, told: Mapping[Subject, Sequence[tuple[int, int]]]
) -> Line | None:
    """Return the reminder that somebody is to be given about a deadline, or None."""
    own = recipient_id == owed.person.id
    given = [
        days
        for who, days in told.get((owed.person.id, owed.matter.subject, owed.due_on), ())
        if who == recipient_id or (not own and _predecessor(who, owed))
    ]
    wanted = wanted_by(wishes.own if own else wishes.team, own=own)
    days_before = falls_due(owed.matter.deadline, owed.on, told=given, wanted=wanted)
    return None if days_before is None else Line(owed, days_before, own)


def _predecessor(person_id: int, owed: Owed) -> bool:
    """Tell whether somebody who was told about another's deadline supervises them no more.

    What the last supervisor was told is not told again to the one who took over.
    """
    return person_id != owed.person.id and person_id not in owed.overseers


def _told(owed: Iterable[Owed]) -> dict[Subject, list[tuple[int, int]]]:
    """Return what was told of these deadlines, as (to whom, days before)."""
    about = list(owed)
    first = min((each.due_on for each in about), default=date.max)
    rows = ReminderItem.objects.filter(
        rows_of(person_ids={each.person.id for each in about}), due_on__gte=first
    ).values_list(kept_id(), "subject", "due_on", kept_id(path="recipient"), "days_before")
    found: dict[Subject, list[tuple[int, int]]] = {}
    for person_id, subject, due_on, recipient_id, days in rows:
        found.setdefault((person_id, subject, due_on), []).append((recipient_id, days))
    return found


def _addressed(
    lines: Mapping[int, Sequence[Line]], places: Mapping[int, OrganisationRecord]
) -> dict[int, list[Line]]:
    """Return the lines with where to go from each."""
    every = [line for found in lines.values() for line in found]
    titles = subject_titles(subjects={key for line in every for key in line.owed.matter.keys})
    return {
        recipient_id: [
            replace(
                line,
                place="" if line.own else places[line.owed.overseers[recipient_id]].key,
                address=_address(line, titles),
            )
            for line in found
        ]
        for recipient_id, found in lines.items()
    }


def _address(line: Line, titles: Mapping[str, tuple[str, str | None]]) -> str:
    """Return where the academy holds what is to be done; what others grant is added on one page."""
    matter = line.owed.matter
    urls = (titles.get(key, ("", None))[1] for key in matter.keys)
    here = next((url for url in urls if url), "")
    return here or (reverse("my-licences") if matter.private and line.own else "")


def _order(line: Line) -> tuple[bool, str, int, timedelta, str, str]:
    owed = line.owed
    name = "" if line.own else f"{owed.person.family_name} {owed.person.given_name}"
    ahead = owed.due_on - owed.on
    return not line.own, name, owed.person.id, ahead, owed.program_key, owed.matter.subject
