"""Arguments that commands about a date and a person share."""

import json
import re
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder

from lms.public import PersonRecord, find_people

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_as_of(parser: ArgumentParser) -> None:
    """Add --as-of."""
    parser.add_argument(
        "--as-of", metavar="YYYY-MM-DD", help="The legal date asked about; default: today."
    )


def as_of(options: dict[str, Any]) -> date | None:
    """Return the date of --as-of, or None. Raises: CommandError."""
    return day_in(options.get("as_of"), "--as-of")


def day_in(text: str | None, option: str) -> date | None:
    """Return the date that an option names, or None when it was left out. Raises: CommandError."""
    if text is None:
        return None
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CommandError(f"{option}: {text!r} is not a date like 2026-03-31.")


def instant_in(text: str | None, option: str, zone: str) -> datetime | None:
    """Return the instant that an option names, or None when it was left out.

    A date means the last moment of that day, and a time without an offset a time, in ``zone``.

    Raises:
        CommandError: it is neither.
    """
    if text is None:
        return None
    local = ZoneInfo(zone)
    if _DATE.fullmatch(text):
        day = day_in(text, option) or date.max
        return datetime.combine(day, time.max, local)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text!r} is not like 2026-03-01T09:30.") from error
    return given if given.tzinfo else given.replace(tzinfo=local)


def one_person(reference: str) -> PersonRecord:
    """Return the one person a uuid, an e-mail address or a whole name means.

    Raises:
        CommandError: nobody, or several people, each with their uuid to ask again by.
    """
    found = find_people(reference=reference)
    if not found:
        raise CommandError(f"Nobody is found by {reference!r}: give a uuid, an e-mail or a name.")
    if len(found) > 1:
        listed = "\n".join(f"  {each.uuid}  {each.name}  {each.email}" for each in found)
        raise CommandError(f"{reference!r} means {len(found)} people. Give one uuid:\n{listed}")
    return found[0]


def as_json(value: object) -> str:
    """Return a value as JSON text for --json."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
