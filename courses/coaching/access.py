"""Who may read, acknowledge and withdraw an observation."""

from typing import Any

from django.db.models import Q

from courses.coaching.models import Observation
from lms.public import (
    Ability,
    can,
    people_filter,
    person_of_user,
    require,
    rows_of_account,
    visible_people,
)


def may_read(*, user_id: int, observation: Observation) -> bool:
    """Tell whether the account is one of the two, or sees the worker's record."""
    if user_id in (observation.person.user_id, observation.observer.user_id):
        return True
    seen = can(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=observation.person_id)
    return seen or _is(user_id, observation, observation.observer)


def readable(*, user_id: int) -> Q:
    """Return the filter for the observations that the account may read."""
    scope = visible_people(user_id=user_id, ability=Ability.SEE_PERSON_RECORD)
    two = rows_of_account(user_id=user_id)
    two |= rows_of_account(user_id=user_id, field="observer_id")
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
    return _is(user_id, observation, observation.person)


def may_withdraw(*, user_id: int, observation: Observation) -> bool:
    """Tell whether the account is the observer's, or a certification officer's for the worker."""
    if _is(user_id, observation, observation.observer):
        return True
    return can(user_id=user_id, ability=Ability.REVOKE, person_id=observation.person_id)


def _is(user_id: int, observation: Observation, record: Any) -> bool:
    """Tell whether the account signs in as one of the two, under whichever of their records."""
    if record.user_id == user_id:
        return True
    # Read with the observation where it was read for a page: most people have one record.
    if record.merged_into_id is None and not getattr(observation, "several_records", True):
        return False
    mine = person_of_user(user_id=user_id)
    return mine is not None and mine.id == (record.merged_into_id or record.pk)
