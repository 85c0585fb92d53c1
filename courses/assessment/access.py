"""Who may see and answer an attempt: the learner whose it is, and nobody else."""

from django.db.models import Q

from courses.assessment.models import Attempt
from lms.public import person_of_user, rows_of_account


def may_take(*, user_id: int, attempt: Attempt) -> bool:
    """Tell whether the account may see and answer the attempt."""
    if attempt.person.user_id == user_id:
        return True
    mine = person_of_user(user_id=user_id)
    return mine is not None and mine.id == (attempt.person.merged_into_id or attempt.person_id)


def takeable(*, user_id: int) -> Q:
    """Return the filter for the attempts that the account may see and answer."""
    return rows_of_account(user_id=user_id)
