"""Who publishes, retires and uploads: who edits the curriculum."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lms.public import Ability, require

View = Callable[..., HttpResponseBase]


def editor_of(request: HttpRequest) -> int:
    """Return the account that asks; the page let nobody else pass."""
    user_id = request.user.pk
    if user_id is None:
        raise PermissionDenied
    return int(user_id)


def for_editors(view: View) -> View:
    """Let only who edits the curriculum pass; a colleague gets 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(user_id=request.user.pk, ability=Ability.EDIT_CURRICULUM)
        return view(request, *args, **kwargs)

    return checked
