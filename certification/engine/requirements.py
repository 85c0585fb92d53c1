"""What a program demands, as frozen data: requirements, groups, credential rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from certification.engine.dates import add_days, add_months
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
ANY = "*"


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


class Expiry(StrEnum):
    """What the end of a period is reckoned from."""

    COMPLETION = "completion"
    PREVIOUS_EXPIRY = "previous_expiry"
    FIXED_DATE = "fixed_date"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: `days` calendar days after the anchor; `before` blocks the gate until met."""

    anchor: str
    days: int
    before: bool = False

    def on(self, anchors: Mapping[str, date], roles: Sequence[str] = ()) -> date | None:
        """Return the last day that is in time, or None while the anchor is unknown.

        An anchor may be told for a role (`assignment:supervisor`): then the earliest of those
        that the demand is about counts.
        """
        told = [anchors[name] for role in roles if (name := f"{self.anchor}:{role}") in anchors]
        anchor = min(told) if told else anchors.get(self.anchor)
        return None if anchor is None else add_days(anchor, self.days)


@dataclass(frozen=True, slots=True)
class Since:
    """A window: evidence counts from `months` calendar months before the anchor on."""

    anchor: str
    months: int = 0

    def on(self, anchors: Mapping[str, date]) -> date | None:
        """Return the first day that counts, or None while the anchor is unknown."""
        anchor = anchors.get(self.anchor)
        return None if anchor is None else add_months(anchor, -self.months)


@dataclass(frozen=True, slots=True)
class Cap:
    """How much some of the evidence may add: evidence with these keys, or earned in these ways.

    `most` is in the unit of the requirement, `percent` a share of what it needs; exactly one is
    given. Evidence falls under the first cap that names it.
    """

    keys: tuple[str, ...] = ()
    hours_types: tuple[str, ...] = ()
    most: Decimal | None = None
    percent: Decimal | None = None

    def names(self, key: str, hours_type: str) -> bool:
        """Say whether evidence falls under it."""
        return hours_type in self.hours_types or any(matches(each, key) for each in self.keys)

    def limit(self, need: Decimal) -> Decimal:
        """Return the most that may be added where `need` is needed."""
        return self.most if self.most is not None else (self.percent or ZERO) * need / 100


@dataclass(frozen=True, slots=True)
class Reduction:
    """Experience that makes a requirement smaller: `at_least` of it, and `to` is enough.

    `hours` says whether the experience is added up in hours or counted. Experience never grows
    old, and only what is verified counts.
    """

    keys: tuple[str, ...]
    at_least: Decimal
    to: Decimal
    hours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One clause of a program.

    `hours` are decimal hours (None: not applicable; 0: required, time not counted),
    `pass_percent` 0 to 100, `valid_months` calendar months from the evidence. `counts` are
    evidence keys that satisfy it beside its own id; one that ends in `*` is the beginning of keys.
    `unscored` are those of them that need no score to count, whatever the pass mark (attendance).
    `hours_types` leaves out hours earned in other ways, `caps` limits what some evidence may add,
    `repeats` false counts each key once, `since` leaves out what is older. `after` names nodes
    that must be met for anything here to count; `reductions` make it smaller. `passive`: nobody has
    to pass its gates today, as they are for renewal only. Prior learning:
    `lookback_months` replaces the limit of the program, and what is not `waivable` has to be done
    anew, whatever was done before. The last five fields are derived.
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
    unscored: tuple[str, ...] = ()
    hours_types: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()
    repeats: bool = True
    since: Since | None = None
    after: tuple[str, ...] = ()
    reductions: tuple[Reduction, ...] = ()
    passive: bool = False
    source: str = ""
    keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    unit: Unit = field(init=False, repr=False, compare=False)
    need: Decimal = field(init=False, repr=False, compare=False)
    # Some key is the beginning of keys; what there is can simply be added up.
    wild: bool = field(init=False, repr=False, compare=False)
    plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive what is measured once, because a decision asks for it thousands of times."""
        unit, need = Unit.COUNT, Decimal(max(self.count or 1, 1))
        if self.kind is Kind.QUIZ and self.pass_percent:
            unit, need = Unit.PERCENT, self.pass_percent
        elif self.count is None and self.hours and self.kind not in _WHOLE_KINDS | {Kind.QUIZ}:
            unit, need = Unit.HOURS, self.hours
        keys = tuple(dict.fromkeys((self.id, *self.counts)))
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "wild", any(key.endswith(ANY) for key in keys))
        object.__setattr__(self, "plain", not self.caps and self.repeats)
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
    passive: bool = False
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


Node: TypeAlias = Requirement | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRule:
    """What earns a credential: every requirement behind `gates`, in one of `roles`.

    `hours` are those printed on it; `valid_months` None means that it does not expire.

    Renewal: `renewal_gates` must be met as well, by evidence that is newer than the last period's
    decision; with `renewal_only` nothing else is asked. It may be renewed from `window_days`
    calendar days before it ends (0: only once it has ended). For `grace_days` after the end it
    has lapsed and may still be renewed; later, too, unless `anew_after_grace`: then everything
    has to be earned anew. `expiry` says what the end is reckoned from, `fixed_day` (month, day)
    the last day of a period where it is a fixed date.
    """

    key: str
    title: str
    kind: CredentialKind
    gates: tuple[str, ...]
    roles: tuple[str, ...]
    valid_months: int | None = None
    hours: Decimal | None = None
    renewal_gates: tuple[str, ...] = ()
    renewal_only: bool = False
    window_days: int = 0
    grace_days: int = 0
    anew_after_grace: bool = False
    expiry: Expiry = Expiry.COMPLETION
    fixed_day: tuple[int, int] | None = None
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalRule:
    """The requirements that let a person work in a pair before being fully qualified.

    `until` is the last day on which they do, None when there is no such day; `supervised` asks
    for a named supervisor in the employment.
    """

    requirements: tuple[str, ...]
    until: Due | None = None
    supervised: bool = False
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


def matches(pattern: str, key: str) -> bool:
    """Say whether an evidence key is the one meant, or begins like a pattern that ends in `*`."""
    return key == pattern or (pattern.endswith(ANY) and key.startswith(pattern[:-1]))


class Keys(NamedTuple):
    """Evidence keys that some requirements name: whole keys, and beginnings of keys."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def has(self, key: str) -> bool:
        """Say whether evidence with this key can mean anything to them."""
        return key in self.whole or (bool(self.beginnings) and key.startswith(self.beginnings))


def keys_in(nodes: Sequence["Node"]) -> Keys:
    """Return the evidence keys that nodes name, those of experience that reduces them included."""
    named = {
        key
        for _, node in walk(nodes)
        if isinstance(node, Requirement)
        for key in (*node.keys, *(each for less in node.reductions for each in less.keys))
    }
    beginnings = tuple(sorted(key[:-1] for key in named if key.endswith(ANY)))
    return Keys(frozenset(key for key in named if not key.endswith(ANY)), beginnings)


def walk(nodes: Sequence[Node], parent: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every node with its path, a group before its members."""
    for node in nodes:
        path = f"{parent}/{node.id}" if parent else node.id
        yield path, node
        if isinstance(node, Group):
            yield from walk(node.members, path)


def chain(nodes: Sequence[Node], name: str) -> tuple[Node, ...]:
    """Return a node by its id, with the groups around it before it; nothing where there is none."""
    for node in nodes:
        if node.id == name:
            return (node,)
        below = chain(node.members, name) if isinstance(node, Group) else ()
        if below:
            return (node, *below)
    return ()


def concerns(node: Node, gates: frozenset[str] | None) -> bool:
    """Say whether a node decides the outcome: by the gates asked for, or by default."""
    if gates is None:
        return not (node.passive or PASSIVE_GATES.issuperset(node.gates))
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
