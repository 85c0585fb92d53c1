"""Who may read, acknowledge and withdraw an observation."""

from django.db.models import Q

from courses.coaching.models import Observation
from lms.public import Ability, can, people_filter, require, visible_people


def may_read(*, user_id: int, observation: Observation) -> bool:
    """Tell whether the account is one of the two, or sees the worker's record."""
    if user_id in (observation.person.user_id, observation.observer.user_id):
        return True
    return can(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=observation.person_id)


def readable(*, user_id: int) -> Q:
    """Return the filter for the observations that the account may read."""
    scope = visible_people(user_id=user_id, ability=Ability.SEE_PERSON_RECORD)
    two = Q(person__user_id=user_id) | Q(observer__user_id=user_id)
    return two | people_filter(scope=scope, field="person_id")


def require_read(*, user_id: int, observation: Observation) -> None:
    """Return when the account may read the observation.

    Raises:
        lms.public.Denied: 403 for a colleague without the right, 404 for a stranger.
    """
    if not may_read(user_id=user_id, observation=observation):
        require(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=observation.person_id)


def may_acknowledge(*, user_id: int, observation: Observation) -> bool:
    """Tell whether the account is the observed worker's own."""
    return observation.person.user_id == user_id


def may_withdraw(*, user_id: int, observation: Observation) -> bool:
    """Tell whether the account is the observer's, or a certification officer's for the worker."""
    if observation.observer.user_id == user_id:
        return True
    return can(user_id=user_id, ability=Ability.REVOKE, person_id=observation.person_id)
