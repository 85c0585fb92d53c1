"""Read whose deadlines are near, and who is to be reminded of them today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from certification.credentials.cases import read_cases
from certification.programs.queries import catalogue
from certification.reminders.deadlines import Owed, has_left, owed_in
from certification.reminders.models import ReminderItem, ReminderPreference
from certification.reminders.schedule import Choice, falls_due, wanted_by
from courses.public import subject_titles
from lms.public import PersonFile, PersonRecord, organisations_by_id, person_files, spells, today

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

    `on` None: today, for each deadline in the zone of its program. In as many statements for
    hundreds of people as for one.
    """
    day = on or today()
    files = person_files(person_ids=person_ids)
    team = {each.person_id for each in spells(supervisor_ids=person_ids)}
    cases = read_cases(person_ids=sorted({*person_ids, *team}))
    programs = catalogue()
    owed = [each for case in cases for each in owed_in(case, programs, on)]
    told = _told(owed)
    chosen = wishes_of(person_ids=person_ids)
    lines: dict[int, list[Line]] = {}
    for each in owed:
        for recipient_id in (each.person.id, *each.overseers):
            file = files.get(recipient_id)
            if file is not None and _reachable(file, day):
                line = _line(each, recipient_id, chosen.get(recipient_id, Wishes()), told)
                if line is not None:
                    lines.setdefault(recipient_id, []).append(line)
    return [
        Digest(files[pk].person, day, tuple(sorted(found, key=_order)))
        for pk, found in sorted(_addressed(lines).items())
    ]


def wishes_of(*, person_ids: Collection[int]) -> dict[int, Wishes]:
    """Return what those of these people want who have said so."""
    rows = ReminderPreference.objects.filter(person_id__in=person_ids).values_list(
        "person_id", "own", "team"
    )
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
        person_id__in={each.person.id for each in about}, due_on__gte=first
    ).values_list("person_id", "subject", "due_on", "recipient_id", "days_before")
    found: dict[Subject, list[tuple[int, int]]] = {}
    for person_id, subject, due_on, recipient_id, days in rows:
        found.setdefault((person_id, subject, due_on), []).append((recipient_id, days))
    return found


def _addressed(lines: Mapping[int, Sequence[Line]]) -> dict[int, list[Line]]:
    """Return the lines with where to go from each."""
    every = [line for found in lines.values() for line in found]
    titles = subject_titles(subjects={key for line in every for key in line.owed.matter.keys})
    places = organisations_by_id(ids={pk for line in every for pk in line.owed.overseers.values()})
    return {
        recipient_id: [
            Line(
                owed=line.owed,
                days_before=line.days_before,
                own=line.own,
                place="" if line.own else places[line.owed.overseers[recipient_id]].key,
                address=next(
                    (url for key in line.owed.matter.keys if (url := _url(titles, key))), ""
                ),
            )
            for line in found
        ]
        for recipient_id, found in lines.items()
    }


def _url(titles: Mapping[str, tuple[str, str | None]], key: str) -> str:
    return titles.get(key, ("", None))[1] or ""


def _order(line: Line) -> tuple[bool, str, int, timedelta, str, str]:
    owed = line.owed
    name = "" if line.own else f"{owed.person.family_name} {owed.person.given_name}"
    ahead = owed.due_on - owed.on
    return not line.own, name, owed.person.id, ahead, owed.program_key, owed.matter.subject
