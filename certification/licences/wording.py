"""Put licences and what their sources said into words, for pages and exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.dashboards.teams import days_away
from certification.licences.queries import TeamLicence
from certification.licences.states import Standing, State
from lms.kit import formats
from lms.kit.periods import last_day
from lms.kit.tables import Column
from lms.public import LicenceLook, LicenceRecord, LookUp, licence_kinds

Text = str | Promise

BACKGROUND: Final = "BACKGROUND"
TONES: Final[Mapping[State, tuple[str, str, Text]]] = {
    State.CONTRADICTED: ("bad", "priority_high", gettext_lazy("Source does not agree")),
    State.UNVERIFIED: ("warn", "hourglass_empty", gettext_lazy("Waiting to be checked")),
    State.ENDING: ("warn", "schedule", gettext_lazy("Ends soon")),
    State.EXPIRED: ("bad", "schedule", gettext_lazy("Expired")),
    State.OUTDATED: ("part", "search", gettext_lazy("Check again")),
    State.VALID: ("ok", "check_circle", gettext_lazy("Verified")),
    State.FUTURE: ("none", "schedule", gettext_lazy("Not yet valid")),
    State.FOLLOWED: ("none", "loop", gettext_lazy("Followed by a newer one")),
}
SAID: Final[Mapping[str, Text]] = {
    LookUp.CONFIRMED: gettext_lazy("Confirmed"),
    LookUp.DIFFERENT: gettext_lazy("There, but not as recorded"),
    LookUp.NOT_FOUND: gettext_lazy("Not found"),
    LookUp.ENDED: gettext_lazy("Revoked or ended early"),
}


@dataclass(frozen=True, slots=True)
class LicenceWords:
    """A licence in words. `number` is empty for a background check, of which only dates are shown.

    `why` says in a sentence what its state means for the reader.
    """

    standing: Standing
    title: str
    number: str
    period: str
    tone: str
    icon: str
    state: Text
    note: str
    why: str
    look: str
    looks: tuple[tuple[str, LicenceLook], ...]
    earlier: tuple[tuple[str, str], ...]


def kind_title(kind: str) -> str:
    """Return what a kind of licence is called."""
    return str(dict(licence_kinds()).get(kind, kind))


def licence_words(standing: Standing, on: date, *, mine: bool) -> LicenceWords:
    """Return a licence in words, for its holder (`mine`) or for those who look it up."""
    licence = standing.life.licence
    tone, icon, state = TONES[standing.state]
    ends = standing.last is not None and standing.state in (State.ENDING, State.EXPIRED)
    return LicenceWords(
        standing=standing,
        title=kind_title(licence.kind),
        number=number_of(licence),
        period=period_words(licence),
        tone=tone,
        icon=icon,
        state=state,
        note=days_away(standing.last, on) if ends and standing.last else "",
        why=_why(standing, mine=mine),
        look=look_words(standing.look),
        looks=tuple((str(SAID[each.outcome]), each) for each in standing.life.looks),
        earlier=tuple((number_of(each), period_words(each)) for each in standing.life.earlier),
    )


def period_words(licence: LicenceRecord) -> str:
    """Write from when through when a licence is valid; a check only says until when it clears."""
    last = last_day(licence.valid_until)
    words = {"day": formats.date_short(last or licence.valid_from)}
    if licence.kind == BACKGROUND:
        return (_("Cleared from %(day)s") if last is None else _("Cleared through %(day)s")) % words
    if last is None:
        return _("From %(day)s") % words
    if licence.valid_until is not None and licence.valid_until <= licence.valid_from:
        return _("Never valid")
    return formats.period(licence.valid_from, licence.valid_until)


def look_words(look: LicenceLook | None) -> str:
    """Write what the last look at the source said: "Confirmed 3 Mar 2026, Board page"."""
    if look is None:
        return _("Not looked up yet")
    words = {
        "said": SAID[look.outcome],
        "day": formats.date_short(look.looked_up_on),
        "source": look.source,
    }
    return _("%(said)s %(day)s: %(source)s") % words


def number_of(licence: LicenceRecord) -> str:
    """Return the number to show; of a background check only the dates are shown."""
    return "" if licence.kind == BACKGROUND else licence.number


def _why(standing: Standing, *, mine: bool) -> str:
    said = {
        State.CONTRADICTED: _("It counts for nothing until its source confirms it."),
        State.UNVERIFIED: _("It counts once it has been looked up with its issuer."),
        State.ENDING: _("Renew it with its issuer, and add the new one here."),
        State.EXPIRED: _("It counts no more. Add the new one when you have it."),
    }
    asked = {
        State.CONTRADICTED: _("Correct it with the worker, or look again."),
        State.UNVERIFIED: _("It counts once you have looked it up with its issuer."),
        State.OUTDATED: _("The last look is more than a year old. It still counts."),
    }
    return (said if mine else asked).get(standing.state, "")


def team_columns(on: date) -> Sequence[Column]:
    """Return the columns of the export of a team's licences; the items are TeamLicence."""

    def licence(name: str) -> Column:
        return name, lambda row: getattr(row.standing.life.licence, name)

    def look(name: str) -> Column:
        read = attrgetter(name)
        return name, lambda row: read(row.standing.look) if row.standing.look else ""

    def number(row: TeamLicence) -> str:
        return number_of(row.standing.life.licence)

    return [
        ("as_of", lambda row: on),
        ("person_id", lambda row: row.person.uuid),
        ("person", lambda row: row.person.name),
        licence("kind"),
        licence("requirement"),
        ("number", number),
        licence("issuer"),
        licence("valid_from"),
        ("valid_through", lambda row: row.standing.last),
        ("state", lambda row: row.standing.state.value),
        licence("verified"),
        look("outcome"),
        look("source"),
        look("looked_up_on"),
        ("looked_up_by", lambda row: row.standing.look.who if row.standing.look else ""),
    ]
