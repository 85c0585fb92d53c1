"""System checks: settings that make no sense stop the start and name the variable."""

import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from lms.settings import environment


@register()
def environment_makes_sense(**_: Any) -> list[CheckMessage]:
    """Report every environment variable that could not be understood."""
    return [
        Error(f"{name} {what}", hint=f"Set {name} as .env.example explains.", id="lms.E001")
        for name, what in environment.PROBLEMS
    ]


@register(Tags.security, deploy=True)
def production_is_closed(**_: Any) -> list[CheckMessage]:
    """Refuse the trial key, the demo and shared-nothing counters in production."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.INSECURE_KEY:
        found.append(Error("SECRET_KEY is the trial key.", hint="Set SECRET_KEY.", id="lms.E002"))
    if settings.DEMO:
        found.append(Error("DEMO is on.", hint="Unset DEMO in production.", id="lms.E003"))
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        found.append(
            Error(
                "CACHE_URL is locmem: each process would count sign-in attempts by itself.",
                hint="Set CACHE_URL to redis://… or file:///…",
                id="lms.E004",
            )
        )
    return found


@register()
def demo_is_not_public(**_: Any) -> list[CheckMessage]:
    """Refuse a demo that is reachable under an https address."""
    if settings.DEMO and settings.SECURE:
        return [
            Error(
                "DEMO is on and SITE_URL is https: the demo prints its passwords.",
                hint="Unset DEMO, or keep SITE_URL local.",
                id="lms.E005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def signing_key_is_kept(**_: Any) -> list[CheckMessage]:
    """Report a signing key that production lacks, or that others than its owner can read."""
    path = Path(settings.SIGNING_KEY_FILE)
    if not settings.SECURE:
        return []
    if not path.is_file():
        return [
            Error(
                f"SIGNING_KEY_FILE: {path} does not exist.",
                hint="Set SIGNING_KEY_FILE, and make the key with: ./run manage signing_key --make",
                id="lms.E006",
            )
        ]
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [
            Error(
                f"SIGNING_KEY_FILE: others can read {path}.",
                hint="Give it to the account of the server, with mode 0600.",
                id="lms.E007",
            )
        ]
    return []
