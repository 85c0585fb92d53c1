"""Who may answer an attempt, mark it, and allow somebody more time or another try."""

from django.db.models import Q

from courses.assessment.models import Attempt
from lms.public import (
    Ability,
    can,
    people_filter,
    person_of_user,
    require,
    rows_of_account,
    visible_people,
)


# --- the learner ----------------------------------------------------------------------------
def may_take(*, user_id: int, attempt: Attempt) -> bool:
    """Tell whether the account may see and answer the attempt: it is their own."""
    if attempt.person.user_id == user_id:
        return True
    mine = person_of_user(user_id=user_id)
    return mine is not None and mine.id == (attempt.person.merged_into_id or attempt.person_id)


def takeable(*, user_id: int) -> Q:
    """Return the filter for the attempts that the account may see and answer."""
    return rows_of_account(user_id=user_id)


# --- the marker -----------------------------------------------------------------------------
def may_mark(*, user_id: int, attempt: Attempt) -> bool:
    """Tell whether the account teaches the learner; nobody marks their own words."""
    if may_take(user_id=user_id, attempt=attempt):
        return False
    return can(user_id=user_id, ability=Ability.TEACH, person_id=attempt.person_id)


def markable(*, user_id: int) -> Q:
    """Return the filter for the attempts that the account may mark."""
    scope = visible_people(user_id=user_id, ability=Ability.TEACH)
    return people_filter(scope=scope, field="person_id") & ~takeable(user_id=user_id)


# --- what learners are allowed --------------------------------------------------------------
def is_own(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account is the person's."""
    mine = person_of_user(user_id=user_id)
    return mine is not None and mine.id == person_id


def may_allow(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account may give the person more time or another try."""
    return can(user_id=user_id, ability=Ability.TEACH, person_id=person_id)


def require_see_time(*, user_id: int, person_id: int) -> None:
    """Return when the account may read how much time the person has, and why.

    It tells of somebody's health: the person reads it and who may grant it, nobody else.

    Raises:
        lms.public.Denied: 403 for a colleague without the right, 404 for a stranger.
    """
    if not is_own(user_id=user_id, person_id=person_id):
        require(user_id=user_id, ability=Ability.TEACH, person_id=person_id)


# --- question banks -------------------------------------------------------------------------
def may_edit_banks(*, user_id: int) -> bool:
    """Tell whether the account may change questions."""
    return can(user_id=user_id, ability=Ability.EDIT_CURRICULUM)


def require_edit_banks(*, user_id: int) -> None:
    """Return when the account may change questions.

    Raises:
        lms.public.Denied: it may not.
    """
    require(user_id=user_id, ability=Ability.EDIT_CURRICULUM)


def require_read_banks(*, user_id: int) -> None:
    """Return when the account edits the curriculum or teaches: a bank shows every key.

    Raises:
        lms.public.Denied: everybody else; coaches score what they see, not what people know.
    """
    if not may_edit_banks(user_id=user_id):
        require(user_id=user_id, ability=Ability.TEACH)
