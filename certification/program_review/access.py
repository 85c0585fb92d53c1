"""Who may read the programs' desk, see a draft, write one, and review it."""

from collections.abc import Collection

from django.db.models import Q

from certification.program_review.models import ProgramDraft
from certification.programs.queries import catalogue
from lms.public import (
    Ability,
    OrganisationRecord,
    can,
    organisations,
    organisations_by_id,
    people_filter,
    require,
    visible_people,
)


def require_desk(*, user_id: int) -> None:
    """Return when the account is officer or auditor; otherwise raise lms.public.Denied (403)."""
    require(user_id=user_id, ability=Ability.AUDIT_STATE)


def visible_drafts(*, user_id: int) -> Q:
    """Return the filter on `ProgramDraft` for the drafts that an account may read.

    Those of the offices above or at which it is officer or auditor.
    """
    found = Q(pk__in=[])
    for path in _paths(user_id, Ability.AUDIT_STATE):
        found |= Q(organisation__path__startswith=path)
    return found


def may_see(*, user_id: int, draft: ProgramDraft) -> bool:
    """Tell whether an account may read a draft: the object test beside `visible_drafts`."""
    return can(user_id=user_id, ability=Ability.AUDIT_STATE, organisation_id=draft.organisation_id)


def require_see(*, user_id: int, draft: ProgramDraft) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.AUDIT_STATE, organisation_id=draft.organisation_id)


def may_change(*, user_id: int, program_key: str) -> bool:
    """Tell whether an account may write and publish versions of a program.

    A certification officer; where organisations have adopted the program, one of theirs.
    """
    paths = _paths(user_id, Ability.PUBLISH_PROGRAM)
    adopters = _adopters(program_key)
    return bool(paths) and (not adopters or any(path.startswith(tuple(paths)) for path in adopters))


def require_change(*, user_id: int, program_key: str) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.PUBLISH_PROGRAM)
    if not may_change(user_id=user_id, program_key=program_key):
        adopter = _last_id(_adopters(program_key)[0])
        require(user_id=user_id, ability=Ability.PUBLISH_PROGRAM, organisation_id=adopter)


def require_review(*, user_id: int, draft: ProgramDraft) -> None:
    """Return when the account may act on a draft as officer; otherwise raise (404 or 403)."""
    organisation_id = draft.organisation_id
    require(user_id=user_id, ability=Ability.PUBLISH_PROGRAM, organisation_id=organisation_id)
    require_change(user_id=user_id, program_key=draft.program_key)


def office_of(*, user_id: int, program_key: str) -> int:
    """Return the id of the organisation for which an officer writes about a program.

    Raises:
        Denied: as `require_change`.
    """
    require_change(user_id=user_id, program_key=program_key)
    paths, adopters = _paths(user_id, Ability.PUBLISH_PROGRAM), _adopters(program_key)
    return _last_id(
        next((each for each in paths if any(a.startswith(each) for a in adopters)), paths[0])
    )


def require_adopt(*, user_id: int, organisation_id: int) -> None:
    """Return when the account may put an organisation under programs; otherwise raise."""
    require(user_id=user_id, ability=Ability.PUBLISH_PROGRAM, organisation_id=organisation_id)


def adoptable(*, user_id: int) -> list[OrganisationRecord]:
    """Return the organisations that an officer may put under programs, as a tree."""
    found = [
        each
        for path in _paths(user_id, Ability.PUBLISH_PROGRAM)
        for each in organisations(below_path=path)
    ]
    return sorted({each.id: each for each in found}.values(), key=lambda each: each.path)


def seen_people(*, user_id: int) -> Q:
    """Return the filter on rows with a `person` for the people whom an account may see named."""
    scope = visible_people(user_id=user_id, ability=Ability.AUDIT_STATE)
    return people_filter(scope=scope, field="person_id")


def names_of(ids: Collection[int]) -> dict[int, OrganisationRecord]:
    """Return organisations by id; their names are no secret."""
    return organisations_by_id(ids=ids)


def _paths(user_id: int, ability: Ability) -> list[str]:
    """Return where an account holds an ability, the widest first."""
    scope = visible_people(user_id=user_id, ability=ability)
    return sorted({*scope.paths, *scope.past_paths}, key=lambda path: (path.count("/"), path))


def _adopters(program_key: str) -> list[str]:
    """Return the paths of the organisations that ever adopted a program, the oldest first."""
    return [each.path for each in catalogue().adoptions if each.program_key == program_key]


def _last_id(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])
