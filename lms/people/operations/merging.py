"""Moving what a roster wrote about somebody onto the record that the same human signs in with."""

from typing import Any

from lms.audit.operations import record
from lms.kit import clock
from lms.notices.models import Notice
from lms.people.models import Employment, Invitation, Person, PersonKey
from lms.people.operations.employment import replaced
from lms.people.operations.news import tell

ROSTER_ROWS = {Employment, PersonKey, Invitation, Notice}
"""What a roster makes about somebody. Notices stay where they are: they tell who was written to."""


def absorb(*, actor_id: int, roster_person_id: int, into_id: int) -> bool:
    """Move employment and record ids to another record, inside the caller's transaction.

    Only a record that a roster made is moved: one without an account, and to which nothing but
    employment, record ids and invitations points. Otherwise nothing happens and False is
    returned: joining two records with training is a human's decision. The old record and its
    employment versions stay, marked as replaced.
    """
    old = Person.objects.select_for_update().filter(pk=roster_person_id).first()
    if old is None or old.user_id is not None or _has_more(old):
        return False
    now = clock.now()
    current = list(Employment.objects.filter(person=old, replaced_at__isnull=True).order_by("pk"))
    Employment.objects.filter(pk__in=[row.pk for row in current]).update(replaced_at=now)
    for row in current:
        version = replaced(row, person_id=into_id)
        if version is not None:
            version.save(force_insert=True)
    tell([old.pk, into_id])
    keys = list(PersonKey.objects.filter(person=old).order_by("pk").values_list("key", flat=True))
    PersonKey.objects.filter(person=old).update(person_id=into_id)
    supervised = list(
        Employment.objects.filter(supervisor=old, replaced_at__isnull=True).order_by("pk")
    )
    Employment.objects.filter(pk__in=[row.pk for row in supervised]).update(replaced_at=now)
    for row in supervised:
        version = replaced(row, supervisor_id=into_id)
        if version is not None:
            version.save(force_insert=True)
    record(
        actor_id=actor_id,
        action="roster_record_linked",
        subject_kind="person",
        subject=str(old.uuid),
        detail={
            "into_person_id": into_id,
            "record_ids": keys,
            "spells": [str(row.spell) for row in current],
        },
    )
    return True


def _has_more(person: Person) -> bool:
    return any(
        model._base_manager.filter(**{name: person}).exists() for model, name in history_models()
    )


def history_models() -> list[tuple[Any, str]]:
    """Return each model, in any folder, that says something about a person, and its field.

    Roster rows do not count, nor do rows that are only worked out from others: such a model
    says so with ``rebuilt = True``.
    """
    # include_hidden: most foreign keys have no name on the person's side.
    relations: list[Any] = list(Person._meta.get_fields(include_hidden=True))
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if relation.auto_created and not relation.concrete
        if relation.related_model not in ROSTER_ROWS
        if not getattr(relation.related_model, "rebuilt", False)
    ]
