"""What the page header offers to the person who is looking, and what they hold, once a request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.kit.ui import initials
from lms.people.access import Ability, holds
from lms.people.authority import Authority, authority_of, today
from lms.people.models.access import DutyKind
from lms.people.models.organisations import OrganisationKind
from lms.people.sessions import device_name, seconds_left

HELD = "_authority"


def authority(request: HttpRequest) -> Authority | None:
    """Return what the signed-in account holds today, asked once per request; None: a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    held: Authority | None = getattr(request, HELD, None)
    if held is None or held.user_id != user.pk:
        held = authority_of(user_id=user.pk, on=today())
        setattr(request, HELD, held)
    return held


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return ``nav`` (list of {label, url, current}), ``account`` and whether this is a ``demo``.

    ``account`` is {name, initials, device, seconds}, or None for a visitor: ``device`` is what the
    browser calls the account, ``seconds`` for how long the session lasts.
    """
    held = authority(request)
    nav = [
        {"label": label, "url": url, "current": request.path.startswith(url)}
        for label, url in _items(held)
    ]
    account = None
    if held is not None:
        account = {
            "name": held.name,
            "initials": initials(held.name),
            "device": device_name(user_id=held.user_id),
            "seconds": seconds_left(getattr(request, "session", None)),
        }
    return {"nav": nav, "account": account, "demo": settings.DEMO}


def _items(held: Authority | None) -> list[tuple[Promise, str]]:
    items: list[tuple[Promise, str]] = []
    if held is not None and held.person_id is not None:
        items.append((_("My page"), "/me/"))
    items.append((_("Learn"), "/learn/"))
    if held is not None:
        if holds(held, Ability.OBSERVE) or holds(held, Ability.SIGN_OFF):
            items.append((_("Coach"), "/coach/"))
        if holds(held, Ability.TEACH) or holds(held, Ability.EDIT_CURRICULUM):
            items.append((_("Teach"), "/train/"))
        agency = _agency(held)
        if agency:
            items.append((_("Agency"), f"/agency/{agency}/"))
        if holds(held, Ability.AUDIT_STATE):
            items.append((_("State"), "/state/"))
        if holds(held, Ability.EDIT_CURRICULUM):
            items.append((_("Edit"), "/cms/"))
    items.append((_("Verify"), "/verify/"))
    return items


def _agency(held: Authority) -> str:
    """Return the key of the organisation whose desk to offer: an agency before other levels."""
    if not holds(held, Ability.MANAGE_AGENCY):
        return ""
    managed = [duty for duty in held.duties if duty.kind == DutyKind.AGENCY_MANAGER]
    managed.sort(key=lambda duty: (duty.organisation_kind != OrganisationKind.AGENCY, duty.path))
    return managed[0].organisation_key
