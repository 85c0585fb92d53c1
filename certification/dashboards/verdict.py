"""Say in one sentence whether somebody is certified and why not, and what became of the paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.credentials.cases import Report
from certification.credentials.fold import Status
from certification.credentials.reasons import RetirementReason, RevocationReason, SuspensionReason
from certification.credentials.records import Held
from certification.dashboards.uncounted import uncounted
from certification.engine.requirements import EVERYONE, CredentialKind, concerns
from lms.kit import formats
from lms.kit.periods import last_day

Text = str | Promise

GRAVE: Final = frozenset({Status.EXPIRED, Status.SUSPENDED, Status.REVOKED, Status.RETIRED})
_REASONS: Final[Mapping[str, Text]] = {
    **dict(RetirementReason.choices),
    **dict(SuspensionReason.choices),
    **dict(RevocationReason.choices),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of the certificate: first the fact with its date, then what can be done."""

    status: str
    code: str
    fact: str
    then: str
    reason: Text = ""


def certificate_title(report: Report) -> str:
    """Return the title of the certificate in question; empty where the program gives none."""
    roles = report.facts.roles_on(report.on)
    rules = [
        each
        for each in report.rules.credentials
        if EVERYONE in each.roles or not roles.isdisjoint(each.roles)
    ] or list(report.rules.credentials)
    rules.sort(key=lambda each: each.kind is not CredentialKind.CERTIFICATION)
    return rules[0].title if rules else ""


def certificate_key(report: Report) -> str:
    """Return the key of the certificate in question; empty where the program gives none."""
    title = certificate_title(report)
    return next((each.key for each in report.rules.credentials if each.title == title), "")


def happened(report: Report, mine: bool) -> Happened | None:
    """Return what became of the certificate that speaks for the person, or None while valid."""
    if report.status == "certified":
        return None
    lost = [each for each in report.held if each.worth(report.on).status in GRAVE]
    if not lost:
        return None
    last = max(lost, key=lambda each: (each.valid_from, each.period, each.edition, each.id))
    worth = last.worth(report.on)
    since = worth.event.effective_on if worth.event else last.valid_until
    words = {"code": last.code, "day": formats.date_short(_shown(worth.status, since))}
    fact, then = _fates(last, report)[worth.status]
    code = worth.event.reason_code if worth.event and mine else ""
    return Happened(worth.status.value, last.code, fact % words, then, _REASONS.get(code, ""))


def _shown(status: Status, since: date | None) -> date | None:
    return last_day(since) if status is Status.EXPIRED else since


def _fates(held: Held, report: Report) -> dict[Status, tuple[str, str]]:
    again = _("It can be earned again: what is open is listed below.")
    if report.phase == "grace" and held.grace_until:
        words = {"day": formats.date_short(last_day(held.grace_until))}
        again = _("It has lapsed. It can still be renewed through %(day)s.") % words
    return {
        Status.EXPIRED: (_("The certificate %(code)s ended on %(day)s."), again),
        Status.SUSPENDED: (
            _("The certificate %(code)s is on hold since %(day)s."),
            _("It does not count until an officer lets it run again."),
        ),
        Status.REVOKED: (
            _("The certificate %(code)s was taken back on %(day)s."),
            _("New training does not bring it back. An officer would have to decide anew."),
        ),
        Status.RETIRED: (
            _("The certificate %(code)s was laid down on %(day)s."),
            _("Nobody did wrong. The certification office can issue a new one when all is met."),
        ),
    }


def headline(report: Report, mine: bool) -> str:
    """Return the answer in one sentence."""
    words = {
        "name": report.person.name,
        "title": certificate_title(report) or report.rules.title,
        "day": formats.date_short(report.on),
    }
    if report.status == "certified":
        words["through"] = formats.through(last_day(report.valid_until))
        if mine:
            return _("You are certified as %(title)s on %(day)s, %(through)s.") % words
        return _("%(name)s is certified as %(title)s on %(day)s, %(through)s.") % words
    total, open_, ran_out = _counts(report)
    if not total and not report.held:
        return _("On %(day)s the program asks nothing: no role in it is on record.") % words
    words["because"] = _because(report, total, open_, ran_out)
    if not certificate_title(report):
        words["because"] = words["because"] or _("everything is met")
        return _("This program gives no certificate. On %(day)s %(because)s.") % words
    if not words["because"]:
        if mine:
            return (
                _(
                    "You meet every requirement on %(day)s, but no certificate was issued: the"
                    " certification office must act next."
                )
                % words
            )
        return (
            _(
                "%(name)s meets every requirement on %(day)s, but no certificate was issued: the"
                " certification office must act next."
            )
            % words
        )
    if mine:
        return _("You are not certified as %(title)s on %(day)s because %(because)s.") % words
    return _("%(name)s is not certified as %(title)s on %(day)s because %(because)s.") % words


def _because(report: Report, total: int, open_: int, ran_out: int) -> str:
    """Return "3 of 42 requirements are open and 1 ran out", with what an officer did before it."""
    parts = []
    state = {
        "revoked": _("the certificate was taken back"),
        "suspended": _("the certificate is on hold"),
        "retired": _("the certificate was laid down"),
        "expired": _("the certificate has ended"),
    }.get(report.status)
    if state:
        parts.append(state)
    words = {"n": open_ - ran_out, "total": total, "out": ran_out}
    if words["n"]:
        parts.append(
            ngettext(
                "%(n)s of %(total)s requirements is open",
                "%(n)s of %(total)s requirements are open",
                words["n"],
            )
            % words
        )
        if ran_out:
            parts.append(_("%(out)s ran out") % words)
    elif ran_out:
        parts.append(_("%(out)s of %(total)s requirements ran out") % words)
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _counts(report: Report) -> tuple[int, int, int]:
    """Return how many requirements decide, how many of them are open, how many of those ran out."""
    nodes = {node.id: node for node in report.rules.requirements}
    top = [
        each
        for each in report.decision.findings
        if each.requirement in nodes and concerns(nodes[each.requirement], None)
    ]
    unmet = [each for each in top if not each.met]
    ran_out = sum(
        any(
            other.ran_out
            for other in uncounted(
                nodes[each.requirement], report.facts, each.because, report.on, {}
            )
        )
        for each in unmet
    )
    return len(top), len(unmet), ran_out
