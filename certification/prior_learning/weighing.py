"""Say what may be granted of a request for prior learning, clause by clause; pure.

A look-back limit counts calendar months from the day the training was completed. The day on which
the months are full is still in time: three years old is not older than three years.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from certification.engine.dates import add_months, end_after
from certification.engine.decision import Unit
from certification.engine.requirements import Kind, Requirement
from certification.programs.document import Program

ZERO = Decimal(0)

# What others grant (licences, degrees, checks of the background) is recorded as such, with its
# issuer and its own dates; it is never credited as training and never waived.
OPEN_KINDS = frozenset(Kind) - {Kind.CREDENTIAL, Kind.BACKGROUND}

HOURS_TYPES: Mapping[Kind, str] = {
    Kind.SELF_PACED: "self_paced",
    Kind.LIVE_SESSION: "live",
    Kind.COLLABORATIVE: "live",
    Kind.OBSERVED_SKILL: "practice",
    Kind.EXPERIENCE: "practice",
}


class Code(StrEnum):
    """What an officer may decide about one clause."""

    GRANTED = "granted"
    PARTLY = "partly_granted"
    UNDOCUMENTED = "undocumented"
    TOO_OLD = "older_than_lookback"
    NOT_EQUIVALENT = "not_equivalent"
    NOT_WAIVABLE = "not_waivable"
    DUPLICATE = "duplicate"


class Outcome(StrEnum):
    """What became of a request as a whole."""

    GRANTED = "granted"
    PARTLY = "partly_granted"
    REFUSED = "refused"


GRANTING = frozenset({Code.GRANTED, Code.PARTLY})


class Fault(StrEnum):
    """Why a decision about a clause is refused."""

    CODE = "code"
    WAIVABLE = "waivable"
    LOOKBACK = "lookback"
    IN_TIME = "in_time"
    CAN_BE_WAIVED = "can_be_waived"
    DOCUMENT = "document"
    AMOUNT = "amount"
    WHOLE = "whole"
    NEEDLESS = "needless"
    TRAINING = "training"


class CannotStand(ValueError):
    """The decision breaks the rules; `faults` says where and why, by requirement."""

    def __init__(self, found: Mapping[str, Sequence[Fault]]) -> None:
        super().__init__(", ".join(sorted(found)))
        self.faults = dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a request rests on; an exemption has no day and no hours."""

    exemption: bool
    completed_on: date | None
    requested_on: date
    hours: Decimal | None
    documented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One requirement asked about, with the rules for it.

    `need` is in `unit`. `lookback_months` None: no limit; `last_in_time` is the last day on which
    this training could be brought forward. `counts_until` is the first day it would not count.
    """

    requirement: str
    title: str
    unit: Unit
    need: Decimal
    hours_type: str
    waivable: bool
    lookback_months: int | None
    last_in_time: date | None
    too_old: bool
    counts_until: date | None
    source: str

    @property
    def divisible(self) -> bool:
        """Tell whether a part of it can be credited."""
        return self.unit is Unit.HOURS or (self.unit is Unit.COUNT and self.need > 1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided about one clause; `amount` in its unit, None where nothing is entered."""

    code: str
    amount: Decimal | None = None


def clause_of(requirement: Requirement, program: Program, training: Training) -> Clause:
    """Return how the rules of a program look at one training for one requirement."""
    rule = program.prior_learning
    months = requirement.lookback_months
    if months is None and rule is not None:
        months = rule.lookback_months
    done = training.completed_on
    last = None if done is None or months is None else add_months(done, months)
    end = None
    if done is not None and requirement.valid_months is not None:
        end = end_after(done, requirement.valid_months)
    general = rule is not None and requirement.waivable and requirement.lookback_months is None
    return Clause(
        requirement=requirement.id,
        title=requirement.title,
        unit=requirement.unit,
        need=requirement.need,
        hours_type=HOURS_TYPES.get(requirement.kind, "none"),
        waivable=requirement.waivable,
        lookback_months=months,
        last_in_time=last,
        too_old=last is not None and training.requested_on > last,
        counts_until=end,
        source=rule.source if general and rule is not None else requirement.source,
    )


def amount_of(clause: Clause, verdict: Verdict) -> Decimal:
    """Return how much is credited, in the unit of the clause."""
    if verdict.code == Code.GRANTED:
        return clause.need
    return (verdict.amount or ZERO) if verdict.code == Code.PARTLY else ZERO


def faults(
    training: Training, decided: Sequence[tuple[Clause, Verdict]]
) -> dict[str, tuple[Fault, ...]]:
    """Return what is wrong with a decision, by requirement; empty when it may stand.

    A training cannot be worth more hours than it had, however many clauses it is spread over.
    """
    found = {
        clause.requirement: wrong
        for clause, verdict in decided
        if (wrong := tuple(_wrong(training, clause, verdict)))
    }
    hours = sum(
        (amount_of(clause, each) for clause, each in decided if clause.unit is Unit.HOURS), ZERO
    )
    if not found and training.hours is not None and hours > training.hours:
        paying = [
            clause.requirement
            for clause, each in decided
            if clause.unit is Unit.HOURS and each.code in GRANTING
        ]
        found[paying[-1]] = (Fault.TRAINING,)
    return found


def _wrong(training: Training, clause: Clause, verdict: Verdict) -> list[Fault]:
    if verdict.code not in set(Code):
        return [Fault.CODE]
    if verdict.code not in GRANTING:
        return _wrong_refusal(training, clause, verdict)
    wrong = []
    if not clause.waivable:
        wrong.append(Fault.WAIVABLE)
    if clause.too_old:
        wrong.append(Fault.LOOKBACK)
    if not training.exemption and not training.documented:
        wrong.append(Fault.DOCUMENT)
    return wrong or _wrong_amount(clause, verdict)


def _wrong_refusal(training: Training, clause: Clause, verdict: Verdict) -> list[Fault]:
    """Return where a refusal says what is not so: reasons are counted in reports."""
    if verdict.code == Code.TOO_OLD and not clause.too_old:
        return [Fault.IN_TIME]
    if verdict.code == Code.NOT_WAIVABLE and clause.waivable and not training.exemption:
        return [Fault.CAN_BE_WAIVED]
    return [Fault.NEEDLESS] if verdict.amount else []


def _wrong_amount(clause: Clause, verdict: Verdict) -> list[Fault]:
    amount = verdict.amount
    if verdict.code == Code.GRANTED:
        return [] if amount in (None, clause.need) else [Fault.NEEDLESS]
    if not clause.divisible:
        return [Fault.WHOLE]
    if amount is None or not ZERO < amount < clause.need:
        return [Fault.AMOUNT]
    whole = amount == amount.to_integral_value()
    return [] if clause.unit is Unit.HOURS or whole else [Fault.WHOLE]


def outcome_of(codes: Collection[str]) -> Outcome:
    """Return what became of a request whose clauses were decided so."""
    if all(code == Code.GRANTED for code in codes):
        return Outcome.GRANTED
    return Outcome.PARTLY if GRANTING.intersection(codes) else Outcome.REFUSED


def credits_of(clause: Clause, amount: Decimal) -> list[tuple[Decimal, str]]:
    """Return the facts that stand for an amount, as (hours, type of hours)."""
    if amount <= 0:
        return []
    if clause.unit is Unit.HOURS:
        return [(amount, clause.hours_type)]
    return [(ZERO, "none")] * (int(amount) if clause.unit is Unit.COUNT else 1)
