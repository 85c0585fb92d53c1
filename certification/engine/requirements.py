"""What a program demands, as frozen data: requirements, groups, credential rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from certification.engine.dates import add_days
from certification.engine.decision import Unit

EVERYONE = "all"
ROLES = frozenset(
    {"responder", "clinician", "peer", "supervisor", "coach", "trainer", "access_staff", "admin"}
    | {EVERYONE}
)
ANCHORS = frozenset({"hire", "assignment", "first_service", "certification", "version_change"})
# Gates that nobody has to pass today; a requirement with no other gate never decides the
# outcome unless the caller asks for one of its gates by name.
PASSIVE_GATES = frozenset({"optional", "report_only", "renew", "coach_renew", "trainer_renew"})
ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    """What sort of thing is demanded; it settles how evidence is measured."""

    SELF_PACED = "self_paced"
    LIVE_SESSION = "live_session"
    QUIZ = "quiz"
    OBSERVED_SKILL = "observed_skill"
    CREDENTIAL = "credential"
    BACKGROUND = "background"
    COLLABORATIVE = "collaborative"
    EXPERIENCE = "experience"


TRAINING_KINDS = frozenset({Kind.SELF_PACED, Kind.LIVE_SESSION, Kind.OBSERVED_SKILL})
_WHOLE_KINDS = frozenset({Kind.CREDENTIAL, Kind.BACKGROUND})


class CredentialKind(StrEnum):
    """What a credential says of its holder."""

    CERTIFICATE_OF_COMPLETION = "certificate_of_completion"
    CERTIFICATION = "certification"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: `days` calendar days after the anchor; `before` blocks the gate until met."""

    anchor: str
    days: int
    before: bool = False

    def on(self, anchors: Mapping[str, date]) -> date | None:
        """Return the last day that is in time, or None while the anchor is unknown."""
        anchor = anchors.get(self.anchor)
        return None if anchor is None else add_days(anchor, self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One clause of a program.

    `hours` are decimal hours (None: not applicable; 0: required, time not counted),
    `pass_percent` 0 to 100, `valid_months` calendar months from the evidence. `counts` are
    evidence keys that satisfy it beside its own id. Prior learning: `lookback_months` replaces the
    limit of the program, and what is not `waivable` has to be done anew, whatever was done before.
    The last three fields are derived.
    """

    id: str
    title: str
    kind: Kind
    roles: tuple[str, ...]
    gates: tuple[str, ...]
    hours: Decimal | None = None
    count: int | None = None
    pass_percent: Decimal | None = None
    due: Due | None = None
    valid_months: int | None = None
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    counts: tuple[str, ...] = ()
    lookback_months: int | None = None
    waivable: bool = True
    source: str = ""
    keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    unit: Unit = field(init=False, repr=False, compare=False)
    need: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive what is measured once, because a decision asks for it thousands of times."""
        unit, need = Unit.COUNT, Decimal(max(self.count or 1, 1))
        if self.kind is Kind.QUIZ and self.pass_percent:
            unit, need = Unit.PERCENT, self.pass_percent
        elif self.count is None and self.hours and self.kind not in _WHOLE_KINDS | {Kind.QUIZ}:
            unit, need = Unit.HOURS, self.hours
        object.__setattr__(self, "keys", tuple(dict.fromkeys((self.id, *self.counts))))
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "need", need)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A choice among requirements: `needed` of the members, or all of them when None."""

    id: str
    title: str
    members: tuple["Requirement | Group", ...]
    roles: tuple[str, ...]
    gates: tuple[str, ...]
    needed: int | None = None
    due: Due | None = None
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


Node: TypeAlias = Requirement | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRule:
    """What earns a credential: every requirement behind `gates`, in one of `roles`.

    `renewal_gates` must be met as well when it is renewed; `hours` are those printed on it;
    `valid_months` None means that it does not expire.
    """

    key: str
    title: str
    kind: CredentialKind
    gates: tuple[str, ...]
    roles: tuple[str, ...]
    valid_months: int | None = None
    hours: Decimal | None = None
    renewal_gates: tuple[str, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalRule:
    """The requirements that let a person work in a pair before being fully qualified."""

    requirements: tuple[str, ...]
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorLearningRule:
    """How old training from elsewhere may be when credit is asked for, in calendar months."""

    lookback_months: int
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


def walk(nodes: Sequence[Node], parent: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every node with its path, a group before its members."""
    for node in nodes:
        path = f"{parent}/{node.id}" if parent else node.id
        yield path, node
        if isinstance(node, Group):
            yield from walk(node.members, path)


def concerns(node: Node, gates: frozenset[str] | None) -> bool:
    """Say whether a node decides the outcome: by the gates asked for, or by default."""
    if gates is None:
        return not PASSIVE_GATES.issuperset(node.gates)
    return not gates.isdisjoint(node.gates)


def applies(node: Node, roles: frozenset[str]) -> bool:
    """Say whether a node is demanded of someone who holds these roles."""
    if EVERYONE not in node.roles and roles.isdisjoint(node.roles):
        return False
    return isinstance(node, Requirement) or any(applies(each, roles) for each in node.members)


def stated_hours(nodes: Sequence[Node]) -> dict[Kind, Decimal]:
    """Add up the hours a program states, by kind; `TRAINING_KINDS` are training proper."""
    totals = dict.fromkeys(Kind, ZERO)
    for node in {node.id: node for _, node in walk(nodes)}.values():
        if isinstance(node, Requirement):
            totals[node.kind] += node.hours or ZERO
    return totals
