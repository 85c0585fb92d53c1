"""What the holder is told when something happens to a credential."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from lms.kit.formats import date_short, last_day
from lms.public import notify


def tell_issued(credential: Credential) -> None:
    """Promise the message that a certificate was issued; once, however often it is asked for."""
    words = words_of(credential)
    if credential.valid_until is None:
        lasting = _("It is valid from %(start)s and has no end date.") % words
    else:
        lasting = _("It is valid from %(start)s through %(end)s.") % words
    if credential.formerly is not None:
        words["formerly"] = credential.formerly.code
        _notify(
            credential,
            "issued",
            _("Your certificate has a new number: %(code)s") % words,
            "\n\n".join(
                [
                    _("Hello %(name)s,") % words,
                    _("Your certificate %(title)s (%(program)s) was issued again.") % words,
                    _("Its number is %(code)s from today; it was %(formerly)s.") % words,
                    lasting,
                    _("Please use the new one: %(page)s") % words,
                    _("Whoever checks the old number is led to the new one."),
                ]
            ),
        )
        return
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


def tell_holder(event: CredentialEvent) -> None:
    """Promise the message that an officer changed a credential. The reason is not in the mail."""
    credential, kind = event.credential, CredentialEventKind(event.kind)
    words = words_of(credential) | {"on": date_short(event.effective_on)}
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
    appealable = kind in (CredentialEventKind.SUSPENDED, CredentialEventKind.REVOKED)
    end = (
        _("Read the decision, and how to appeal against it: %(decision)s")
        if appealable
        else _("If you think this is a mistake, answer %(issuer)s and give the code.")
    )
    write(
        credential,
        f"{kind.value}:{event.pk}",
        subject % words,
        [
            sentence % words,
            _("Your training stays on record. See the certificate: %(page)s") % words,
            end % words,
        ],
    )


def write(credential: Credential, what: str, subject: str, parts: Sequence[str]) -> None:
    """Promise a message about a credential to its holder; the same `what` is one message."""
    hello = _("Hello %(name)s,") % {"name": credential.holder_name}
    _notify(credential, what, subject, "\n\n".join([hello, *parts]))


def _notify(credential: Credential, what: str, subject: str, body: str) -> None:
    person = credential.person.merged_into or credential.person
    notify(
        key=f"credential:{credential.code}:{what}",
        kind="credential",
        address=person.email,
        subject=subject,
        body=body + "\n",
        person_id=person.pk,
    )


def words_of(credential: Credential) -> dict[str, str]:
    """Return the words that messages about a credential are made of."""
    return {
        "name": credential.holder_name,
        "title": credential.title,
        "program": credential.program_title,
        "issuer": credential.issuer,
        "code": credential.code,
        "start": date_short(credential.valid_from),
        "end": date_short(last_day(credential.valid_until)),
        "page": f"{settings.SITE_URL}/certificates/{credential.code}/",
        "decision": f"{settings.SITE_URL}/certificates/{credential.code}/decision/",
        "check": f"{settings.SITE_URL}/verify/{credential.code}/",
    }
