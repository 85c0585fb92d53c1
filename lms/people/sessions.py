"""How long somebody stays signed in, and the name by which their own device knows them."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from lms.kit import clock

RENEWED: Final = "renewed_at"


def device_name(*, user_id: int) -> str:
    """Return what a browser calls this account: it tells accounts apart and names nobody."""
    return salted_hmac("lms.people.sessions", str(user_id)).hexdigest()[:20]


def renew(session: SessionBase) -> None:
    """Let a session last its full time from now on."""
    session[RENEWED] = int(clock.now().timestamp())


def seconds_left(session: SessionBase | None) -> int | None:
    """Return for how many seconds the session lasts at least; None: it does not say."""
    renewed = session.get(RENEWED) if session is not None else None
    if not isinstance(renewed, int):
        return None
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE).total_seconds()
    return max(0, int(renewed + age - clock.now().timestamp()))


def _begin(sender: type, request: HttpRequest | None, **_: Any) -> None:
    if request is not None and hasattr(request, "session"):
        renew(request.session)


user_logged_in.connect(_begin, dispatch_uid="session begins")
