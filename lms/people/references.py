"""Find whom the references of a file mean: record ids, uuids or addresses, and never names."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models.functions import Coalesce, Lower

from lms.people.kin import kept_id
from lms.people.models import Person, PersonKey
from lms.people.queries import home_of, people
from lms.people.records import PersonRecord

CHUNK: Final = 10_000
"""Most values in one IN (…); below SQLite's limit of 32,766 variables. Source: sqlite.org/limits"""


def people_by_reference(
    *, references: Collection[str], organisation_id: int | None = None
) -> dict[str, tuple[PersonRecord, ...]]:
    """Return everybody whom each reference can mean; references that mean nobody are left out.

    A reference is the record id that the agency of ``organisation_id`` uses (without one, record
    ids mean nobody), a person's uuid or an e-mail address. Several people mean that it is not
    enough: nobody is guessed. The number of statements does not depend on the references.
    (Beyond ten thousand, some more for each ten thousand.)

    Raises:
        NoSuchOrganisation: there is no organisation with this id.
    """
    wanted = {reference.strip() for reference in references} - {""}
    found: dict[str, list[int]] = defaultdict(list)
    if organisation_id is not None:
        for key, person_id in _by_key(wanted, home_of(organisation_id=organisation_id).id):
            found[key].append(person_id)
    uuids = {reference: uuid for reference in wanted if (uuid := _uuid(reference))}
    by_uuid = _by_uuid(set(uuids.values()))
    for reference, uuid in uuids.items():
        found[reference] += [by_uuid[uuid]] if uuid in by_uuid else []
    addresses = {reference: reference.casefold() for reference in wanted if "@" in reference}
    by_address = by_email(set(addresses.values()))
    for reference, address in addresses.items():
        found[reference] += by_address.get(address, [])
    records = _records({pk for ids in found.values() for pk in ids})
    return {
        reference: tuple(records[pk] for pk in dict.fromkeys(ids))
        for reference, ids in found.items()
        if ids
    }


def by_email(wanted: set[str]) -> dict[str, list[int]]:
    """Return person ids by address: their own on record, or a verified one of their account.

    Addresses are given and returned casefolded.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for some in chunks(["@", *sorted(wanted)]):
        own = Person.objects.annotate(address=Lower("email")).filter(address__in=some)
        signed = EmailAddress.objects.annotate(address=Lower("email")).filter(
            address__in=some, verified=True, user__person__isnull=False
        )
        pairs = [
            *own.order_by("pk").values_list("address", Coalesce("merged_into_id", "pk")),
            *signed.order_by("pk").values_list(
                "address", Coalesce("user__person__merged_into_id", "user__person__id")
            ),
        ]
        for address, person_id in pairs:
            if person_id not in found[address]:
                found[address].append(person_id)
    return found


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the items in pieces that fit into one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


# "" and 0 below stand for nobody: the first piece is always asked for, so that the number of
# statements does not depend on the file.
def _by_key(wanted: set[str], home_id: int) -> Iterator[tuple[str, int]]:
    for some in chunks(["", *sorted(wanted)]):
        rows = PersonKey.objects.filter(organisation_id=home_id, key__in=some)
        yield from rows.order_by("pk").values_list("key", kept_id())


def _by_uuid(wanted: set[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for some in chunks([UUID(int=0), *sorted(wanted)]):
        rows = Person.objects.filter(uuid__in=some).order_by("pk")
        found |= dict(rows.values_list("uuid", Coalesce("merged_into_id", "pk")))
    return found


def _records(wanted: set[int]) -> dict[int, PersonRecord]:
    found: dict[int, PersonRecord] = {}
    for some in chunks([0, *sorted(wanted)]):
        found |= people(person_ids=some)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
