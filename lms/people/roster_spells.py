"""Say what a roster row means for one person's employment: start, change, move, end or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.formats import date_short
from lms.kit.periods import last_day
from lms.people.models.workers import Role
from lms.people.roster_rows import RosterRow

LABELS: Final = {
    "role": gettext_lazy("role"),
    "organisation_id": gettext_lazy("site"),
    "fte": gettext_lazy("FTE"),
    "starts_on": gettext_lazy("first day"),
    "supervisor": gettext_lazy("supervisor"),
}


class Cannot(ValueError):
    """The row cannot be applied; the sentences say why and what to do."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class KnownSpell:
    """The current version of a spell. ``ends_on`` is exclusive."""

    pk: int
    spell: UUID
    organisation_id: int
    role: str
    fte: Decimal
    starts_on: date
    ends_on: date | None
    supervisor_id: int | None
    first_service_on: date | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """What to write: a new version of ``old``, or a new spell when ``old`` is None.

    ``values`` holds the fields that are new; ``supervisor`` is a person id, or the ref of a
    person who is added by the same file. ``closes`` is a spell that ends where this one starts.
    """

    values: Mapping[str, Any]
    old: KnownSpell | None = None
    closes: KnownSpell | None = None
    ending: bool = False


def plan_employment(
    row: RosterRow,
    spells: Sequence[KnownSpell],
    *,
    default_site: int,
    site_names: Mapping[int, str],
    today: date,
    supervisor: int | str | None,
    alone: bool = True,
) -> tuple[Write | None, tuple[str, ...]]:
    """Return what to write for one row and the sentences that say it; None: nothing.

    ``spells``: the person's current versions at this agency; ``default_site`` is where new
    staff work when the row names no site. ``alone``: the file has no other row of this person;
    otherwise another role or site is a second job and not a move.

    Raises:
        Cannot: the row contradicts itself or what is known.
    """
    if row.ends_on and row.starts_on and row.ends_on <= row.starts_on:
        raise Cannot(_("The last day lies before the first day."))
    target = _target(row, spells, today, alone)
    if row.action == "end":
        return _end(row, spells, target)
    if target is None:
        return _start(row, spells, default_site, supervisor, site_names)
    if row.ends_on is not None and row.ends_on != target.ends_on:
        raise Cannot(
            _("A last day alone ends nobody. Write “end” in the action column, or clear the date.")
        )
    return _change(row, target, supervisor, site_names)


def _target(
    row: RosterRow, spells: Sequence[KnownSpell], today: date, alone: bool
) -> KnownSpell | None:
    """Return the spell that a row speaks of; None: it is a new one.

    Raises: Cannot when it could be several.
    """
    fitting = [
        spell
        for spell in spells
        if row.starts_on == spell.starts_on
        and row.role in {"", spell.role}
        and row.site_id in {None, spell.organisation_id}
    ]
    if len(fitting) == 1:
        return fitting[0]
    running = [spell for spell in spells if spell.ends_on is None or spell.ends_on > today]
    same_role = [spell for spell in running if row.role in {"", spell.role}]
    same_site = [spell for spell in same_role if row.site_id in {None, spell.organisation_id}]
    for found in (same_site, same_role, running) if alone else (same_site,):
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise Cannot(
                _("This person is employed here more than once. Give role, site and first day.")
            )
    return None


def _end(
    row: RosterRow, spells: Sequence[KnownSpell], target: KnownSpell | None
) -> tuple[Write | None, tuple[str, ...]]:
    if row.ends_on is None:
        raise Cannot(_("The action “end” needs the last day."))
    if target is None:
        if any(spell.ends_on == row.ends_on for spell in spells):
            return None, ()
        raise Cannot(_("This person is not employed here, so nothing can end."))
    if target.ends_on == row.ends_on:
        return None, ()
    if row.ends_on < target.starts_on:
        raise Cannot(
            _("The last day lies before the first day, %(day)s.")
            % {"day": date_short(target.starts_on)}
        )
    says = _("Employment ends: last day %(day)s.") % {"day": date_short(last_day(row.ends_on))}
    return Write({"ends_on": row.ends_on}, old=target, ending=True), (says,)


def _start(
    row: RosterRow,
    spells: Sequence[KnownSpell],
    default_site: int,
    supervisor: int | str | None,
    site_names: Mapping[int, str],
) -> tuple[Write, tuple[str, ...]]:
    missing = []
    if not row.role:
        missing.append(_("New employment needs a role."))
    if row.starts_on is None:
        missing.append(_("New employment needs the first day."))
    if missing or row.starts_on is None:
        raise Cannot(*missing)
    site = row.site_id or default_site
    for spell in spells:
        ends = spell.ends_on or date.max
        if spell.role == row.role and spell.organisation_id == site and row.starts_on < ends:
            raise Cannot(
                _("The first day lies in an employment on record that began %(day)s.")
                % {"day": date_short(spell.starts_on)}
            )
    values = {
        "organisation_id": site,
        "role": row.role,
        "fte": Decimal(1) if row.fte is None else row.fte,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "supervisor": supervisor,
    }
    facts = {
        "role": Role(row.role).label,
        "site": site_names.get(site, ""),
        "day": date_short(row.starts_on),
    }
    return Write(values), (_("%(role)s at %(site)s from %(day)s.") % facts,)


def _change(
    row: RosterRow,
    old: KnownSpell,
    supervisor: int | str | None,
    site_names: Mapping[int, str],
) -> tuple[Write | None, tuple[str, ...]]:
    said = {
        "role": row.role or None,
        "organisation_id": row.site_id,
        "fte": row.fte,
        "starts_on": row.starts_on,
        "supervisor": supervisor,
    }
    now = {
        "role": old.role,
        "organisation_id": old.organisation_id,
        "fte": old.fte,
        "starts_on": old.starts_on,
        "supervisor": old.supervisor_id,
    }
    changes = {
        name: value for name, value in said.items() if value is not None and value != now[name]
    }
    if not changes:
        return None, ()
    moved = changes.keys() & {"role", "organisation_id"}
    if row.starts_on is not None and row.starts_on > old.starts_on and moved:
        return _move(row, old, now | changes, site_names)
    if row.starts_on is not None and old.ends_on is not None and row.starts_on >= old.ends_on:
        raise Cannot(_("The first day lies after the last day on record."))
    says = [
        _("%(what)s: %(old)s → %(new)s")
        % {
            "what": LABELS[name],
            "old": _shown(name, now[name], site_names),
            "new": _shown(name, value, site_names),
        }
        if name != "supervisor"
        else _("Another supervisor.")
        for name, value in changes.items()
    ]
    return Write(changes, old=old), tuple(says)


def _move(
    row: RosterRow, old: KnownSpell, values: Mapping[str, Any], site_names: Mapping[int, str]
) -> tuple[Write, tuple[str, ...]]:
    """Another role or site from a later day on: the old spell ends there, a new one starts."""
    says = _("From %(day)s: %(role)s at %(site)s.") % {
        "day": date_short(row.starts_on),
        "role": Role(values["role"]).label,
        "site": site_names.get(values["organisation_id"], ""),
    }
    return Write({**values, "ends_on": old.ends_on}, closes=old), (says,)


def _shown(name: str, value: Any, site_names: Mapping[int, str]) -> str:
    if name == "role":
        return str(Role(value).label)
    if name == "organisation_id":
        return site_names.get(value, "?")
    return date_short(value) if isinstance(value, date) else str(value)
