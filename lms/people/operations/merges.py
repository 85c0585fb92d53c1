"""Reading two records as one human, and taking that back; no row is ever moved."""

from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.audit.operations import record
from lms.people.access import Ability, require
from lms.people.kin import flattened, merged
from lms.people.models import Person, PersonMerge, PersonUnmerge
from lms.people.operations.news import tell
from lms.people.queries import person_of_user


class CannotMerge(ValueError):
    """The two records cannot be joined; the text says why."""


class CannotUnmerge(ValueError):
    """There is no such merge, or it was taken back before."""


def merge_people(
    *, actor_id: int, proposed_by_id: int, kept_id: int, absorbed_id: int, reason: str
) -> UUID:
    """Read ``absorbed`` as ``kept`` from now on; call inside the transaction of the operation.

    Two officers are needed: the one who proposed and, as ``actor_id``, the one who agrees.
    Neither may be either of the two. Return the merge's uuid.

    Raises:
        Refused, Unknown: one of the officers may not.
        CannotMerge: one officer alone, or a record is joined with another one already.
    """
    _in_transaction()
    for user_id in (proposed_by_id, actor_id):
        require_merge(user_id=user_id, person_ids=(kept_id, absorbed_id))
    if _one_human(proposed_by_id, actor_id):
        raise CannotMerge(_("A second officer has to agree."))
    if kept_id == absorbed_id:
        raise CannotMerge(_("This is one record, not two."))
    hold_people(person_ids=(kept_id, absorbed_id))
    try:
        with transaction.atomic():
            row = PersonMerge.objects.create(
                kept_id=kept_id,
                absorbed_id=absorbed_id,
                turn=1 + PersonMerge.objects.filter(absorbed_id=absorbed_id).count(),
                proposed_by_id=proposed_by_id,
                actor_id=actor_id,
                reason=reason,
            )
    except IntegrityError as error:  # a_record_is_absorbed_once_a_turn
        raise CannotMerge(_("One of the records is joined with another one already.")) from error
    changed = _refold(merged())
    _audit(actor_id, "people_merged", row, {"proposed_by": proposed_by_id, "reason": reason})
    tell({kept_id, absorbed_id, *changed})
    return row.uuid


def unmerge_people(*, actor_id: int, merge_uuid: UUID, reason: str) -> None:
    """Let both records stand on their own again; call inside the transaction of the operation.

    Raises:
        Refused, Unknown: the officer may not.
        CannotUnmerge: there is no such merge, or it was taken back before.
    """
    _in_transaction()
    row = PersonMerge.objects.select_for_update().filter(uuid=merge_uuid).first()
    if row is None:
        raise CannotUnmerge(_("There is no such merge."))
    require_merge(user_id=actor_id, person_ids=(row.kept_id, row.absorbed_id))
    try:
        with transaction.atomic():
            PersonUnmerge.objects.create(merge=row, actor_id=actor_id, reason=reason)
    except IntegrityError as error:
        raise CannotUnmerge(_("Somebody else has taken this merge back.")) from error
    changed = _refold(merged())
    _audit(actor_id, "people_unmerged", row, {"reason": reason})
    tell({row.kept_id, row.absorbed_id, *changed})


def hold_people(*, person_ids: tuple[int, int]) -> None:
    """Let nobody else join these records until the transaction ends.

    Raises:
        CannotMerge: a record is joined with another one already.
    """
    # Both are held in one order, so that two officers at once wait for each other.
    rows = Person.objects.select_for_update().filter(pk__in=person_ids).order_by("pk")
    if any(row.merged_into_id is not None for row in rows):
        raise CannotMerge(_("One of the records is joined with another one already."))


def rehearse_merge(*, kept_id: int, absorbed_id: int) -> None:
    """Read two records as one for the rest of a transaction that the caller takes back.

    Raises:
        CannotMerge: a record is joined with another one already.
    """
    _in_transaction()
    hold_people(person_ids=(kept_id, absorbed_id))
    records = Person.objects.filter(Q(pk=absorbed_id) | Q(merged_into_id=absorbed_id))
    records.update(merged_into_id=kept_id)


def rehearse_unmerge(*, merge_uuid: UUID) -> None:
    """Read the records of a merge as two for the rest of a transaction that is taken back."""
    _in_transaction()
    rows = PersonMerge.objects.filter(undone__isnull=True).exclude(uuid=merge_uuid)
    _refold(flattened(rows.order_by("pk").values_list("absorbed_id", "kept_id")))


def require_merge(*, user_id: int, person_ids: tuple[int, int]) -> None:
    """Return when the account may join or part these records.

    Raises:
        Refused, Unknown: the account may not, or one of the records is its own.
    """
    for person_id in person_ids:
        require(user_id=user_id, ability=Ability.MERGE_PEOPLE, person_id=person_id)


def _refold(into: dict[int, int]) -> set[int]:
    """Write anew what each record is read as, where that has changed; return whose."""
    rows = Person.objects.filter(merged_into__isnull=False).order_by("pk")
    stored: dict[int, int | None] = dict(rows.values_list("pk", "merged_into_id"))
    changed = {pk for pk in stored.keys() | into.keys() if stored.get(pk) != into.get(pk)}
    for pk in sorted(changed):
        Person.objects.filter(pk=pk).update(merged_into_id=into.get(pk))
    return changed


def _one_human(first_id: int, second_id: int) -> bool:
    """Tell whether two accounts are one, or are signed in to by one human."""
    humans = [person_of_user(user_id=each) for each in (first_id, second_id)]
    return first_id == second_id or (humans[0] is not None and humans[0] == humans[1])


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Records are joined in a transaction.")


def _audit(actor_id: int, action: str, row: PersonMerge, detail: dict[str, object]) -> None:
    ids = {"kept": row.kept_id, "absorbed": row.absorbed_id}
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="merge",
        subject=str(row.uuid),
        detail=ids | detail,
    )
