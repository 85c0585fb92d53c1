"""Say in plain words what a certificate is worth: the verdict, the facts, and what it means."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from certification.credentials.fold import Status
from certification.credentials.reasons import PUBLIC_LABELS
from certification.verification.disclosure import Disclosure
from lms.kit import formats
from lms.kit.ui import day


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer as the page shows it."""

    status: str
    title: str
    line: str
    rows: tuple[tuple[str, str], ...]
    heading: str
    points: tuple[str, ...]
    compare: bool
    replaced_by: str | None


def verdict(answer: Disclosure, today: date) -> Verdict:
    """Return the words for an answer; `today` is the legal date in the program's zone."""
    valid = answer.status is Status.VALID
    return Verdict(
        status=answer.status.value,
        title=_title(answer, today),
        line=_line(answer, today),
        rows=tuple(_rows(answer)),
        heading=_("Compare with the person and paper") if valid else _("What this means"),
        points=_comparing() if valid else _meaning(answer),
        compare=valid,
        replaced_by=answer.replaced_by,
    )


def _title(answer: Disclosure, today: date) -> str:
    words = {
        Status.EXPIRED: _("expired"),
        Status.SUSPENDED: _("suspended"),
        Status.REVOKED: _("revoked"),
        Status.SUPERSEDED: _("replaced"),
        Status.NOT_YET_VALID: _("not yet"),
    }
    facts = {"day": formats.date_short(answer.as_of), "why": words.get(answer.status, "")}
    if answer.status is Status.VALID:
        return _("Valid") if answer.as_of == today else _("Valid on %(day)s") % facts
    if answer.as_of == today:
        return _("Not valid: %(why)s") % facts
    return _("Not valid on %(day)s: %(why)s") % facts


def _line(answer: Disclosure, today: date) -> str:
    facts = {
        "day": formats.date_short(answer.as_of),
        "first": formats.date_short(answer.valid_from),
        "last": formats.date_short(answer.valid_until),
        "since": formats.date_short(answer.since),
    }
    if answer.status is Status.VALID:
        if answer.as_of < today:
            return _("This certificate was in force on %(day)s.") % facts
        if answer.as_of > today:
            return _("As things stand now, it will be in force on %(day)s.") % facts
        if answer.valid_until is None:
            return _("This certificate is in force today and has no end date.")
        return _("This certificate is in force today, through %(last)s.") % facts
    return {
        Status.EXPIRED: _("It ended on %(last)s. It was valid through that day."),
        Status.SUSPENDED: _("The issuer paused it on %(since)s. It may count again later."),
        Status.REVOKED: _("The issuer withdrew it on %(since)s."),
        Status.SUPERSEDED: _("A newer certificate replaced it on %(since)s."),
        Status.NOT_YET_VALID: _("It begins on %(first)s."),
    }[answer.status] % facts


def _rows(answer: Disclosure) -> list[tuple[str, str]]:
    rows = [
        (_("Code"), answer.code),
        (_("Credential"), answer.credential),
        (_("Program"), answer.program),
        (_("Hours"), _("%(n)s h") % {"n": formats.plain(answer.hours, 1)}),
        (_valid_name(answer.status), _lasting(answer)),
    ]
    since = day(answer.since)
    if answer.status is Status.REVOKED:
        rows.append((_("Revoked"), _from(since)))
    elif answer.status is Status.SUSPENDED:
        rows.append((_("Suspended"), _from(since)))
    if answer.reason is not None:
        rows.append((_("Reason"), str(PUBLIC_LABELS[answer.reason])))
    if answer.status is Status.EXPIRED and answer.replaced_by is None:
        rows.append((_("Renewal"), _("None on record")))
    rows.append((_("Issued by"), answer.issuer))
    return rows


def _valid_name(status: Status) -> str:
    if status in (Status.VALID, Status.NOT_YET_VALID):
        return _("Valid")
    return _("Was valid") if status is Status.EXPIRED else _("Issued for")


def _lasting(answer: Disclosure) -> str:
    if answer.valid_until is None:
        return _from(day(answer.valid_from))
    words = {"first": day(answer.valid_from), "last": day(answer.valid_until)}
    # Both are <time> elements made from dates.
    return SafeString(_("%(first)s through %(last)s") % words)


def _from(when: str) -> str:
    return SafeString(_("from %(day)s") % {"day": when})


def _comparing() -> tuple[str, ...]:
    return (
        _("The name is the name on a photo ID."),
        _("Code, credential and dates are the same as on the paper."),
        _("You are at this site’s own address, not a link from a stranger."),
    )


def _meaning(answer: Disclosure) -> tuple[str, ...]:
    facts = {
        "first": formats.date_short(answer.valid_from),
        "since": formats.date_short(answer.since),
    }
    earlier = _("For earlier dates, check the date of the work: the answer may differ.")
    ask = _(
        "Questions? Write to the issuer and give the code. Please do not ask the holder to explain."
    )
    if answer.status is Status.EXPIRED:
        return (
            _("The training was real and stays on record."),
            _("For work before %(since)s the certificate counts. Check that date to be sure.")
            % facts,
            _("The holder can see the steps to renew on their own page."),
        )
    if answer.status is Status.NOT_YET_VALID:
        return (_("Do not rely on it before %(first)s.") % facts,)
    if answer.status is Status.SUPERSEDED:
        return (_("Check the newer certificate instead."), earlier)
    return (_("Do not rely on it from %(since)s.") % facts, earlier, ask)
