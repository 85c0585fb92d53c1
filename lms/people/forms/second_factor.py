"""The form that asks for the second factor."""

from typing import Any, Final

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.utils.translation import gettext as _

from lms.kit import clock

DEMO_TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - printed by the demo
"""The second factor of every demo account: public, so it opens nothing outside a demo."""


class SecondFactorCode(AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the code; in the demo it shows the code of a demo account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = demo_code(self.user.pk)
        if code:
            self.fields["code"].help_text = _("Demo: the code is %(code)s now.") % {"code": code}


def demo_code(user_id: int) -> str:
    """Return the present code of a demo account, or "" for everybody else and everywhere else.

    Shown only where settings.DEMO is on and the site is not served over https, and only for the
    secret that the demo prints anyway.
    """
    if not settings.DEMO or settings.SECURE:
        return ""
    row = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    if row is None or row.data.get("secret") != DEMO_TOTP_SECRET:
        return ""
    counter = int(clock.now().timestamp()) // mfa_settings.TOTP_PERIOD
    return str(auth.format_hotp_value(auth.hotp_value(DEMO_TOTP_SECRET, counter)))
