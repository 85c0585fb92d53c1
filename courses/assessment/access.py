"""Who may see and answer an attempt: the learner whose it is, and nobody else."""

from django.db.models import Q

from courses.assessment.models import Attempt


def may_take(*, user_id: int, attempt: Attempt) -> bool:
    """Tell whether the account may see and answer the attempt."""
    return attempt.person.user_id == user_id


def takeable(*, user_id: int) -> Q:
    """Return the filter for the attempts that the account may see and answer."""
    return Q(person__user_id=user_id)
