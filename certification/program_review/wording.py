"""Put drafts, differences and who is affected into words, as pages and files show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certification.engine.requirements import Due, Since
from certification.program_review.differences import Change, Figure, Part, What
from certification.program_review.foresight import Kind
from certification.program_review.states import State, Step
from lms.kit import formats

Text = str | Promise

STATES: Final[Mapping[State, tuple[str, Text]]] = {
    State.WRITTEN: ("none", _("Being written")),
    State.WAITING: ("warn", _("Waits for review")),
    State.SENT_BACK: ("warn", _("Sent back")),
    State.PUBLISHED: ("ok", _("Published")),
    State.WITHDRAWN: ("none", _("Withdrawn")),
    State.REPLACED: ("none", _("Replaced by a revision")),
}
STEPS: Final[Mapping[Step, Text]] = {
    Step.SUBMITTED: _("Handed in for review"),
    Step.SENT_BACK: _("Sent back"),
    Step.PUBLISHED: _("Published"),
    Step.WITHDRAWN: _("Withdrawn"),
}
KINDS: Final[Mapping[Kind, Text]] = {
    Kind.JOINS: _("Come under the program"),
    Kind.LEAVES: _("Leave the program"),
    Kind.UNMET: _("Have a requirement newly unmet"),
    Kind.MET: _("Have a requirement newly met, or not asked any more"),
    Kind.PROVISIONAL_LOST: _("May not work in a pair any more"),
    Kind.PROVISIONAL_GAINED: _("May work in a pair from then on"),
    Kind.AMOUNT: _("Have more or less to do for something unmet"),
    Kind.DEADLINE: _("Have a deadline moved"),
    Kind.OVERDUE: _("Become overdue"),
    Kind.NOT_OVERDUE: _("Are not overdue any more"),
    Kind.BLOCKED: _("Could not get or renew a certificate any more"),
    Kind.OPENED: _("Could get or renew a certificate now"),
    Kind.ISSUED: _("Get a certificate at once"),
    Kind.OTHER: _("Stand otherwise in some other way"),
}
_PARTS: Final[Mapping[Part, Text]] = {
    Part.PROGRAM: _("The program"),
    Part.CREDENTIAL: _("Certificate"),
    Part.PROVISIONAL: _("Work in a pair before certification"),
    Part.PRIOR_LEARNING: _("Earlier training"),
    Part.REQUIREMENT: _("Requirement"),
    Part.GROUP: _("Group of requirements"),
}
_WHATS: Final[Mapping[What, tuple[str, Text]]] = {
    What.ADDED: ("ok", _("New")),
    What.REMOVED: ("bad", _("Removed")),
    What.CHANGED: ("part", _("Changed")),
}
_FIELDS: Final[Mapping[str, Text]] = {
    "title": _("Title"),
    "version": _("Version"),
    "as_of": _("Sources read on"),
    "zone": _("Time zone of its dates"),
    "issuer": _("Issuer"),
    "own_rule": _("Our own rule"),
    "adopted": _("Adopted by"),
    "source_url": _("Source"),
    "note": _("Note"),
    "kind": _("Kind"),
    "hours": _("Hours"),
    "count": _("How often"),
    "pass_percent": _("Pass mark"),
    "due": _("Deadline"),
    "valid_months": _("Valid for"),
    "roles": _("Roles"),
    "gates": _("Gates"),
    "counts": _("Accepted evidence"),
    "lookback_months": _("Earlier training may be"),
    "waivable": _("Can be waived"),
    "renewal_gates": _("Gates for renewal"),
    "renewal_only": _("Renewal asks for nothing else"),
    "window_days": _("May be renewed before its end"),
    "grace_days": _("May be renewed after its end"),
    "anew_after_grace": _("Earned anew after that"),
    "expiry": _("End reckoned from"),
    "fixed_day": _("Fixed last day"),
    "needed": _("How many of them"),
    "members": _("Members"),
    "within": _("Belongs to"),
    "requirements": _("Requirements"),
    "until": _("Until"),
    "supervised": _("Needs a named supervisor"),
    "after": _("Only after"),
    "since": _("Counts only if not older than"),
    "caps": _("At most"),
    "repeats": _("Repeating counts"),
    "hours_types": _("Ways of earning hours"),
    "unscored": _("Counts without a score"),
    "reductions": _("Less is enough with experience"),
    "part": _("Is now a"),
}
_BASES: Final[Mapping[str, Text]] = {
    "V": _("sourced"),
    "I": _("interpretation"),
    "G": _("unverified"),
    "A": _("assumption"),
    "O": _("our own rule"),
    "N": _("not found"),
}
_MONTHS: Final = frozenset({"valid_months", "lookback_months"})
_DAYS: Final = frozenset({"window_days", "grace_days"})
_ANCHORS: Final[Mapping[str, Text]] = {
    "hire": _("hire"),
    "assignment": _("assignment to the role"),
    "first_service": _("first service"),
    "certification": _("certification"),
    "version_change": _("this version"),
}


@dataclass(frozen=True, slots=True)
class FigureWords:
    """One figure in words; `before` is empty for what is new, `after` for what is gone."""

    label: Text
    before: str
    after: str
    basis_before: Text
    basis_after: Text


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One part that differs, in words."""

    part: Text
    tone: str
    what: Text
    key: str
    title: str
    figures: tuple[FigureWords, ...]


def change_words(change: Change) -> ChangeWords:
    """Put one difference into words."""
    tone, what = _WHATS[change.what]
    single = change.part in (Part.PROGRAM, Part.PROVISIONAL, Part.PRIOR_LEARNING)
    return ChangeWords(
        part=_PARTS[change.part],
        tone=tone,
        what=what,
        key="" if single else change.key,
        title=change.title,
        figures=tuple(_figure(each, change.what) for each in change.figures),
    )


def summary(changes: Sequence[Change]) -> str:
    """Say in one sentence how many requirements are new, gone and changed."""
    nodes = [each for each in changes if each.part in (Part.REQUIREMENT, Part.GROUP)]
    added, removed, changed = (
        sum(each.what is what for each in nodes)
        for what in (What.ADDED, What.REMOVED, What.CHANGED)
    )
    parts = [
        ngettext("%(n)s new", "%(n)s new", added) % {"n": added},
        ngettext("%(n)s removed", "%(n)s removed", removed) % {"n": removed},
        ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": changed},
    ]
    return _now("Requirements: %(parts)s.") % {"parts": ", ".join(parts)}


def value_words(name: str, value: Any) -> str:
    """Write the value of a field as people read it."""
    if value is None or value == ():
        return str(_now("none"))
    if name in _MONTHS:
        return ngettext("%(n)s month", "%(n)s months", value) % {"n": value}
    if name in _DAYS:
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    if name == "pass_percent":
        return f"{formats.plain(value)}\N{NO-BREAK SPACE}%"
    if name == "hours" and isinstance(value, Decimal):
        return formats.hours(value)
    if name == "fixed_day":
        return "{:02}-{:02}".format(*value)
    if name == "part":
        return str(_PARTS[Part(value)])
    return _plain(value)


def _plain(value: Any) -> str:
    """Write a value of any type."""
    if value is None:
        return str(_now("none"))
    if isinstance(value, bool):
        return str(_now("yes") if value else _now("no"))
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    if isinstance(value, Decimal):
        return formats.plain(value)
    if isinstance(value, date):
        return formats.date_short(value)
    if isinstance(value, Due):
        return _due(value)
    if isinstance(value, Since):
        anchor = _ANCHORS.get(value.anchor, value.anchor)
        values = {"n": value.months, "anchor": anchor}
        return (
            ngettext(
                "%(n)s month before %(anchor)s", "%(n)s months before %(anchor)s", value.months
            )
            % values
        )
    if isinstance(value, tuple):
        return ", ".join(_plain(each) for each in value)
    if is_dataclass(value):
        said = ((each.name, getattr(value, each.name)) for each in fields(value))
        return "; ".join(
            f"{name.replace('_', ' ')} {_plain(each)}"
            for name, each in said
            if each not in (None, ())
        )
    return str(value)


def _due(value: Due) -> str:
    anchor = _ANCHORS.get(value.anchor, value.anchor)
    if value.days == 0:
        return _now("by the day of %(anchor)s") % {"anchor": anchor}
    return ngettext("%(n)s day after %(anchor)s", "%(n)s days after %(anchor)s", value.days) % {
        "n": value.days,
        "anchor": anchor,
    }


def _figure(figure: Figure, what: What) -> FigureWords:
    """Put a figure into words; one whose basis alone has changed is written once."""
    before = "" if what is What.ADDED else value_words(figure.name, figure.before)
    after = "" if what is What.REMOVED else value_words(figure.name, figure.after)
    return FigureWords(
        label=_FIELDS.get(figure.name) or figure.name.replace("_", " "),
        before="" if before == after else before,
        after=after,
        basis_before=_BASES.get(figure.basis_before, ""),
        basis_after=_BASES.get(figure.basis_after, ""),
    )


# --- who is affected ------------------------------------------------------------------------
def kinds_in(text: str) -> list[Kind]:
    """Return the kinds that a row's text between bars names."""
    return [Kind(each) for each in text.strip("|").split("|") if each]


def lines_of(details: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Write what changes for one person, one line for each kind, requirements by their titles."""
    found = []
    for kind in Kind:
        value = details.get(kind.value)
        if not value:
            continue
        words = str(_SINGLE[kind])
        if kind is Kind.AMOUNT:
            words += ": " + "; ".join(_amount(each, titles) for each in value)
        elif kind is Kind.DEADLINE:
            words += ": " + "; ".join(_moved(each, titles) for each in value)
        elif isinstance(value, list):
            words += ": " + ", ".join(titles.get(key, key) for key in value)
        found.append(words)
    return found


def _moved(row: Sequence[Any], titles: Mapping[str, str]) -> str:
    key, before, after = row
    values = {"title": titles.get(key, key), "before": _day(before), "after": _day(after)}
    return _now("%(title)s, from %(before)s to %(after)s") % values


def _amount(row: Sequence[str], titles: Mapping[str, str]) -> str:
    key, before, after = row
    values = {
        "title": titles.get(key, key),
        "before": formats.plain(Decimal(before)),
        "after": formats.plain(Decimal(after)),
    }
    return _now("%(title)s, %(after)s instead of %(before)s") % values


def _day(text: str | None) -> str:
    return formats.date_short(date.fromisoformat(text)) if text else str(_now("no deadline"))


_SINGLE: Final[Mapping[Kind, Text]] = {
    Kind.JOINS: _("Comes under the program"),
    Kind.LEAVES: _("Leaves the program"),
    Kind.UNMET: _("Newly unmet"),
    Kind.MET: _("Newly met, or not asked any more"),
    Kind.PROVISIONAL_LOST: _("May not work in a pair any more"),
    Kind.PROVISIONAL_GAINED: _("May work in a pair from then on"),
    Kind.AMOUNT: _("More or less to do"),
    Kind.DEADLINE: _("Deadline moves"),
    Kind.OVERDUE: _("Becomes overdue"),
    Kind.NOT_OVERDUE: _("Is not overdue any more"),
    Kind.BLOCKED: _("Could not get or renew"),
    Kind.OPENED: _("Could get or renew now"),
    Kind.ISSUED: _("Gets at once"),
    Kind.OTHER: _("Stands otherwise in some other way"),
}
