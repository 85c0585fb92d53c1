"""How to sign in to the demo, and certificates to look up."""

from typing import Any, Final

from django.conf import settings

from certification.public import status_on
from lms.management.demo import cast, writing
from lms.management.demo.named import CASES
from lms.management.demo.training import NM
from lms.people.forms.second_factor import demo_code
from lms.people.models import User

# What each member of the cast is for, and where to look first.
FIRST_PAGES: Final = {
    "alma": ("a new responder with a conversation to sign", "/me/"),
    "bo": ("supervisor and manager of an agency", "/agency/rio-vista/"),
    "renata": ("coach", "/coach/"),
    "samir": ("trainer and curriculum editor", "/cms/"),
    "lucia": ("certified clinician", "/me/"),
    "joaquin": ("his certificate has expired", "/me/"),
    "kofi": ("may go out in a pair; late", "/me/"),
    "hannah": ("her licence ends next week", "/me/"),
    "teo": ("youth peer in training", "/me/"),
    "celeste": ("her certificate was revoked", "/me/"),
    "ines": ("certification officer", "/state/"),
    "odette": ("second certification officer", "/state/cases/"),
    "dee": ("state auditor", "/state/"),
}
EXAMPLES: Final = {
    "valid": "lucia",
    "expired": "joaquin",
    "revoked": "celeste",
    "suspended": "nadia.rael",
}


class NoSuchAccount(LookupError):
    """There is no demo account with this address, or this is no demo."""


def code_of(email: str) -> str:
    """Return the present six digits of a demo account. Raises: NoSuchAccount."""
    found = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    code = demo_code(found) if found else ""
    if not code:
        raise NoSuchAccount(f"No demo account {email} with a second factor, or DEMO is not 1.")
    return code


def logins() -> dict[str, Any]:
    """Return the accounts with what they are for, the password, and certificates to look up."""
    people = writing.people_by_key()
    return {
        "url": f"{settings.SITE_URL}/accounts/login/",
        "password": cast.PASSWORD,
        "accounts": [
            {"email": cast.email_of(key), "who": who, "see": f"{settings.SITE_URL}{page}"}
            for key, (who, page) in FIRST_PAGES.items()
            if key in people
        ],
        "cases": {cast.email_of(key): what for key, what in CASES.items() if key in people},
        "certificates": {
            what: code
            for what, key in EXAMPLES.items()
            if key in people and (code := _last_code(people[key]))
        },
    }


def words(known: dict[str, Any]) -> str:
    """Return the logins as lines for a terminal."""
    lines = [f"Sign in at {known['url']} with the password {known['password']}"]
    lines += [f"  {row['email']:24} {row['who']:46} {row['see']}" for row in known["accounts"]]
    lines.append("A second factor is asked of those who act for others; the page shows the code,")
    lines.append("and so does: ./run code EMAIL")
    lines.append(f"Certificates to look up at {settings.SITE_URL}/verify/")
    lines += [f"  {code}  {what}" for what, code in known["certificates"].items()]
    return "\n".join(lines)


def _last_code(person_id: int) -> str:
    held = status_on(person_id=person_id, program_key=NM).held
    return held[-1].code if held else ""
