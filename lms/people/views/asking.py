"""What the pages of people share: who asks, and the organisation they may ask about."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.urls import reverse

from lms.people.access import Ability, require
from lms.people.models import User
from lms.people.queries import organisation
from lms.people.records import OrganisationRecord


class AuthenticatedRequest(HttpRequest):
    """A request behind the closed door: somebody is signed in."""

    user: User  # type: ignore[assignment]  # the door has sent visitors away


def organisation_for(
    request: HttpRequest, slug: str, ability: Ability = Ability.MANAGE_AGENCY
) -> OrganisationRecord:
    """Return the organisation with a key if the account has the ability there.

    Raises: Http404 for strangers, PermissionDenied for colleagues without the right.
    """
    if isinstance(request.user, AnonymousUser):
        raise Http404
    found = organisation(key=slug)
    require(user_id=request.user.pk, ability=ability, organisation_id=found.id if found else 0)
    if found is None:
        raise Http404
    return found


def trail(place: OrganisationRecord, *further: tuple[str, str]) -> list[dict[str, str]]:
    """Return the way to a page of an organisation; ``further`` are (label, URL name)."""
    items = [{"label": place.name, "url": f"/agency/{place.key}/"}]
    items += [{"label": label, "url": reverse(name, args=[place.key])} for label, name in further]
    return items
