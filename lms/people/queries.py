"""Reading people, organisations, employment, licences and duties, as frozen records."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from lms.kit.matching import name_key
from lms.people.authority import in_force
from lms.people.kin import kept_id, rows_of
from lms.people.models import (
    Duty,
    EmailDomain,
    Employment,
    Licence,
    Organisation,
    Person,
    PersonKey,
)
from lms.people.models.organisations import OrganisationKind
from lms.people.records import (
    HeldDuty,
    LicenceRecord,
    OrganisationRecord,
    PersonRecord,
    Spell,
)

_PERSON: Final = ("id", "uuid", "given_name", "family_name", "email", "user_id")
_KEPT: Final = tuple(f"merged_into__{name}" for name in _PERSON)
_ORGANISATION: Final = ("id", "key", "name", "kind", "parent_id", "path", "zone")


class NoSuchPerson(LookupError):
    """There is no person with this id."""


class NoSuchOrganisation(LookupError):
    """There is no organisation with this id or key."""


# --- people ---------------------------------------------------------------------------------
def people(*, person_ids: Collection[int]) -> dict[int, PersonRecord]:
    """Return the people with these ids; ids that nobody has are left out.

    The id of a record that was merged into another one finds the person of that other one.
    """
    return dict(_found(Q(pk__in=person_ids)))


def person(*, person_id: int) -> PersonRecord:
    """Return one person. Raises: NoSuchPerson."""
    for record in _people(Q(pk=person_id)):
        return record
    raise NoSuchPerson(person_id)


def person_by_uuid(*, uuid: UUID | str) -> PersonRecord | None:
    """Return the person with a uuid, or None; text that is no uuid finds nobody."""
    wanted = _uuid(uuid)
    return next(iter(_people(Q(uuid=wanted))), None) if wanted else None


def person_of_user(*, user_id: int | None) -> PersonRecord | None:
    """Return the person who signs in with an account, or None."""
    return next(iter(_people(Q(user_id=user_id))), None) if user_id else None


def find_people(*, reference: str) -> list[PersonRecord]:
    """Return the people whom a uuid, an e-mail address or a whole name can mean, by name.

    More than one means that the reference is not enough: nobody is guessed.
    """
    reference = reference.strip()
    wanted = _uuid(reference)
    if wanted:
        return _people(Q(uuid=wanted))
    if not reference:
        return []
    if "@" in reference:
        return _people(Q(email__iexact=reference) | Q(user__email__iexact=reference))
    return _people(Q(folded_name=name_key(reference)))


def _people(where: Q) -> list[PersonRecord]:
    """Return each person once, whichever of their records match."""
    return list({record.id: record for _, record in _found(where)}.values())


def _found(where: Q) -> Iterator[tuple[int, PersonRecord]]:
    """Yield the id of each record that matches, and the person it is read as."""
    rows = Person.objects.filter(where).order_by("family_name", "given_name", "pk")
    for row in rows.values_list(*_PERSON, *_KEPT):
        own, kept = row[: len(_PERSON)], row[len(_PERSON) :]
        pk, uuid, given, family, email, user_id = own if kept[0] is None else kept
        name = f"{given} {family}".strip()
        yield own[0], PersonRecord(pk, uuid, name, given, family, email, user_id)


def _uuid(text: UUID | str) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


# --- organisations --------------------------------------------------------------------------
def organisation(*, key: str) -> OrganisationRecord | None:
    """Return the organisation with a key, or None."""
    return next(iter(_organisations(Q(key=key))), None)


def organisations(
    *, kind: str | None = None, below_path: str | None = None
) -> list[OrganisationRecord]:
    """Return organisations by name, of one kind or at and below one path."""
    where = Q()
    if kind is not None:
        where &= Q(kind=kind)
    if below_path is not None:
        where &= Q(path__startswith=below_path)
    return _organisations(where)


def organisations_by_id(*, ids: Collection[int]) -> dict[int, OrganisationRecord]:
    """Return the organisations with these ids."""
    return {record.id: record for record in _organisations(Q(pk__in=ids))}


def home_of(*, organisation_id: int) -> OrganisationRecord:
    """Return the agency that an organisation belongs to; a state or region is its own home.

    Record ids, roster mappings and imports hang on the home. Raises: NoSuchOrganisation.
    """
    path = Organisation.objects.filter(pk=organisation_id).values_list("path", flat=True).first()
    if path is None:
        raise NoSuchOrganisation(organisation_id)
    above = _organisations(Q(pk__in=[int(part) for part in path.strip("/").split("/")]))
    agency = [row for row in above if row.kind == OrganisationKind.AGENCY]
    return agency[0] if agency else next(row for row in above if row.id == organisation_id)


def _organisations(where: Q) -> list[OrganisationRecord]:
    rows = Organisation.objects.filter(where).order_by("name", "pk").values_list(*_ORGANISATION)
    return [OrganisationRecord(*row) for row in rows]


# --- employment -----------------------------------------------------------------------------
def spells(
    *,
    person_ids: Collection[int] | None = None,
    below_path: str | None = None,
    supervisor_ids: Collection[int] | None = None,
) -> list[Spell]:
    """Return the current versions of spells, past and future ones too, oldest first."""
    where = Q()
    if supervisor_ids is not None:
        where &= rows_of(person_ids=supervisor_ids, field="supervisor_id")
    if person_ids is not None:
        where &= rows_of(person_ids=person_ids)
    if below_path is not None:
        where &= Q(organisation__path__startswith=below_path)
    return _spells(where)


def memberships_on(*, person_id: int, on: date) -> list[Spell]:
    """Return where a person is employed on a date."""
    return _spells(in_force(on) & rows_of(person_ids=[person_id]))


def staff_on(*, organisation_path: str, on: date) -> list[Spell]:
    """Return who is employed at an organisation or below it on a date."""
    return _spells(in_force(on) & Q(organisation__path__startswith=organisation_path))


def _spells(where: Q) -> list[Spell]:
    rows = (
        Employment.objects.filter(where, replaced_at__isnull=True)
        .select_related("organisation")
        .annotate(human=kept_id(), boss=kept_id(path="supervisor"))
        .order_by("starts_on", "pk")
    )
    return [
        Spell(
            person_id=row.human,
            organisation_id=row.organisation_id,
            organisation_path=row.organisation.path,
            role=row.role,
            fte=str(row.fte),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            supervisor_id=row.boss,
            first_service_on=row.first_service_on,
        )
        for row in rows
    ]


# --- licences -------------------------------------------------------------------------------
def licences(
    *, person_ids: Collection[int], include_corrected: bool = False
) -> list[LicenceRecord]:
    """Return the licences in force or past of these people; corrected rows only when asked for.

    They include peer credentials: ask ``can(see_person_licences)`` before showing any.
    """
    rows = Licence.objects.filter(rows_of(person_ids=person_ids)).annotate(human=kept_id())
    if not include_corrected:
        corrected = Licence.objects.filter(replaces__isnull=False).values("replaces_id")
        rows = rows.exclude(pk__in=corrected)
    rows = rows.order_by("human", "valid_from", "pk")
    return [
        LicenceRecord(
            id=row.pk,
            uuid=row.uuid,
            person_id=row.human,
            kind=row.kind,
            requirement=row.requirement,
            number=row.number,
            issuer=row.issuer,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            verified=row.verified_at is not None,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


# --- duties ---------------------------------------------------------------------------------
def duties_on(*, person_id: int, on: date) -> list[HeldDuty]:
    """Return the duties of a person on a date, as (kind, organisation, duty id)."""
    rows = (
        Duty.objects.filter(in_force(on), rows_of(person_ids=[person_id]))
        .order_by("organisation__path", "kind", "pk")
        .values_list("kind", "pk", *[f"organisation__{field}" for field in _ORGANISATION])
    )
    return [HeldDuty(kind, OrganisationRecord(*place), pk) for kind, pk, *place in rows]


def duty_for(*, person_id: int, kind: str, for_person_id: int, on: date) -> int | None:
    """Return the id of the duty by which one person acts for another on a date, or None.

    The duty must be held at the organisation where the other is employed on that date, or above
    it. Nobody acts for themselves. The nearest organisation's duty is returned.
    """
    if person_id == for_person_id:
        return None
    paths = _paths_of(for_person_id, on)
    rows = (
        Duty.objects.filter(in_force(on), rows_of(person_ids=[person_id]), kind=kind)
        .order_by("pk")
        .values_list("pk", "organisation__path")
    )
    fitting = [(len(at), -pk, pk) for pk, at in rows if any(path.startswith(at) for path in paths)]
    return max(fitting)[2] if fitting else None


def _paths_of(person_id: int, on: date) -> Sequence[str]:
    return [spell.organisation_path for spell in memberships_on(person_id=person_id, on=on)]


# --- joining --------------------------------------------------------------------------------
def claimed_by_domain(*, path: str) -> list[PersonRecord]:
    """Return who signed up with a verified domain at or below a path, employed there or not.

    The address itself is verified too. It claims nothing but an address: who they are is for the
    organisation to say.
    """
    domains = EmailDomain.objects.filter(
        verified_at__isnull=False, organisation__path__startswith=path
    ).values_list("domain", flat=True)
    where = Q(pk__in=[])
    for domain in domains.order_by("domain"):
        where |= Q(email__iendswith=f"@{domain}")
    users = EmailAddress.objects.filter(where, verified=True).values("user_id")
    return _people(Q(user_id__in=users))


def not_on_roster(*, path: str, on: date) -> list[PersonRecord]:
    """Return who signed up with a domain of the organisation but is not employed there."""
    staff = {spell.person_id for spell in staff_on(organisation_path=path, on=on)}
    return [person for person in claimed_by_domain(path=path) if person.id not in staff]


def known_to(*, person_id: int, path: str) -> bool:
    """Tell whether the agency at a path has anything to do with a person: by a record id, an
    employment at any time, or an address of its verified domain."""
    theirs = rows_of(person_ids=[person_id])
    return (
        PersonKey.objects.filter(theirs, organisation__path__startswith=path).exists()
        or Employment.objects.filter(
            theirs, organisation__path__startswith=path, replaced_at__isnull=True
        ).exists()
        or person_id in {person.id for person in claimed_by_domain(path=path)}
    )
