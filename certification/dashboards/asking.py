"""Read what a desk is asked for in the query string: a date, a program, a filter; never fail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.kit import formats

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 12, 31)
"""Dates outside are typing mistakes; a deadline that far away is in no program."""


@dataclass(frozen=True, slots=True)
class AskedDate:
    """The date to answer for, and what was wrong with the one asked for, if anything."""

    on: date
    problem: str | Promise = ""


def asked_date(request: HttpRequest, today: date, name: str = "as_of") -> AskedDate:
    """Return the date in the query string (YYYY-MM-DD); today when there is none or a wrong one."""
    text = request.GET.get(name, "").strip()
    if not text:
        return AskedDate(today)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        wrong = _("We could not read that date. This is how things stand today, %(today)s.")
    else:
        if EARLIEST <= asked <= LATEST:
            return AskedDate(asked)
        wrong = _("That date is too far away. This is how things stand today, %(today)s.")
    return AskedDate(today, wrong % {"today": formats.date_short(today)})


def asked_key(request: HttpRequest, name: str, known: Iterable[str], default: str = "") -> str:
    """Return the value in the query string when it is one of those known, else the default."""
    value = request.GET.get(name, "")
    return value if value in set(known) else default


def query_with(request: HttpRequest, changes: Mapping[str, str], *, drop: str = "page") -> str:
    """Return the query string with some values changed, empty ones left out: "?a=b" or "?"."""
    query = request.GET.copy()
    query.pop(drop, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
