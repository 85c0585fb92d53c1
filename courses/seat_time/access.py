"""Who may look at and decide contested times: trainers of the person, and officers; not oneself."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from lms.public import Ability, can, people_filter, visible_people

DECIDING: Final = (Ability.TEACH, Ability.ISSUE)
"""Trainers know what a lesson takes; officers stand in where a learner has no trainer. Neither
reaches their own record."""
LOOKING: Final = (*DECIDING, Ability.AUDIT_STATE)


def may_decide(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account decides about this person's time."""
    return any(can(user_id=user_id, ability=each, person_id=person_id) for each in DECIDING)


def may_look(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account sees this person's contested times."""
    return any(can(user_id=user_id, ability=each, person_id=person_id) for each in LOOKING)


def looks_at_any(*, user_id: int) -> bool:
    """Tell whether the account sees anybody's contested times."""
    return any(can(user_id=user_id, ability=each) for each in LOOKING)


def looked_at(*, user_id: int) -> Q:
    """Return the filter for the contested times that the account sees."""
    return _of(user_id, LOOKING)


def decided_by(*, user_id: int) -> Q:
    """Return the filter for the contested times that the account decides about."""
    return _of(user_id, DECIDING)


def _of(user_id: int, abilities: Iterable[Ability]) -> Q:
    found = Q(pk__in=[])
    for each in abilities:
        scope = visible_people(user_id=user_id, ability=each)
        found |= people_filter(scope=scope, field="person_id")
    return found
