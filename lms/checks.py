"""System checks: settings that make no sense stop the start and name the variable."""

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
