"""How allauth lets people in: who may sign up, whose person they become, how mail goes out."""

import uuid
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.kit import clock
from lms.notices.operations import notify
from lms.people.authority import SECOND_FACTORS, authority_of, today
from lms.people.invitations import invitation_of
from lms.people.models import EmailDomain, User
from lms.people.operations import sign_up
from lms.people.records import InvitationRecord

SESSION_KEY: Final = "invitation"
"""Where the session keeps the token of an invitation between /join/ and the end of sign-up."""

WRONG_ADDRESS: Final = _("Use %(email)s: the invitation was sent there. You can add others later.")
WRONG_DOMAIN: Final = _(
    "Nobody with this address is expected. Use your work address or ask for an invitation."
)


def pending_invitation(request: HttpRequest) -> InvitationRecord | None:
    """Return the usable invitation that this session holds, or None."""
    found = invitation_of(token=request.session.get(SESSION_KEY, ""))
    return found if found and found.usable(clock.now()) else None


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by invitation, by verified e-mail domain or open; mail through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open when anybody may learn here, or with an invitation, or for known domains."""
        return (
            settings.OPEN_SIGNUP
            or pending_invitation(request) is not None
            or EmailDomain.objects.filter(verified_at__isnull=False).exists()
        )

    def clean_email(self, email: str) -> str:
        """At sign-up, hold the address against the invitation or, when closed, the domains."""
        request = allauth_context.request
        match = request.resolver_match if request is not None else None
        if match is None or match.url_name != "account_signup":
            return email
        invitation = pending_invitation(request)
        if invitation is not None:
            if invitation.email.casefold() != email.casefold():
                raise ValidationError(WRONG_ADDRESS, params={"email": invitation.email})
        elif not settings.OPEN_SIGNUP:
            domain = email.rpartition("@")[2].lower()
            if not EmailDomain.objects.filter(domain=domain, verified_at__isnull=False).exists():
                raise ValidationError(WRONG_DOMAIN)
        return email

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the account together with its person, or neither."""
        super().save_user(request, user, form, commit=False)
        invitation = pending_invitation(request)
        sign_up(
            user=user,
            given_name=form.cleaned_data["given_name"],
            family_name=form.cleaned_data["family_name"],
            token=request.session[SESSION_KEY] if invitation else "",
        )
        request.session.pop(SESSION_KEY, None)
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send somebody who came with an invitation back to it, others to their page."""
        if pending_invitation(request) is not None:
            return reverse("join", args=[request.session[SESSION_KEY]])
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Store the message in the outbox; every message is its own, none is a repetition."""
        request = allauth_context.request
        facts = {"request": request, "email": email, "site_url": settings.SITE_URL} | context
        facts.setdefault("current_site", {"name": "MRSS Academy", "domain": settings.SITE_URL})
        message = self.render_mail(template_prefix, email, facts)
        user = context.get("user")
        person = getattr(user, "person", None) if isinstance(user, User) else None
        notify(
            key=f"account:{uuid.uuid4()}",
            kind=template_prefix.rpartition("/")[2][:40],
            address=email,
            subject=str(message.subject),
            body=str(message.body),
            person_id=person.pk if person else None,
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the last second factor of an account that acts for others."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "You act for others here, so a second factor must stay. Set up another one first."
        )
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to leave an account without the second factor that it needs."""
        if authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=SECOND_FACTORS
        ).exclude(pk=authenticator.pk)
        held = authority_of(user_id=authenticator.user_id, on=today())
        return others.exists() or not held.needs_second_factor
