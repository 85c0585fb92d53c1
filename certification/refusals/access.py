"""Who may write a refusal letter and who may read it: object tests beside the queryset filter."""

from django.db.models import Q

from lms.public import (
    Ability,
    people_filter,
    person,
    person_of_user,
    require,
    rows_of_account,
    visible_people,
)


def require_write(*, user_id: int | None, person_id: int) -> None:
    """Return when the account may write to this person; otherwise raise lms.public.Denied.

    A certification officer whose organisation reaches the person, never about themselves.
    """
    require(user_id=user_id, ability=Ability.ISSUE, person_id=person_id)


def require_read(*, user_id: int | None, person_id: int) -> None:
    """Return when the account may read letters to this person; otherwise raise lms.public.Denied.

    The person themselves, and who may write to them.
    """
    own = person_of_user(user_id=user_id) if user_id else None
    if own is None or own.id != person(person_id=person_id).id:
        require_write(user_id=user_id, person_id=person_id)


def readable(*, user_id: int | None) -> Q:
    """Return the filter on `RefusalLetter` for the letters that an account may read."""
    scope = visible_people(user_id=user_id, ability=Ability.ISSUE)
    letters = people_filter(scope=scope, field="decision__person_id")
    return (
        rows_of_account(user_id=user_id, field="decision__person_id") | letters
        if user_id
        else letters
    )
