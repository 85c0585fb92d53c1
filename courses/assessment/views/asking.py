"""What the pages of this applet share: who asks, and about whom."""

from uuid import UUID

from django.http import Http404, HttpRequest

from lms.public import PersonRecord, person_by_uuid


def user_id(request: HttpRequest) -> int:
    """Return the id of the account that is signed in."""
    found = request.user.pk
    if found is None:  # The closed door lets nobody through who has not signed in.
        raise Http404
    return int(found)


def person_at(uuid: UUID) -> PersonRecord:
    """Return the person of an address.

    Raises:
        Http404: there is none.
    """
    found = person_by_uuid(uuid=uuid)
    if found is None:
        raise Http404
    return found
