"""Write the message that reminds somebody: what, through which day, and what to do next."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.dashboards.acting import YOU, actor_name
from certification.dashboards.teams import days_away
from certification.reminders.matters import Occasion
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
    lines = [line.owed for line in digest.lines if line.owed.matter.occasion is not Occasion.OPENS]
    if not lines:
        return _("Reminder: a certificate can be renewed now")
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
    for _same, group in groupby(lines, key=_together):
        found = list(group)
        owed = found[0].owed
        rows = [_heading(found)]
        for actor in dict.fromkeys(["", *(_other(line) for line in found)]):
            if actor:
                who = actor_name(actor, mine=True)
                rows.append(_("Next to act: %(who)s.") % {"who": who})
            rows.extend(row for line in found if _other(line) == actor for row in _item(line))
        query = f"?{urlencode({'program': owed.program_key})}" if owed.program_key else ""
        rows.append(_("What to do next: %(page)s") % {"page": _page(f"{reverse('me')}{query}")})
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
    for _same, group in groupby(lines, key=_together):
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


def _together(line: Line) -> tuple[str, date, bool]:
    opens = line.owed.matter.occasion is Occasion.OPENS
    return line.owed.program_key, line.owed.due_on, opens


def _heading(lines: Sequence[Line]) -> str:
    """Return "Through 3 Mar 2026 (in 7 days), New Mexico MRSS:"."""
    owed = lines[0].owed
    words = {
        "day": date_short(owed.due_on),
        "away": days_away(owed.due_on, owed.on),
        "program": owed.program_title or _("on record"),
    }
    if owed.matter.occasion is Occasion.OPENS:
        return _("Since %(day)s, %(program)s:") % words
    if owed.due_on < owed.on:
        return _("The last day was %(day)s (%(away)s), %(program)s:") % words
    if owed.due_on == owed.on:
        return _("Today, %(day)s, is the last day, %(program)s:") % words
    return _("Through %(day)s (%(away)s), %(program)s:") % words


def _title(line: Line) -> str:
    """Return what it is about; of licences and checks others only learn that there is one."""
    matter, over = line.owed.matter, line.owed.due_on < line.owed.on
    words = {
        "title": matter.title,
        "day": date_short(line.owed.due_on),
        "end": date_short(matter.ends_on),
    }
    if matter.private and not line.own:
        if matter.occasion is Occasion.DUE:
            return _("A license, credential or background check")
        return _("A license, credential or background check on record ends")
    granted = matter.private and matter.occasion is Occasion.LAPSES
    return str(_SAYS[Occasion.LICENCE if granted else matter.occasion][over] % words)


_SAYS: Final = {
    # What is said until the last day is over, and what after it.
    Occasion.DUE: (gettext_lazy("%(title)s"), gettext_lazy("%(title)s")),
    Occasion.LAPSES: (
        gettext_lazy("“%(title)s” counts through %(day)s; do it again before then"),
        gettext_lazy("“%(title)s” counted through %(day)s; do it again"),
    ),
    Occasion.ENDS: (
        gettext_lazy("Certificate “%(title)s” is valid through %(day)s; renew it before it ends"),
        gettext_lazy("Certificate “%(title)s” was valid through %(day)s"),
    ),
    Occasion.OPENS: (
        gettext_lazy("Certificate “%(title)s” can be renewed; it is valid through %(end)s"),
        gettext_lazy("Certificate “%(title)s” can be renewed; it is valid through %(end)s"),
    ),
    Occasion.GRACE: (
        gettext_lazy("Certificate “%(title)s” ended on %(end)s; renewable through %(day)s"),
        gettext_lazy("Certificate “%(title)s” ended on %(end)s; renewable through %(day)s"),
    ),
    Occasion.PROVISIONAL: (
        gettext_lazy("Work in a pair, before everything is met, is open through %(day)s"),
        gettext_lazy("Work in a pair, before everything is met, was open through %(day)s"),
    ),
    Occasion.LICENCE: (
        gettext_lazy("%(title)s: valid through %(day)s; renew it and add the new one"),
        gettext_lazy("%(title)s: was valid through %(day)s; add the new one"),
    ),
}


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
