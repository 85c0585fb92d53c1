"""Who may look at two records side by side, propose to join them, agree and part them again."""

from django.db.models import Q

from lms.public import (
    Ability,
    Scope,
    can,
    people_filter,
    require,
    require_merge,
    visible_people,
)


def may_join(*, user_id: int, person_ids: tuple[int, int]) -> bool:
    """Tell whether an account may join or part two records.

    A certification officer who reaches both, and is neither of the two.
    """
    return all(
        can(user_id=user_id, ability=Ability.MERGE_PEOPLE, person_id=each) for each in person_ids
    )


def require_join(*, user_id: int, person_ids: tuple[int, int]) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require_merge(user_id=user_id, person_ids=person_ids)


def reach(*, user_id: int) -> Scope:
    """Return whom the desk of duplicates is about.

    Raises:
        Denied: the account is no certification officer.
    """
    require(user_id=user_id, ability=Ability.MERGE_PEOPLE)
    return visible_people(user_id=user_id, ability=Ability.MERGE_PEOPLE)


def joinable(*, user_id: int) -> Q:
    """Return the filter on rows with `kept` and `absorbed` for what the account may join or part.

    Raises:
        Denied: the account is no certification officer.
    """
    scope = reach(user_id=user_id)
    return people_filter(scope=scope, field="kept_id") & people_filter(
        scope=scope, field="absorbed_id"
    )
