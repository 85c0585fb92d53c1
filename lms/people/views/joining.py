"""The landing page of an invitation."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.ratelimit import rate_limited
from lms.people.adapter import SESSION_KEY
from lms.people.invitations import invitation_of
from lms.people.operations import (
    AccountHasPerson,
    InvitationUnusable,
    PersonHasAccount,
    accept_invitation,
)
from lms.people.queries import person_of_user
from lms.people.records import InvitationRecord

HAS_PERSON = "account_has_person"
HAS_ACCOUNT = "person_has_account"


@never_cache
@rate_limited("join", most=30, seconds=60)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Welcome somebody with an invitation, and let them in."""
    found = invitation_of(token=token)
    if found is None or not found.usable(clock.now()):
        request.session.pop(SESSION_KEY, None)
        status = 404 if found is None else 410
        return render(request, "lms/people/join_closed.html", {"found": found}, status=status)
    if request.method == "POST":
        return _answer(request, token, found)
    if request.user.is_authenticated:
        return _landing(request, found)
    request.session[SESSION_KEY] = token
    # Whoever holds the token has read this mailbox: no second message is needed.
    get_adapter().stash_verified_email(request, found.email)
    return _landing(request, found)


def _landing(request: HttpRequest, found: InvitationRecord, problem: str = "") -> HttpResponse:
    own = person_of_user(user_id=request.user.pk)
    context = {"invitation": found, "problem": problem, "own": own}
    return render(request, "lms/people/join.html", context, status=409 if problem else 200)


def _answer(request: HttpRequest, token: str, found: InvitationRecord) -> HttpResponse:
    """Accept for the account that is signed in, or forget the invitation."""
    if request.POST.get("answer") == "forget":
        request.session.pop(SESSION_KEY, None)
        get_adapter().unstash_verified_email(request)
        return redirect("account_signup")
    if not request.user.is_authenticated:
        return redirect("join", token)
    try:
        accept_invitation(user_id=request.user.pk, token=token)
    except AccountHasPerson:
        return _landing(request, found, HAS_PERSON)
    except PersonHasAccount:
        return _landing(request, found, HAS_ACCOUNT)
    except InvitationUnusable:
        return redirect("join", token)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("Welcome to %(name)s.") % {"name": found.organisation_name})
    return redirect("/me/")
