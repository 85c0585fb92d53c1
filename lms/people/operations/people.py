"""Adding people."""

from typing import Any

from django.db import transaction

from lms.audit.operations import record
from lms.kit.matching import name_key
from lms.people.access import Ability, require
from lms.people.models import Person, PersonKey
from lms.people.queries import home_of


def new_person(*, given_name: str, family_name: str, email: str = "", **fields: Any) -> Person:
    """Return an unsaved person; the folded name only suggests duplicates to a human."""
    given_name, family_name = " ".join(given_name.split()), " ".join(family_name.split())
    return Person(
        given_name=given_name[:80],
        family_name=family_name[:80],
        folded_name=name_key(f"{given_name} {family_name}")[:180],
        email=email.strip(),
        **fields,
    )


def create_person(
    *,
    actor_id: int | None,
    given_name: str,
    family_name: str = "",
    email: str = "",
    organisation_id: int | None = None,
    record_id: str = "",
) -> int:
    """Add a person and return their id. ``record_id`` is the organisation's own key for them.

    The actor must manage ``organisation_id``; without one only the system (None) may.

    Raises:
        Refused, Unknown: the actor may not.
        django.db.IntegrityError: the organisation uses this record id for somebody else.
    """
    if actor_id is not None:
        require(
            user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=organisation_id or 0
        )
    with transaction.atomic(durable=True):
        person = new_person(given_name=given_name, family_name=family_name, email=email)
        person.save()
        if organisation_id is not None:
            # The key ties the person to the agency that made the record, before any employment.
            PersonKey.objects.create(
                organisation_id=home_of(organisation_id=organisation_id).id,
                key=record_id.strip() or str(person.uuid),
                person=person,
            )
        record(
            actor_id=actor_id,
            action="person_created",
            subject_kind="person",
            subject=str(person.uuid),
            detail={
                "organisation_id": organisation_id,
            },
        )
    return person.pk


def fold_wrong_names() -> int:
    """Fold again every name whose folded form is another's; return how many there were.

    The folded name is a cache that serves to find duplicates; nothing else changes.
    """
    wrong = []
    with transaction.atomic(durable=True):
        for person in Person.objects.order_by("pk").iterator(chunk_size=2_000):
            folded = name_key(f"{person.given_name} {person.family_name}")[:180]
            if person.folded_name != folded:
                person.folded_name = folded
                wrong.append(person)
        Person.objects.bulk_update(wrong, ["folded_name"], batch_size=500)
    return len(wrong)
