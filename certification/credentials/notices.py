"""What the holder is told when something happens to a credential."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from certification.credentials.models import Credential, CredentialEventKind
from lms.kit.formats import date_short, last_day
from lms.public import notify


def tell_issued(credential: Credential) -> None:
    """Promise the message that a certificate was earned; once, however often it is asked for."""
    words = _words(credential)
    if credential.valid_until is None:
        lasting = _("It is valid from %(start)s and has no end date.") % words
    else:
        lasting = _("It is valid from %(start)s through %(end)s.") % words
    body = "\n\n".join(
        [
            _("Hello %(name)s,") % words,
            _("You have earned a certificate: %(title)s (%(program)s).") % words,
            lasting,
            _("See it, print it or download it: %(page)s") % words,
            _("Anybody can check it with the code %(code)s: %(check)s") % words,
        ]
    )
    _notify(credential, "issued", _("You have earned a certificate: %(title)s") % words, body)


def tell_holder(credential: Credential, kind: CredentialEventKind, on: date) -> None:
    """Promise the message that an officer changed a credential. The reason is not in the mail."""
    words = _words(credential) | {"on": date_short(on)}
    subject, sentence = {
        CredentialEventKind.SUSPENDED: (
            _("Your certificate %(code)s is suspended"),
            _("From %(on)s your certificate %(title)s (%(code)s) does not count for now."),
        ),
        CredentialEventKind.REINSTATED: (
            _("Your certificate %(code)s counts again"),
            _("From %(on)s your certificate %(title)s (%(code)s) counts again."),
        ),
        CredentialEventKind.REVOKED: (
            _("Your certificate %(code)s is revoked"),
            _("From %(on)s your certificate %(title)s (%(code)s) is not valid any more."),
        ),
        CredentialEventKind.RETIRED: (
            _("Your certificate %(code)s is laid down"),
            _("From %(on)s your certificate %(title)s (%(code)s) has ended."),
        ),
    }[kind]
    body = "\n\n".join(
        [
            _("Hello %(name)s,") % words,
            sentence % words,
            _("Your training stays on record. See the certificate: %(page)s") % words,
            _("If you think this is a mistake, answer %(issuer)s and give the code.") % words,
        ]
    )
    _notify(credential, f"{kind.value}:{on.isoformat()}", subject % words, body)


def _notify(credential: Credential, what: str, subject: str, body: str) -> None:
    person = credential.person
    notify(
        key=f"credential:{credential.code}:{what}",
        kind="credential",
        address=person.email,
        subject=subject,
        body=body + "\n",
        person_id=person.pk,
    )


def _words(credential: Credential) -> dict[str, str]:
    return {
        "name": credential.holder_name,
        "title": credential.title,
        "program": credential.program_title,
        "issuer": credential.issuer,
        "code": credential.code,
        "start": date_short(credential.valid_from),
        "end": date_short(last_day(credential.valid_until)),
        "page": f"{settings.SITE_URL}/certificates/{credential.code}/",
        "check": f"{settings.SITE_URL}/verify/{credential.code}/",
    }
