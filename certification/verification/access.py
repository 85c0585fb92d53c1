"""Who may have a roster checked for an organisation, and read the answer again."""

from django.http import Http404, HttpRequest

from lms.public import Ability, OrganisationRecord, organisation, require


def organisation_for(request: HttpRequest, slug: str) -> OrganisationRecord:
    """Return the organisation whose rosters the account may check.

    Raises:
        Denied: 404 for a stranger or an unknown organisation, 403 for a colleague.
    """
    found = organisation(key=slug)
    require(
        user_id=request.user.pk,
        ability=Ability.VERIFY_ROSTER,
        organisation_id=found.id if found else 0,
    )
    if found is None:
        raise Http404
    return found
