"""Put requests and their clauses into words and rows, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.engine.decision import Unit
from certification.prior_learning.queries import ItemRow, RequestRow, Step
from certification.prior_learning.reasons import CODES, OUTCOMES, TONES, ReversalReason
from certification.prior_learning.weighing import GRANTING, Clause
from lms.kit import formats

Text = str | Promise


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One clause of a request, in words. `tone` is that of a chip."""

    title: str
    requirement: str
    need: str
    decision: Text
    tone: str


@dataclass(frozen=True, slots=True)
class StepWords:
    """One entry of a request's history, in words."""

    step: Step
    title: Text
    lines: tuple[tuple[str, Text], ...]


def amount(value: Decimal, unit: str) -> str:
    """Write an amount in its unit: "1.5 h", "2 times", "the whole check"."""
    if unit == Unit.HOURS:
        return formats.hours(value)
    if unit == Unit.PERCENT:
        return _("the check as a whole")
    return ngettext("once", "%(n)s times", int(value)) % {"n": formats.plain(value)}


def need_of(clause: Clause) -> str:
    """Write what a clause needs."""
    return amount(clause.need, clause.unit)


def source_of(clause: Clause) -> str:
    """Write where the rule about prior learning comes from, after the id of the clause."""
    if clause.source.startswith(clause.requirement):
        return clause.source
    return f"{clause.requirement} · {clause.source}"


def decided(code: str, value: Decimal, unit: str) -> Text:
    """Write what was decided of a clause, with how much counts."""
    if not code:
        return OUTCOMES[""]
    if code in GRANTING:
        words = {"decision": CODES[code], "amount": amount(value, unit)}
        return _("%(decision)s: %(amount)s") % words
    return CODES[code]


def item_words(items: Sequence[ItemRow]) -> list[ItemWords]:
    """Return the clauses of a request in words."""
    return [
        ItemWords(
            title=each.clause.title,
            requirement=each.clause.requirement,
            need=need_of(each.clause),
            decision=decided(each.code, each.amount, each.clause.unit),
            tone=TONES.get(each.code, "none"),
        )
        for each in items
    ]


def state_of(row: RequestRow) -> tuple[str, Text]:
    """Return how a request stands, as tone and words."""
    return TONES[row.outcome], OUTCOMES[row.outcome]


def lookback_words(clause: Clause) -> str:
    """Say whether the training is recent enough, with the last day it could be brought forward."""
    if clause.lookback_months is None:
        return _("No look-back limit.")
    if clause.last_in_time is None:
        return _("A waived requirement has no look-back limit.")
    words = {
        "months": clause.lookback_months,
        "day": formats.date_short(clause.last_in_time),
    }
    if clause.too_old:
        return _("Too old: %(months)s months count, so it was in time through %(day)s.") % words
    return _("In time: %(months)s months count, through %(day)s.") % words


def history_words(steps: Sequence[Step]) -> list[StepWords]:
    """Return what was decided and taken back, in words."""
    found = []
    for step in steps:
        if step.outcome:
            title: Text = OUTCOMES[step.outcome]
        else:
            why = ReversalReason(step.reason_code).label
            title = _("Decision taken back: %(why)s") % {"why": why}
        lines = tuple((each[0], decided(each[1], each[2], each[3])) for each in step.findings)
        found.append(StepWords(step, title, lines))
    return found
