"""Recording licences and peer credentials that others gave, and looking them up at their source."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from lms.audit.operations import record
from lms.kit import clock
from lms.people.access import Ability, Refused, require
from lms.people.authority import today
from lms.people.kin import rows_of
from lms.people.models import Licence, LicenceVerification, Person
from lms.people.models.licences import LookUp
from lms.people.models.workers import LicenceKind
from lms.people.operations.news import tell

BATCH: Final = 500
OURSELVES: Final = "The Academy’s own records"


class OwnLicence(Refused):
    """Nobody verifies a licence of their own."""


class LicenceReplaced(ValueError):
    """The licence was corrected before, or there is none such."""


class VerifiedLicence(Refused):
    """Nobody corrects a licence of their own that somebody has verified."""


class WrongLookUp(ValueError):
    """A look at the source without its name, on a day to come, or with an impossible end."""


class LicenceRefused(ValueError):
    """A licence that cannot be: it ends before it begins, or tells what a check found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where and on which legal date a licence was looked up.

    ``uuid`` is its act: told twice, it is one look.
    """

    source: str
    looked_up_on: date
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLicence:
    """A licence to record, unverified. ``uuid`` is its act: told twice, it is one licence.

    ``valid_until`` is exclusive.
    """

    uuid: UUID
    person_id: int
    kind: str
    valid_from: date
    valid_until: date | None = None
    requirement: str = ""
    number: str = ""
    issuer: str = ""


def record_licences(*, new: Sequence[NewLicence]) -> None:
    """Record many unverified licences, each once for its uuid, inside the caller's transaction.

    The caller has checked the rights, writes the audit log, and has the people decided anew.

    Raises:
        LicenceRefused: a value is not possible.
    """
    rows = [
        Licence(
            uuid=each.uuid,
            person_id=each.person_id,
            kind=each.kind,
            requirement=each.requirement,
            number=each.number,
            issuer=each.issuer,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in new
    ]
    # ON CONFLICT DO NOTHING: the same file imported twice at once meets here.
    Licence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    for start in range(0, len(rows), BATCH):
        uuids = [row.uuid for row in rows[start : start + BATCH]]
        if Licence.objects.filter(uuid__in=uuids).count() != len(uuids):
            raise LicenceRefused  # SQLite also ignores broken checks; they must not pass unseen.


def record_licence(
    *,
    actor_id: int | None,
    person_id: int,
    kind: str,
    valid_from: date,
    valid_until: date | None = None,
    requirement: str = "",
    number: str = "",
    issuer: str = "",
    verified: bool = False,
    seen: Seen | None = None,
    replaces_id: int | None = None,
    uuid: UUID | None = None,
) -> UUID:
    """Record what somebody else granted, and return the row's uuid.

    ``valid_until`` is exclusive. People record their own, unverified; the managers of their
    agency and certification officers record and verify. ``seen`` says where it was looked up;
    ``verified`` without it is for what the Academy itself knows (no actor). ``replaces_id`` names
    the row that this one corrects. Told twice with one ``uuid``, it is one licence.

    Raises:
        Refused, Unknown: the actor may not record licences of this person.
        OwnLicence: the actor would verify their own.
        VerifiedLicence: the actor would correct a verified one of their own.
        LicenceReplaced: ``replaces_id`` was corrected before, or is another person's.
        LicenceRefused: the period is empty, or a background check tells more than its dates.
        WrongLookUp: the look at the source is not possible.
    """
    new = NewLicence(
        uuid=uuid or uuid4(),
        person_id=person_id,
        kind=kind,
        valid_from=valid_from,
        valid_until=valid_until,
        requirement=requirement,
        number=number,
        issuer=issuer,
    )
    seen = _look(actor_id, seen) if verified or seen else None
    own = actor_id is not None and _is_own(actor_id, person_id)
    if own and seen:
        raise OwnLicence(person_id)
    if actor_id is not None:
        ability = Ability.SEE_PERSON_LICENCES if own else Ability.VERIFY_LICENCES
        require(user_id=actor_id, ability=ability, person_id=person_id)
    if valid_until is not None and valid_until <= valid_from:
        raise LicenceRefused(f"{valid_from} {valid_until}")
    if kind == LicenceKind.BACKGROUND and number:
        raise LicenceRefused("of a background check only the dates are kept")
    with transaction.atomic(durable=True):
        if Licence.objects.filter(uuid=new.uuid, person_id=person_id).exists():
            return new.uuid
        if replaces_id is not None:
            _replaceable(replaces_id, person_id, own=own)
        now = clock.now()
        row = _write(new, replaces_id, actor_id, now, verified=seen is not None)
        if seen:
            _keep(row, LookUp.CONFIRMED, seen, actor_id, now)
        tell([person_id])
        _audit(actor_id, "licence_recorded", row)
    return row.uuid


def verify_licence(
    *,
    actor_id: int | None,
    licence_id: int,
    outcome: str = LookUp.CONFIRMED,
    seen: Seen | None = None,
    ended_on: date | None = None,
) -> None:
    """Write down what the source said of a recorded licence, as often as it is looked up.

    A first confirmation verifies the licence. What contradicts a verified one goes on as a new
    row that replaces it: unverified where the source does not have it, or not so; verified with
    its early end (``ended_on``, the first day not valid) where the issuer ended it. So what was
    known before stays as it was. ``seen`` may be left out by the Academy itself (no actor).

    Raises:
        Refused, Unknown: the actor may not verify this person's licences.
        OwnLicence: the licence is the actor's own.
        LicenceReplaced: no such licence, or it was corrected before.
        WrongLookUp: the look is not possible, or ``ended_on`` is missing or no early end.
    """
    seen = _look(actor_id, seen)
    with transaction.atomic(durable=True):
        row = Licence.objects.select_for_update().filter(pk=licence_id).first()
        if row is None:
            raise LicenceReplaced(licence_id)
        if actor_id is not None:
            if _is_own(actor_id, row.person_id):
                raise OwnLicence(row.person_id)
            ability = Ability.VERIFY_LICENCES
            require(user_id=actor_id, ability=ability, person_id=row.person_id)
        if LicenceVerification.objects.filter(uuid=seen.uuid, licence=row).exists():
            return
        if Licence.objects.filter(replaces_id=licence_id).exists():
            raise LicenceReplaced(licence_id)
        found = LookUp(outcome)
        if (ended_on is not None) != (found is LookUp.ENDED):
            raise WrongLookUp(f"{outcome} {ended_on}")
        now = clock.now()
        _keep(row, found, seen, actor_id, now)
        if found is LookUp.CONFIRMED:
            Licence.objects.filter(pk=licence_id, verified_at__isnull=True).update(
                verified_at=now, verified_by_id=actor_id
            )
        elif found is LookUp.ENDED and ended_on is not None:
            _end(row, ended_on, seen, actor_id, now)
        elif row.verified_at is not None:
            _write(_like(row), row.pk, actor_id, now, verified=False)
        tell([row.person_id])
        _audit(actor_id, "licence_verified", row, outcome=found.value)


def _end(row: Licence, ended_on: date, seen: Seen, actor_id: int | None, now: datetime) -> None:
    """Let the licence go on as a verified row that ends early; it is empty if it never held."""
    if row.valid_until is not None and ended_on >= row.valid_until:
        raise WrongLookUp(f"{ended_on} is no early end")
    ended = replace(_like(row), valid_until=max(ended_on, row.valid_from))
    shorter = _write(ended, row.pk, actor_id, now, verified=True)
    _keep(shorter, LookUp.CONFIRMED, replace(seen, uuid=uuid4()), actor_id, now)


def _look(actor_id: int | None, seen: Seen | None) -> Seen:
    """Return the look at the source, checked; people must name their source."""
    if seen is None and actor_id is None:
        return Seen(source=OURSELVES, looked_up_on=today())
    if seen is None or not seen.source.strip() or seen.looked_up_on > today():
        raise WrongLookUp(seen)
    return seen


def _replaceable(licence_id: int, person_id: int, *, own: bool) -> None:
    """Lock a licence that is to be corrected."""
    found = Licence.objects.select_for_update().filter(pk=licence_id)
    old = found.filter(rows_of(person_ids=[person_id])).first()
    if old is None or Licence.objects.filter(replaces_id=licence_id).exists():
        raise LicenceReplaced(licence_id)
    if own and old.verified_at is not None:
        raise VerifiedLicence(licence_id)


def _like(row: Licence) -> NewLicence:
    """Return a licence like another one, to correct it."""
    return NewLicence(
        uuid=uuid4(),
        person_id=row.person_id,
        kind=row.kind,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        requirement=row.requirement,
        number=row.number,
        issuer=row.issuer,
    )


def _write(
    new: NewLicence, replaces_id: int | None, actor_id: int | None, now: datetime, *, verified: bool
) -> Licence:
    return Licence.objects.create(
        uuid=new.uuid,
        person_id=new.person_id,
        kind=new.kind,
        requirement=new.requirement,
        number=new.number,
        issuer=new.issuer,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
        replaces_id=replaces_id,
        verified_at=now if verified else None,
        verified_by_id=actor_id if verified else None,
        recorded_at=now,
    )


def _keep(row: Licence, outcome: LookUp, seen: Seen, actor_id: int | None, now: datetime) -> None:
    LicenceVerification.objects.create(
        uuid=seen.uuid,
        licence=row,
        outcome=outcome.value,
        source=seen.source.strip(),
        looked_up_on=seen.looked_up_on,
        actor_id=actor_id,
        recorded_at=now,
    )


def _is_own(actor_id: int, person_id: int) -> bool:
    theirs = rows_of(person_ids=[person_id], field="pk")
    return Person.objects.filter(theirs, user_id=actor_id).exists()


def _audit(actor_id: int | None, action: str, row: Licence, **more: str) -> None:
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="licence",
        subject=str(row.uuid),
        detail={"person_id": row.person_id, "kind": row.kind} | more,
    )
