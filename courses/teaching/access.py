"""Who may run a cohort, who may read it, and whose progress they see there."""

from django.db.models import Q

from courses.teaching.models import Cohort
from lms.public import Ability, Scope, can, people_filter, reaches, require, visible_people


def may_teach(*, user_id: int, cohort: Cohort) -> bool:
    """Tell whether the account is a trainer of the cohort's organisation."""
    return can(user_id=user_id, ability=Ability.TEACH, organisation_id=cohort.organisation_id)


def may_read(*, user_id: int, cohort: Cohort) -> bool:
    """Tell whether the account may see the cohort: its trainers and auditors."""
    return may_teach(user_id=user_id, cohort=cohort) or can(
        user_id=user_id, ability=Ability.AUDIT_STATE, organisation_id=cohort.organisation_id
    )


def readable(*, user_id: int) -> Q:
    """Return the filter for the cohorts that the account may see."""
    return _below(teaching(user_id=user_id)) | _below(_auditing(user_id))


def require_teach(*, user_id: int, cohort: Cohort) -> None:
    """Return when the account may run the cohort.

    Raises:
        lms.public.Denied: 403 for a colleague without the right, 404 for a stranger.
    """
    require(user_id=user_id, ability=Ability.TEACH, organisation_id=cohort.organisation_id)


def require_read(*, user_id: int, cohort: Cohort) -> None:
    """Return when the account may see the cohort.

    Raises:
        lms.public.Denied: 403 for a colleague without the right, 404 for a stranger.
    """
    if not may_read(user_id=user_id, cohort=cohort):
        require_teach(user_id=user_id, cohort=cohort)


def may_see_desk(*, user_id: int) -> bool:
    """Tell whether the account teaches, edits what is taught, or audits."""
    abilities = (Ability.TEACH, Ability.EDIT_CURRICULUM, Ability.AUDIT_STATE)
    return any(can(user_id=user_id, ability=ability) for ability in abilities)


# --- people ---------------------------------------------------------------------------------
def teaching(*, user_id: int) -> Scope:
    """Return whom the account teaches."""
    return visible_people(user_id=user_id, ability=Ability.TEACH)


def teaches(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account teaches a person: the object test beside ``teaching``."""
    return reaches(scope=teaching(user_id=user_id), person_id=person_id)


def seen(*, user_id: int, field: str = "person_id") -> Q:
    """Return the filter for rows of people whose progress the account may see."""
    return people_filter(scope=teaching(user_id=user_id), field=field) | people_filter(
        scope=_auditing(user_id), field=field
    )


def sees(*, user_id: int, person_id: int) -> bool:
    """Tell whether the account may see a person's progress: the object test beside ``seen``."""
    return reaches(scope=teaching(user_id=user_id), person_id=person_id) or reaches(
        scope=_auditing(user_id), person_id=person_id
    )


def _auditing(user_id: int) -> Scope:
    return visible_people(user_id=user_id, ability=Ability.AUDIT_STATE)


def _below(scope: Scope) -> Q:
    found = Q(pk__in=[])
    for path in (*scope.paths, *scope.past_paths):
        found |= Q(organisation__path__startswith=path)
    return found
