"""Compare a roster file with what is known and say, row by row, what applying it would do.

Pure: no database and no clock. Omitting somebody ends nothing; nobody is matched by name.
"""

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from lms.people.roster_rows import RosterRow
from lms.people.roster_spells import Cannot, KnownSpell, Write, plan_employment

NEW, SKIP, LINK = "new", "skip", "link:"


class Outcome(enum.StrEnum):
    """What becomes of a row."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    UNCHANGED = "unchanged"
    DECIDE = "decide"
    SKIP = "skip"
    ERROR = "error"


WRITING: Final = (Outcome.ADD, Outcome.CHANGE, Outcome.END)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person whom a row could mean. ``here``: employed by this agency now or before."""

    id: int
    uuid: str
    name: str
    email: str
    here: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the file is applied; ``by_email`` and ``by_name`` hold person ids."""

    organisation_id: int
    today: date
    site_names: Mapping[int, str]
    keys: Mapping[str, int]
    people: Mapping[int, KnownPerson]
    by_email: Mapping[str, Sequence[int]]
    by_name: Mapping[str, Sequence[int]]
    spells: Mapping[int, Sequence[KnownSpell]]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What applying would do with one row. ``ref`` names the person within the file."""

    row: RosterRow
    outcome: Outcome
    ref: str
    person_id: int | None = None
    says: tuple[str, ...] = ()
    candidates: tuple[KnownPerson, ...] = ()
    choice: str = ""
    write: Write | None = None
    new_person: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    person_id: int | None = None
    new: bool = False
    links: bool = False
    candidates: tuple[KnownPerson, ...] = field(default=())


def plan_roster(
    rows: Sequence[RosterRow], known: Known, decisions: Mapping[str, str]
) -> list[PlannedRow]:
    """Return what applying the rows would do, in their order.

    ``decisions``: by row number as text, "new", "skip" or "link:<uuid of a candidate>".
    """
    clashes = _clashes(rows)
    refs = {row.record_id: _ref(row) for row in rows if row.record_id}
    times = Counter(_ref(row) for row in rows)
    planned: list[PlannedRow] = []
    chosen: dict[str, _Match] = {}
    for row in rows:
        choice = decisions.get(str(row.number), "")
        ref = _ref(row)
        errors = [*row.errors, *clashes.get(row.number, ())]
        if choice == SKIP:
            planned.append(PlannedRow(row, Outcome.SKIP, ref, choice=choice))
            continue
        try:
            if errors:
                raise Cannot(*errors)
            match = chosen.get(ref) or _match(row, known, choice)
            if match.new or match.person_id is not None:
                chosen[ref] = match
            planned.append(_plan_row(row, match, choice, known, refs, times[ref] == 1))
        except Cannot as cannot:
            planned.append(PlannedRow(row, Outcome.ERROR, ref, says=(*cannot.sentences,)))
    return _without_missing_supervisors(planned)


def _ref(row: RosterRow) -> str:
    return f"id:{row.record_id}" if row.record_id else f"row:{row.number}"


def _clashes(rows: Sequence[RosterRow]) -> dict[int, list[str]]:
    """Return, by row number, what rows of the file say against each other."""
    found: dict[int, list[str]] = {}
    spells: dict[tuple[Any, ...], int] = {}
    names: dict[str, RosterRow] = {}
    emails: dict[str, RosterRow] = {}
    for row in rows:
        says = found.setdefault(row.number, [])
        if row.record_id:
            key = (row.record_id, row.role, row.site_id, row.starts_on)
            first = names.setdefault(row.record_id, row)
            if first.folded_name != row.folded_name:
                says.append(
                    _("Row %(number)d has this record ID with another name.")
                    % {"number": first.number}
                )
            elif key in spells:
                says.append(_("Row %(number)d says the same already.") % {"number": spells[key]})
            spells.setdefault(key, row.number)
        if row.email:
            first = emails.setdefault(row.email.casefold(), row)
            if first is not row and (not row.record_id or first.record_id != row.record_id):
                says.append(
                    _("Row %(number)d has this e-mail address too.") % {"number": first.number}
                )
    return {number: says for number, says in found.items() if says}


def _match(row: RosterRow, known: Known, choice: str) -> _Match:
    """Find whom a row means: by record id, or by the address of somebody employed here now.

    Everything else is a suggestion that a human decides.
    """
    if not row.record_id and not row.email:
        raise Cannot(_("A row needs a record ID or an e-mail address."))
    same_email = list(known.by_email.get(row.email.casefold(), ())) if row.email else []
    if row.record_id in known.keys:
        person_id = known.keys[row.record_id]
        if same_email and person_id not in same_email:
            raise Cannot(_("This record ID belongs to one person, the address to another."))
        return _Match(person_id)
    if len(same_email) == 1 and known.people[same_email[0]].now:
        return _Match(same_email[0])
    named = [pk for pk in known.by_name.get(row.folded_name, ()) if pk not in same_email]
    candidates = tuple(known.people[pk] for pk in [*same_email, *named])
    if not candidates or choice == NEW:
        return _Match(new=True, candidates=candidates)
    for person in candidates:
        if choice == LINK + person.uuid:
            return _Match(person.id, links=True, candidates=candidates)
    return _Match(candidates=candidates)


def _plan_row(
    row: RosterRow,
    match: _Match,
    choice: str,
    known: Known,
    refs: Mapping[str, str],
    alone: bool,
) -> PlannedRow:
    ref = _ref(row)
    if match.person_id is None and not match.new:
        ask = _("Somebody may be this person already. Nobody is matched without you.")
        return PlannedRow(row, Outcome.DECIDE, ref, says=(ask,), candidates=match.candidates)
    if match.new and not row.given_name:
        raise Cannot(_("A new person needs a given name."))
    supervisor = _supervisor(row, ref, match.person_id, known, refs)
    spells = known.spells.get(match.person_id, ()) if match.person_id is not None else ()
    write, says = plan_employment(
        row,
        spells,
        default_site=known.organisation_id,
        site_names=known.site_names,
        today=known.today,
        supervisor=supervisor,
        alone=alone,
    )
    notes = [*says, *_notes(row, match, known)]
    # Matched by address or by hand: the next file finds the person by its own record id.
    new_key = (
        match.person_id is not None and bool(row.record_id) and row.record_id not in known.keys
    )
    if new_key:
        notes.append(_("The record ID is noted."))
    return PlannedRow(
        row,
        Outcome.CHANGE if new_key and write is None else _outcome(write),
        ref,
        person_id=match.person_id,
        says=tuple(notes),
        candidates=match.candidates,
        choice=choice,
        write=write,
        new_person=match.new,
        links=match.links,
    )


def _outcome(write: Write | None) -> Outcome:
    if write is None:
        return Outcome.UNCHANGED
    if write.ending:
        return Outcome.END
    return Outcome.ADD if write.old is None else Outcome.CHANGE


def _supervisor(
    row: RosterRow, ref: str, person_id: int | None, known: Known, refs: Mapping[str, str]
) -> int | str | None:
    """Return the supervisor's person id, or their ref within the file; None: not said."""
    wanted = row.supervisor_record_id
    if not wanted:
        return None
    found: int | str | None = known.keys.get(wanted, refs.get(wanted))
    if found is None:
        raise Cannot(
            _("No person has the record ID “%(key)s” of the supervisor.") % {"key": wanted[:40]}
        )
    if found == ref or found == person_id:
        raise Cannot(_("Nobody supervises themselves."))
    return found


def _notes(row: RosterRow, match: _Match, known: Known) -> list[str]:
    """Tell what the file says differently and what is kept as it is."""
    if match.person_id is None:
        return []
    person = known.people[match.person_id]
    notes = []
    if row.name and person.name != row.name and not match.links:
        notes.append(
            _(
                "On record as %(name)s; a roster does not change names. If the name has changed,"
                " ask for it on the person’s page: the certification office decides."
            )
            % {"name": person.name}
        )
    if row.email and person.email and person.email.casefold() != row.email.casefold():
        notes.append(
            _("On record with %(email)s; a roster does not change addresses.")
            % {"email": person.email}
        )
    return notes


def _without_missing_supervisors(planned: list[PlannedRow]) -> list[PlannedRow]:
    """Refuse rows whose supervisor stands in a row of this file that will not be written.

    Refusing one row can leave another without its supervisor, so each refusal is followed up.
    """
    result = list(planned)
    there = Counter(
        each.ref
        for each in planned
        if each.person_id is not None or (each.new_person and each.outcome in WRITING)
    )
    waiting: dict[str, list[int]] = {}
    for place, each in enumerate(planned):
        supervisor = each.write.values.get("supervisor") if each.write else None
        if isinstance(supervisor, str):
            waiting.setdefault(supervisor, []).append(place)
    missing = [ref for ref in waiting if not there[ref]]
    words = _("The supervisor’s own row is not applied, so this one cannot be.")
    while missing:
        for place in waiting.pop(missing.pop(), ()):
            each = result[place]
            result[place] = replace(each, outcome=Outcome.ERROR, says=(words,), write=None)
            there[each.ref] -= 1
            if each.new_person and not there[each.ref] and each.ref in waiting:
                missing.append(each.ref)
    return result


def counts(planned: Sequence[PlannedRow]) -> dict[str, int]:
    """Return how many rows have each outcome, every outcome named."""
    found = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for each in planned:
        found[each.outcome.value] += 1
    return found
