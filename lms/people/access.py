"""Who may do what to whom: one table of rules, asked for one person or for a whole list."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import Http404

from lms.kit import periods
from lms.people.authority import Authority, authority_of, in_force, today
from lms.people.kin import kept_id, rows_of
from lms.people.models import Employment, Organisation, Person
from lms.people.models.access import DutyKind
from lms.people.models.organisations import OrganisationKind


class Ability(enum.StrEnum):
    """What somebody may do."""

    SEE_PERSON_RECORD = "see_person_record"
    SEE_PERSON_LICENCES = "see_person_licences"
    VERIFY_LICENCES = "verify_licences"
    OBSERVE = "observe"
    SIGN_OFF = "sign_off"
    MANAGE_AGENCY = "manage_agency"
    IMPORT_ROSTER = "import_roster"
    VERIFY_ROSTER = "verify_roster"
    ISSUE = "issue"
    REVOKE = "revoke"
    CHANGE_NAME = "change_name"
    MERGE_PEOPLE = "merge_people"
    PUBLISH_PROGRAM = "publish_program"
    AUDIT_STATE = "audit_state"
    EDIT_CURRICULUM = "edit_curriculum"
    SEE_TRAINER_MATERIALS = "see_trainer_materials"
    TEACH = "teach"


class Own(enum.Enum):
    """How an ability treats one's own record."""

    ALWAYS = enum.auto()
    LIKE_ANY = enum.auto()
    NEVER = enum.auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who has an ability: holders of these duties, supervisors, and people over themselves."""

    duties: frozenset[DutyKind]
    supervisor: bool = False
    own: Own = Own.LIKE_ANY


_MANAGER, _COACH, _TRAINER = DutyKind.AGENCY_MANAGER, DutyKind.COACH, DutyKind.TRAINER
_EDITOR = DutyKind.CURRICULUM_EDITOR
_OFFICER, _AUDITOR = DutyKind.CERTIFICATION_OFFICER, DutyKind.STATE_AUDITOR

RULES: Final[dict[Ability, Rule]] = {
    Ability.SEE_PERSON_RECORD: Rule(
        frozenset({_COACH, _MANAGER, _OFFICER, _AUDITOR}), supervisor=True, own=Own.ALWAYS
    ),
    # Peer credentials tell of somebody's health: a coach or supervisor does not see them.
    Ability.SEE_PERSON_LICENCES: Rule(frozenset({_MANAGER, _OFFICER, _AUDITOR}), own=Own.ALWAYS),
    # Looking up what others granted and writing it down; auditors only read.
    Ability.VERIFY_LICENCES: Rule(frozenset({_MANAGER, _OFFICER}), own=Own.NEVER),
    Ability.OBSERVE: Rule(frozenset({_COACH, _TRAINER}), own=Own.NEVER),
    Ability.SIGN_OFF: Rule(frozenset({_COACH}), supervisor=True, own=Own.NEVER),
    Ability.MANAGE_AGENCY: Rule(frozenset({_MANAGER})),
    Ability.IMPORT_ROSTER: Rule(frozenset({_MANAGER})),
    Ability.VERIFY_ROSTER: Rule(frozenset({_MANAGER, _OFFICER, _AUDITOR})),
    Ability.ISSUE: Rule(frozenset({_OFFICER}), own=Own.NEVER),
    Ability.REVOKE: Rule(frozenset({_OFFICER}), own=Own.NEVER),
    Ability.CHANGE_NAME: Rule(frozenset({_OFFICER}), own=Own.NEVER),
    Ability.MERGE_PEOPLE: Rule(frozenset({_OFFICER}), own=Own.NEVER),
    Ability.PUBLISH_PROGRAM: Rule(frozenset({_OFFICER})),
    Ability.AUDIT_STATE: Rule(frozenset({_OFFICER, _AUDITOR})),
    Ability.EDIT_CURRICULUM: Rule(frozenset({_EDITOR})),
    # Facilitator guides hold the answers and the actors' briefs of what learners are scored on.
    Ability.SEE_TRAINER_MATERIALS: Rule(frozenset({_COACH, _TRAINER, _EDITOR, _OFFICER, _AUDITOR})),
    # Running cohorts, unlocking a quiz and marking answers; auditors read by AUDIT_STATE.
    Ability.TEACH: Rule(frozenset({_TRAINER}), own=Own.NEVER),
}
"""The whole of it: which duty gives which ability, over its organisation and all below."""

REMEMBERING: Final = frozenset({_OFFICER, _AUDITOR})
"""Duties that also reach people who have left; the others reach those employed on the date.

A certificate must be revocable after its holder has left. Held for a whole state, they also
reach people whom nobody has employed: learners who signed up by themselves.
"""


LOOKING_BACK: Final = frozenset({Ability.SEE_PERSON_RECORD, Ability.SEE_PERSON_LICENCES})
"""Abilities by which an agency still reads what it knew of people who have left it.

A manager of today reaches them as of a day on which they were employed there, and learns nothing
of later days: see ``scope_then``. Coaches and supervisors lose them with the employment.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which people an ability reaches on a date.

    ``paths``: people employed there or below on the date. ``past_paths``: employed there or below
    on the date or before. ``unattached``: people never employed. ``except_id``: never this person,
    whichever of their records is asked about (``except_merged``: the other ones).
    """

    on: date
    everything: bool = False
    paths: tuple[str, ...] = ()
    past_paths: tuple[str, ...] = ()
    person_ids: tuple[int, ...] = ()
    unattached: bool = False
    except_id: int | None = None
    except_merged: tuple[int, ...] = ()


class Denied(Exception):
    """The asker may not. ``stranger``: nothing ties them to the thing, so it looks absent."""

    stranger = False


class Refused(Denied, PermissionDenied):
    """A colleague without the right; Django answers 403."""


class Unknown(Denied, Http404):
    """A stranger; Django answers 404, as if the thing did not exist."""

    stranger = True


def holds(held: Authority, ability: Ability) -> bool:
    """Tell whether the ability is held for anybody or any organisation at all."""
    rule = RULES[ability]
    if not held.second_factor:
        return False
    return any(duty.kind in rule.duties for duty in held.duties) or (
        rule.supervisor and bool(held.supervised_ids)
    )


def scope_of(held: Authority, ability: Ability) -> Scope:
    """Return which people the ability reaches, before any question about one person.

    An account that needs a second factor and has none reaches only its own record.
    """
    rule = RULES[ability]
    mine = (held.person_id, *held.merged_ids) if held.person_id else ()
    own = mine if rule.own is Own.ALWAYS else ()
    if not held.second_factor:
        return Scope(on=held.on, person_ids=own)
    duties = [duty for duty in held.duties if duty.kind in rule.duties]
    remembering = [duty for duty in duties if duty.kind in REMEMBERING]
    return Scope(
        on=held.on,
        paths=tuple(sorted({d.path for d in duties if d.kind not in REMEMBERING})),
        past_paths=tuple(sorted({duty.path for duty in remembering})),
        person_ids=own + (held.supervised_ids if rule.supervisor else ()),
        unattached=any(d.organisation_kind == OrganisationKind.STATE for d in remembering),
        except_id=held.person_id if rule.own is Own.NEVER else None,
        except_merged=held.merged_ids if rule.own is Own.NEVER else (),
    )


def scope_then(held: Authority, ability: Ability, as_of: date) -> Scope:
    """Return which people the ability reaches in questions about a past date, employed or not now.

    Managers keep the history of their agency: whoever was employed there on that date. It comes
    on top of ``scope_of`` and is nobody for today and later. What may be shown ends on ``as_of``.
    """
    reached = held.second_factor and ability in LOOKING_BACK and as_of < held.on
    kinds = RULES[ability].duties & {_MANAGER}
    paths = {duty.path for duty in held.duties if reached and duty.kind in kinds}
    return Scope(on=as_of, paths=tuple(sorted(paths)))


def people_filter(*, scope: Scope, field: str = "pk") -> Q:
    """Return the queryset filter for a scope; ``field`` names the person in the queryset's model.

    ``Person``: "pk"; a model with a foreign key ``person``: "person_id".
    """
    if scope.everything:
        reached = Q()
    else:
        reached = rows_of(person_ids=scope.person_ids, field=field)
        if scope.paths or scope.past_paths or scope.unattached:
            people = Person.objects.annotate(human=Coalesce("merged_into_id", "pk"))
            reached |= Q(**{f"{field}__in": people.filter(_employed(scope)).values("pk")})
    never = [scope.except_id, *scope.except_merged] if scope.except_id else []
    return reached & ~Q(**{f"{field}__in": never}) if never else reached


def _employed(scope: Scope) -> Q:
    """Return the filter on records, annotated with their ``human``, by where they are employed.

    Where one record of a human is employed, all of them are reached.
    """
    found = Q(pk__in=[])
    if scope.paths or scope.past_paths:
        spells = Employment.objects.filter(_spells(scope)).annotate(whose=kept_id())
        found |= Q(human__in=spells.values("whose"))
    if scope.unattached:
        # Null ids do not occur here, so NOT IN is safe.
        anywhere = Employment.objects.annotate(whose=kept_id()).values("whose")
        found |= ~Q(human__in=anywhere)
    return found


def _spells(scope: Scope) -> Q:
    begun = Q(replaced_at__isnull=True, starts_on__lte=scope.on)
    lasting = begun & in_force(scope.on)
    found = Q(pk__in=[])
    for path in scope.paths:
        found |= lasting & Q(organisation__path__startswith=path)
    for path in scope.past_paths:
        found |= begun & Q(organisation__path__startswith=path)
    return found


def reaches(*, scope: Scope, person_id: int) -> bool:
    """Tell whether a scope holds one person: the object test beside ``people_filter``."""
    if person_id == scope.except_id or person_id in scope.except_merged:
        return False
    if scope.everything or person_id in scope.person_ids:
        return True
    if not (scope.paths or scope.past_paths or scope.unattached):
        return bool(scope.person_ids) and _read_as(person_id) in scope.person_ids
    spells = list(
        Employment.objects.filter(rows_of(person_ids=[person_id]))
        .order_by("pk")
        .values_list(kept_id(), "organisation__path", "starts_on", "ends_on", "replaced_at")
    )
    if not spells:
        return scope.unattached and Person.objects.filter(pk=person_id).exists()
    return spells[0][0] in scope.person_ids or any(
        (path.startswith(scope.past_paths) and starts_on <= scope.on)
        or (path.startswith(scope.paths) and periods.contains(starts_on, ends_on, scope.on))
        for _, path, starts_on, ends_on, replaced_at in spells
        if replaced_at is None
    )


def reached(*, scope: Scope, uuids: Collection[UUID]) -> dict[UUID, int]:
    """Return the ids of the people with these uuids whom a scope reaches; one statement.

    The id of a record that was merged into another one is that of the other one.
    """
    rows = Person.objects.filter(people_filter(scope=scope), uuid__in=uuids).order_by("pk")
    return dict(rows.values_list("uuid", Coalesce("merged_into_id", "pk")))


def _read_as(person_id: int) -> int | None:
    """Return the id of the record that this one was merged into, or None."""
    rows = Person.objects.filter(pk=person_id).order_by("pk")
    return rows.values_list("merged_into_id", flat=True).first()


def covers(held: Authority, ability: Ability, path: str) -> bool:
    """Tell whether the ability is held for the organisation at ``path`` or one above it."""
    rule = RULES[ability]
    return held.second_factor and any(
        duty.kind in rule.duties and path.startswith(duty.path) for duty in held.duties
    )


def can(
    *,
    user_id: int | None,
    ability: Ability,
    person_id: int | None = None,
    organisation_id: int | None = None,
    on: date | None = None,
    held: Authority | None = None,
) -> bool:
    """Tell whether an account may do something to a person, for an organisation, or at all.

    ``on`` is a legal date, by default today. ``held`` spares the question what the account holds
    when the caller knows it already.
    """
    if user_id is None:
        return False
    held = held or authority_of(user_id=user_id, on=on or today())
    if person_id is not None and not reaches(scope=scope_of(held, ability), person_id=person_id):
        return False
    if organisation_id is not None:
        path = Organisation.objects.values_list("path", flat=True).filter(pk=organisation_id)
        if not any(covers(held, ability, found) for found in path.order_by("pk")):
            return False
    return person_id is not None or organisation_id is not None or holds(held, ability)


def can_then(
    *, user_id: int | None, ability: Ability, person_id: int, as_of: date, held: Authority | None
) -> bool:
    """Tell whether an account may ask about a person as of a past date by ``scope_then``.

    ``held``: what the account holds today; None: it is asked.
    """
    if user_id is None:
        return False
    held = held or authority_of(user_id=user_id, on=today())
    return reaches(scope=scope_then(held, ability, as_of), person_id=person_id)


def visible_then(
    *, user_id: int | None, ability: Ability, as_of: date, held: Authority | None = None
) -> Scope:
    """Return which people an account reaches as of a past date by ``scope_then``."""
    if user_id is None:
        return Scope(on=as_of)
    return scope_then(held or authority_of(user_id=user_id, on=today()), ability, as_of)


def visible_people(
    *,
    user_id: int | None,
    ability: Ability,
    on: date | None = None,
    held: Authority | None = None,
) -> Scope:
    """Return which people an account reaches with an ability; nobody for None.

    ``held`` spares the question what the account holds when the caller knows it already.
    """
    on = on or today()
    if user_id is None:
        return Scope(on=on)
    return scope_of(held or authority_of(user_id=user_id, on=on), ability)


def require(
    *,
    user_id: int | None,
    ability: Ability,
    person_id: int | None = None,
    organisation_id: int | None = None,
    on: date | None = None,
) -> None:
    """Return when the account may; otherwise raise.

    Raises:
        Refused: a colleague without the right (403).
        Unknown: a stranger, or there is no such person or organisation (404).
    """
    if can(
        user_id=user_id,
        ability=ability,
        person_id=person_id,
        organisation_id=organisation_id,
        on=on,
    ):
        return
    if person_id is None and organisation_id is None:
        raise Refused
    held = authority_of(user_id=user_id, on=on or today()) if user_id else None
    if held is None or not _related(held, person_id, organisation_id):
        raise Unknown
    raise Refused


def _related(held: Authority, person_id: int | None, organisation_id: int | None) -> bool:
    """Tell whether the account works with the person's agency or the organisation today."""
    if person_id is not None and person_id == held.person_id:
        return True
    theirs: set[str] = set()
    if organisation_id is not None:
        theirs.update(
            Organisation.objects.filter(pk=organisation_id).values_list("path", flat=True)
        )
    asked = [each for each in (person_id, held.person_id) if each is not None]
    spells = Employment.objects.filter(
        in_force(held.on), rows_of(person_ids=asked), replaced_at__isnull=True
    )
    mine = {duty.path for duty in held.duties}
    for owner_id, path in spells.order_by("pk").values_list(kept_id(), "organisation__path"):
        (mine if owner_id == held.person_id else theirs).add(path)
    return _meet(mine, theirs)


def _meet(mine: set[str], theirs: set[str]) -> bool:
    """Tell whether one side's organisation, seen as its whole agency, holds one of the other's."""
    ids = {int(part) for path in mine | theirs for part in path.strip("/").split("/")}
    agencies = tuple(
        Organisation.objects.filter(pk__in=ids, kind=OrganisationKind.AGENCY)
        .order_by("pk")
        .values_list("path", flat=True)
    )

    def whole(path: str) -> str:
        return next((agency for agency in agencies if path.startswith(agency)), path)

    return any(
        whole(a).startswith(whole(b)) or whole(b).startswith(whole(a)) for a in mine for b in theirs
    )
