"""Say in plain words what a certificate is worth: the verdict, the facts, and what it means.

Two certificates of one shape (status, end, reason …) read the same but for names, codes and
dates. The words are therefore made with marks in place of those values, so that the page of a
shape is drawn once and then only filled in.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.credentials.fold import Status
from certification.credentials.reasons import PUBLIC_LABELS
from certification.verification.disclosure import Disclosure
from lms.kit import formats
from lms.kit.ui import day, instant

MARK = "@@{}@@"
# Reasons for which a period goes on under another number.
_SAME_PERIOD = frozenset({"name_changed", "misprinted"})


class Shape(NamedTuple):
    """What decides the words about a certificate; `when` is past, today or future."""

    status: Status
    when: str
    ends: bool
    reason: str | None
    replaced: bool
    reissued: bool

    @property
    def early(self) -> bool:
        """Whether it was laid down before its end: what expires by itself needs no reason."""
        return self.status is Status.EXPIRED and self.reason is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer as the page shows it, with marks for the values."""

    status: str
    title: str
    line: str
    rows: tuple[tuple[str, str], ...]
    heading: str
    points: tuple[str, ...]
    compare: bool
    replaced: bool
    today: bool


_NAMES = (
    "code holder credential program issuer hours replaced_by as_of as_of_iso first first_time"
    " last last_time since since_time formerly issued issued_time checked"
).split()
M = {name: MARK.format(name) for name in _NAMES}


def shape_of(answer: Disclosure) -> Shape:
    """Return the shape of an answer."""
    if answer.as_of == answer.today:
        when = "today"
    else:
        when = "past" if answer.as_of < answer.today else "future"
    ends, replaced = answer.valid_until is not None, answer.replaced_by is not None
    reissued = answer.formerly is not None
    return Shape(answer.status, when, ends, answer.reason, replaced, reissued)


def values_of(answer: Disclosure) -> dict[str, str]:
    """Return the value of every mark, as HTML."""
    language = get_language() or ""
    return {
        "code": answer.code,
        "holder": escape(answer.holder_name),
        "credential": escape(answer.credential),
        "program": escape(answer.program),
        "issuer": escape(answer.issuer),
        "hours": formats.exact_hours(answer.hours),
        "replaced_by": answer.replaced_by or "",
        "as_of": _short(answer.as_of, language),
        "as_of_iso": answer.as_of.isoformat(),
        "first": _short(answer.valid_from, language),
        "first_time": _time(answer.valid_from, language),
        "last": _short(answer.valid_until, language),
        "last_time": _time(answer.valid_until, language),
        "since": _short(answer.since, language),
        "since_time": _time(answer.since, language),
        "formerly": answer.formerly or "",
        "issued": _short(answer.issued_on, language),
        "issued_time": _time(answer.issued_on, language),
        "checked": instant(answer.checked_at),
    }


@lru_cache(maxsize=2_048)
def _short(value: date | None, _language: str) -> str:
    return formats.date_short(value)


@lru_cache(maxsize=2_048)
def _time(value: date | None, _language: str) -> str:
    return day(value)


def verdict(shape: Shape) -> Verdict:
    """Return the words for a shape."""
    valid = shape.status is Status.VALID
    return Verdict(
        status=shape.status.value,
        title=_title(shape),
        line=_line(shape),
        rows=tuple(_rows(shape)),
        heading=_("Compare with the person and paper") if valid else _("What this means"),
        points=_comparing() if valid else _meaning(shape),
        compare=valid,
        replaced=shape.replaced,
        today=shape.when == "today",
    )


def _title(shape: Shape) -> str:
    if shape.status is Status.VALID:
        return _("Valid") if shape.when == "today" else _("Valid on %(as_of)s") % M
    why = {
        Status.EXPIRED: _("expired"),
        Status.SUSPENDED: _("suspended"),
        Status.REVOKED: _("revoked"),
        Status.SUPERSEDED: _("replaced"),
        Status.NOT_YET_VALID: _("not yet"),
    }[shape.status]
    if shape.when == "today":
        return _("Not valid: %(why)s") % {"why": why}
    return _("Not valid on %(as_of)s: %(why)s") % {"as_of": M["as_of"], "why": why}


def _line(shape: Shape) -> str:
    if shape.status is Status.VALID:
        if shape.when == "past":
            return _("This certificate was in force on %(as_of)s.") % M
        if shape.when == "future":
            return _("As things stand now, it will be in force on %(as_of)s.") % M
        if not shape.ends:
            return _("This certificate is in force today and has no end date.")
        return _("This certificate is in force today, through %(last)s.") % M
    if shape.early:
        return _("It was laid down early. It was valid through %(last)s.") % M
    if shape.status is Status.NOT_YET_VALID and shape.reissued:
        return _("This number counts from %(since)s. Before, the certificate had another one.") % M
    return {
        Status.EXPIRED: _("It ended on %(last)s. It was valid through that day."),
        Status.SUSPENDED: _("The issuer paused it on %(since)s. It may count again later."),
        Status.REVOKED: _("The issuer withdrew it on %(since)s."),
        Status.SUPERSEDED: _("A newer certificate replaced it on %(since)s."),
        Status.NOT_YET_VALID: _("It begins on %(first)s."),
    }[shape.status] % M


def _rows(shape: Shape) -> list[tuple[str, str]]:
    lasting = _("%(first_time)s through %(last_time)s") if shape.ends else _("from %(first_time)s")
    rows = [
        (_("Code"), M["code"]),
        (_("Credential"), M["credential"]),
        (_("Program"), M["program"]),
        (_("Hours"), _("%(hours)s h") % M),
        (_valid_name(shape.status), lasting % M),
    ]
    if shape.reissued:
        rows.append((_("Formerly issued as"), M["formerly"]))
        rows.append((_("This number"), _("issued on %(issued_time)s") % M))
    if shape.status is Status.REVOKED:
        rows.append((_("Revoked"), _("from %(since_time)s") % M))
    elif shape.status is Status.SUSPENDED:
        rows.append((_("Suspended"), _("from %(since_time)s") % M))
    if shape.reason is not None:
        rows.append((_("Reason"), str(PUBLIC_LABELS[shape.reason])))
    if shape.status is Status.EXPIRED and not shape.replaced and not shape.early:
        rows.append((_("Renewal"), _("None on record")))
    rows.append((_("Issued by"), M["issuer"]))
    return rows


def _valid_name(status: Status) -> str:
    if status in (Status.VALID, Status.NOT_YET_VALID):
        return _("Valid")
    return _("Was valid") if status is Status.EXPIRED else _("Issued for")


def _comparing() -> tuple[str, ...]:
    return (
        _("The name is the name on a photo ID."),
        _("Code, credential and dates are the same as on the paper."),
        _("You are at this site’s own address, not a link from a stranger."),
    )


def _meaning(shape: Shape) -> tuple[str, ...]:
    earlier = _("For earlier dates, check the date of the work: the answer may differ.")
    if shape.status is Status.EXPIRED:
        counted = (
            _("The training was real and stays on record."),
            _("For work before %(since)s the certificate counts. Check that date to be sure.") % M,
        )
        if shape.early:
            return (*counted, _("Laying it down early says nothing against the holder."))
        return (*counted, _("The holder can see the steps to renew on their own page."))
    if shape.status is Status.NOT_YET_VALID and shape.reissued:
        return (
            _("For work before %(since)s, check the number %(formerly)s.") % M,
            _("It is the same certificate. Nothing was missing in between."),
        )
    if shape.status is Status.NOT_YET_VALID:
        return (_("Do not rely on it before %(first)s.") % M,)
    if shape.status is Status.SUPERSEDED and shape.reason in _SAME_PERIOD:
        return (
            _("The certification itself goes on under the newer number. Check that one."),
            _("For work before %(since)s this number is the right one: check that date.") % M,
        )
    if shape.status is Status.SUPERSEDED:
        return (_("Check the newer certificate instead."), earlier)
    return (
        _("Do not rely on it from %(since)s.") % M,
        earlier,
        _(
            "Questions? Write to the issuer and give the code. Please do not ask the holder to"
            " explain."
        ),
    )
