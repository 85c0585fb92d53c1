"""Write the message that reminds somebody: what, through which day, and what to do next."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.dashboards.acting import YOU, actor_name
from certification.dashboards.teams import days_away
from certification.reminders.queries import Digest, Line
from lms.kit.formats import date_short, plain
from lms.public import Message

KIND: Final = "reminder"
MOST_OF_TEAM: Final = 3
"""How many items of one day are named for each member of a team; the others are counted."""


def message(digest: Digest) -> Message:
    """Return the one message of a day for its recipient."""
    own = [line for line in digest.lines if line.own]
    team = [line for line in digest.lines if not line.own]
    parts = [_("Hello %(name)s,") % {"name": digest.recipient.given_name}]
    if own:
        parts.extend(_own_parts(own))
    if team:
        parts.append(_("For your team:") if own else _("Deadlines of your team are near:"))
        for _person, lines in groupby(team, key=lambda line: line.owed.person.id):
            parts.append(_member(list(lines)))
    parts.append(_ending(digest.lines))
    return Message(
        key=f"reminders:{digest.recipient.id}:{digest.day.isoformat()}",
        kind=KIND,
        address=digest.recipient.email,
        subject=_subject(digest),
        body="\n\n".join(parts) + "\n",
        person_id=digest.recipient.id,
    )


def _subject(digest: Digest) -> str:
    """Return "Reminder: 2 deadlines, the first on 3 Mar 2026", or that the day is over."""
    lines = [line.owed for line in digest.lines]
    ahead = [each for each in lines if each.due_on >= each.on]
    first = min(ahead or lines, key=lambda each: each.due_on - each.on)
    words = {"n": plain(len(ahead or lines)), "day": date_short(first.due_on)}
    if first.due_on < first.on:
        return _("Reminder: the last day was %(day)s") % words
    if first.due_on == first.on:
        return _("Reminder: today is the last day (%(day)s)") % words
    return (
        ngettext(
            "Reminder: %(n)s deadline, on %(day)s",
            "Reminder: %(n)s deadlines, the first on %(day)s",
            len(ahead),
        )
        % words
    )


def _own_parts(lines: Sequence[Line]) -> list[str]:
    parts = []
    for (_program, _day), group in groupby(lines, key=_together):
        found = list(group)
        owed = found[0].owed
        rows = [_heading(found)]
        for actor in dict.fromkeys(["", *(_other(line) for line in found)]):
            if actor:
                who = actor_name(actor, mine=True)
                rows.append(_("Next to act: %(who)s.") % {"who": who})
            rows.extend(row for line in found if _other(line) == actor for row in _item(line))
        query = urlencode({"program": owed.program_key})
        rows.append(_("What to do next: %(page)s") % {"page": _page(f"{reverse('me')}?{query}")})
        parts.append("\n".join(rows))
    return parts


def _other(line: Line) -> str:
    """Return who else has to act before the worker can; empty where the worker can act."""
    actor = line.owed.matter.actor
    return "" if actor == YOU or line.address else actor


def _item(line: Line) -> list[str]:
    """Return one item, with where it is done if the academy holds it."""
    rows = [f"- {_title(line)}"]
    if line.address:
        rows.append("  " + _("Go on: %(page)s") % {"page": _page(line.address)})
    return rows


def _member(lines: Sequence[Line]) -> str:
    """Return the part about one member of a team, with the way to the record."""
    person, place = lines[0].owed.person, lines[0].place
    rows = [person.name]
    for (_program, _day), group in groupby(lines, key=_together):
        found = list(group)
        rows.append(_heading(found))
        titles = list(dict.fromkeys(_title(line) for line in found))
        rows.extend(f"- {title}" for title in titles[:MOST_OF_TEAM])
        more = len(titles) - MOST_OF_TEAM
        if more > 0:
            words = ngettext("and %(n)s more", "and %(n)s more", more)
            rows.append("- " + words % {"n": plain(more)})
    page = _page(reverse("agency-person", args=[place, person.uuid]))
    rows.append(_("See what is left: %(page)s") % {"page": page})
    return "\n".join(rows)


def _together(line: Line) -> tuple[str, date]:
    return line.owed.program_key, line.owed.due_on


def _heading(lines: Sequence[Line]) -> str:
    """Return "Through 3 Mar 2026 (in 7 days), New Mexico MRSS:"."""
    owed = lines[0].owed
    words = {
        "day": date_short(owed.due_on),
        "away": days_away(owed.due_on, owed.on),
        "program": owed.program_title,
    }
    if owed.due_on < owed.on:
        return _("The last day was %(day)s (%(away)s), %(program)s:") % words
    if owed.due_on == owed.on:
        return _("Today, %(day)s, is the last day, %(program)s:") % words
    return _("Through %(day)s (%(away)s), %(program)s:") % words


def _title(line: Line) -> str:
    """Return what it is about; of licences and checks others only learn that there is one."""
    owed = line.owed
    if owed.matter.private and not line.own:
        return _("A license, credential or background check")
    if not owed.matter.ends:
        return owed.matter.title
    words = {"title": owed.matter.title, "day": date_short(owed.due_on)}
    if owed.due_on < owed.on:
        return _("Certificate “%(title)s” was valid through %(day)s") % words
    return _("Certificate “%(title)s” is valid through %(day)s; renew it before it ends") % words


def _ending(lines: Iterable[Line]) -> str:
    zones = sorted({line.owed.zone for line in lines})
    return "\n".join(
        [
            _("A day counts until midnight in the zone of the program: %(zone)s.")
            % {"zone": ", ".join(zones)},
            _("Choose which reminders you get: %(page)s") % {"page": _page(reverse("reminders"))},
        ]
    )


def _page(path: str) -> str:
    return path if "://" in path else f"{settings.SITE_URL}{path}"
