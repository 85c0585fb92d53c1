"""Write dates, hours and shares the one way the Academy writes them, for pages, PDFs and mail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NBSP = "\u00a0"

Number = Decimal | int | float


@dataclass(frozen=True, slots=True)
class Mark:
    """The tag beside a figure that no rule book states, and the reason behind the tag."""

    tag: str | Promise
    why: str | Promise


INTERPRETED = Mark(
    gettext_lazy("interpretation"),
    gettext_lazy("A public rule implies this figure but does not state it."),
)
UNVERIFIED = Mark(
    gettext_lazy("unverified"),
    gettext_lazy("The text of this rule was not found. Confirm it with the authority."),
)
ASSUMED = Mark(
    gettext_lazy("assumption"),
    gettext_lazy("No public rule states this figure. It is our working assumption."),
)


def academy_zone() -> ZoneInfo:
    """Return the zone in which times are shown when a program names no other."""
    return ZoneInfo(settings.ACADEMY_ZONE)


def date_short(value: date | datetime | None) -> str:
    """Write a legal date as "3 Mar 2026"; an aware instant is first moved to the Academy's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(academy_zone()).date() if value.tzinfo else value.date()
    return date_format(value, "j M Y")


def moment(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Write an aware instant as "3 Mar 2026, 14:03 MST" in `zone` (default: the Academy's)."""
    if value is None:
        return ""
    local = value.astimezone(zone or academy_zone())
    return f"{date_format(local, 'j M Y')}, {local:%H:%M}{NBSP}{local.tzname()}"


def clock_time(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Write the time of an aware instant with its zone, "14:03 MST"."""
    if value is None:
        return ""
    local = value.astimezone(zone or academy_zone())
    return f"{local:%H:%M}{NBSP}{local.tzname()}"


def through(last_day: date | None) -> str:
    """Write an end as the last day that still counts, "through 2 Feb 2028"."""
    if last_day is None:
        return _("no end date")
    return _("through %(day)s") % {"day": date_short(last_day)}


def last_day(until: date | None) -> date | None:
    """Turn the exclusive end of a half-open period into the last day that still counts."""
    return None if until is None else until - timedelta(days=1)


def period(since: date | None, until: date | None) -> str:
    """Write a half-open period as "3 Feb 2026 through 2 Feb 2028" (`until` is exclusive)."""
    if since is None:
        return through(last_day(until))
    if until is None:
        return _("from %(day)s") % {"day": date_short(since)}
    days = {"first": date_short(since), "last": date_short(last_day(until))}
    return _("%(first)s through %(last)s") % days


def plain(value: Number, digits: int | None = None) -> str:
    """Write a number for the reader's language: `digits` decimals, or as many (≤ 2) as it has."""
    number = Decimal(str(value))
    step = Decimal(1).scaleb(-(2 if digits is None else digits))
    number = number.quantize(step, rounding=ROUND_HALF_UP)
    if digits is None:
        number = number.normalize()
        if number == number.to_integral():
            number = number.quantize(Decimal(1))
    return number_format(number, use_l10n=True, force_grouping=True)


def hours(value: Number | None, digits: int | None = None) -> str:
    """Write clock hours as "27.5 h" with a space that does not break."""
    if value is None:
        return ""
    return _("%(number)s h").replace(" ", NBSP) % {"number": plain(value, digits)}


def exact_hours(value: Number) -> str:
    """Write hours as papers do, "40.0": one decimal, or two where one would round them."""
    number = Decimal(str(value))
    return plain(number, 1 if number == number.quantize(Decimal("0.1")) else 2)


def minutes(value: int | None) -> str:
    """Write minutes as "18 min" with a space that does not break."""
    if value is None:
        return ""
    return _("%(number)s min").replace(" ", NBSP) % {"number": plain(value)}


def percent(value: Number | None, digits: int = 1) -> str:
    """Write a number that is already a percentage (0 to 100) as "73.1 %"."""
    if value is None:
        return ""
    return f"{plain(value, digits)}{NBSP}%"


def share(part: Number, whole: Number, digits: int = 1) -> str:
    """Write `part` of `whole` as a percentage; a share of nothing is a dash, never a zero."""
    if not whole:
        return "–"
    return percent(Decimal(str(part)) * 100 / Decimal(str(whole)), digits)
