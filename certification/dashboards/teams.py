"""Say how a team stands, in words and in the lines of its table; no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.dashboards.acting import actor_name
from certification.dashboards.counts import certified_in_words, rest_in_words
from certification.dashboards.queries.agency import Member, due_soon
from lms.kit import formats
from lms.kit.statuses import look_of
from lms.public import role_title

Text = str | Promise


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One line of the team table, in words."""

    name: str
    href: str
    jobs: str
    tone: str
    words: Text
    icon: str
    hours: str
    due: date | None
    due_note: Text
    who: Text
    certificate: Text


def headline(members: Sequence[Member], on: date) -> tuple[str, str]:
    """Return the answer ("14 of 18 people are certified.") and what to look at first."""
    certified = sum(each.status == "certified" for each in members)
    more = rest_in_words(
        provisional=sum(each.status == "provisional" for each in members),
        training=sum(each.status in ("in_training", "") for each in members),
        lapsed=sum(each.lapsed for each in members),
        overdue=sum(each.overdue > 0 for each in members),
        soon=sum(due_soon(each, on) for each in members),
    )
    return certified_in_words(certified, len(members)), more


def team_row(member: Member, on: date, titles: Mapping[str, str], href: str) -> TeamRow:
    """Return the line of one person; `titles` are those of the program's requirements."""
    tone, words, icon = standing_chip(member.status, member.overdue)
    return TeamRow(
        name=member.name,
        href=href,
        jobs="; ".join(f"{role_title(role=job.role)}, {job.place.name}" for job in member.jobs),
        tone=tone,
        words=words,
        icon=icon,
        hours=hours_of(member),
        due=member.due,
        due_note=_due_note(member, on, titles),
        who=who_acts(member),
        certificate=certificate(member),
    )


def standing_chip(status: str, overdue: int) -> tuple[str, Text, str]:
    """Return tone, words and icon of a standing; something overdue is said in the same chip."""
    if not status:
        return "none", _("Not worked out yet"), "help_outline"
    look = look_of(status)
    if not overdue:
        return look.tone, look.words, look.icon
    return "warn", _("%(status)s, overdue") % {"status": look.words}, "priority_high"


def hours_of(member: Member) -> str:
    """Return "27.5 of 40", or nothing where the program counts no hours."""
    if not member.need_hours:
        return ""
    return _("%(have)s of %(need)s") % {
        "have": formats.plain(member.have_hours),
        "need": formats.plain(member.need_hours),
    }


def who_acts(member: Member) -> Text:
    """Return who must act next: the person by name, or a colleague by what they are."""
    if not member.unmet:
        return actor_name("", mine=False)
    return member.name if member.actor == "worker" else actor_name(member.actor, mine=False)


def certificate(member: Member) -> str:
    """Return what there is to say about the certificate in force."""
    if member.status == "certified":
        return formats.through(member.valid_through)
    return str(look_of(member.status).words) if member.lapsed else _("not yet")


def _due_note(member: Member, on: date, titles: Mapping[str, str]) -> str:
    if member.due is None:
        return ""
    what = titles.get(member.requirement, member.requirement) if member.unmet else _("Renewal")
    return _("%(days)s: %(what)s") % {"days": days_away(member.due, on), "what": what}


def days_away(due: date, on: date) -> str:
    """Return how far away a deadline is: "today", "in 6 days", "4 days late"."""
    days = (due - on) // timedelta(days=1)
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": formats.plain(days)}
    return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": formats.plain(-days)}
