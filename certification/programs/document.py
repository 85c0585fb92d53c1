"""Read a program's YAML into frozen rules, or say everything that is wrong with it at once."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from certification.engine.basis import source_text
from certification.engine.requirements import (
    EVERYONE,
    PASSIVE_GATES,
    ROLES,
    CredentialRule,
    Group,
    Kind,
    Node,
    PriorLearningRule,
    ProvisionalRule,
    Requirement,
    walk,
)
from certification.programs.granting import credentials, prior_learning, provisional, renewal_gates
from certification.programs.limits import FIELDS, check_limits, check_order, limits
from certification.programs.reading import ProgramError, Row, load

__all__ = ["Program", "ProgramError", "digest_of", "parse"]

_HEADER = (
    "program title version as_of zone issuer own_rule adopted source_url basis note "
    "credentials provisional prior_learning requirements"
)
_REQUIREMENT = (
    "id title kind hours count pass due valid_months roles gate gates basis note counts"
    " lookback_months waivable"
) + FIELDS
_GROUP = "id title any all n of due roles gate gates basis note"
_DEEPEST = 8
_MOST_COUNT = 10_000
_MOST_HOURS = Decimal(10_000)
_MOST_MONTHS = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One version of a program's rules.

    `as_of` is the date the sources were read, `zone` the IANA zone of its legal dates,
    `adopted` who adopted it in words, `digest` the SHA-256 of the text it was read from.
    """

    key: str
    title: str
    version: str
    as_of: date
    zone: str
    issuer: str
    own_rule: bool
    adopted: str
    credentials: tuple[CredentialRule, ...]
    requirements: tuple[Node, ...]
    provisional: ProvisionalRule | None
    digest: str
    prior_learning: PriorLearningRule | None = None
    source_url: str = ""
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""

    def credential(self, key: str) -> CredentialRule | None:
        """Return the rule of a credential, or None when the program has no such credential."""
        return next((each for each in self.credentials if each.key == key), None)

    def titles(self) -> dict[str, str]:
        """Return the title of every requirement and group by its id."""
        return {node.id: node.title for _, node in walk(self.requirements)}


def digest_of(text: str) -> str:
    """Return the SHA-256 of a program's text in hexadecimal, blind to line-ending style."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def parse(text: str) -> Program:
    """Return the program a YAML text describes.

    Raises:
        ProgramError: with every problem found, not only the first.
    """
    problems: list[str] = []
    row = Row(load(text), "program", problems, _HEADER)
    own_rule = row.flag("own_rule")
    nodes = _Nodes(row, own_rule).build()
    check_order(nodes, problems)
    known = {node.id: node for _, node in walk(nodes)}
    program = Program(
        key=row.identifier("program"),
        title=row.text("title"),
        version=row.text("version"),
        as_of=row.day("as_of"),
        zone=_zone(row),
        issuer=row.text("issuer"),
        own_rule=own_rule,
        adopted=row.text("adopted"),
        credentials=credentials(row, known, own_rule),
        requirements=nodes,
        provisional=provisional(row, known, own_rule),
        prior_learning=prior_learning(row, own_rule),
        digest=digest_of(text),
        source_url=row.text("source_url", ""),
        basis=row.basis(own_rule).codes,
        note=row.text("note", ""),
    )
    if problems:
        raise ProgramError(list(dict.fromkeys(problems)))
    return program


def _zone(row: Row) -> str:
    zone = row.text("zone")
    try:
        if zone:
            ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        row.complain(f"unknown zone {zone!r}")
    return zone


def _waivable(row: Row, kind: Kind) -> bool:
    """Read whether training from elsewhere may count, and refuse limits that limit nothing."""
    waivable = row.flag("waivable", default=True)
    if row.data.get("lookback_months") is not None:
        if not waivable:
            row.complain("lookback_months has no meaning where waivable is false")
        if kind in (Kind.CREDENTIAL, Kind.BACKGROUND):
            row.complain("lookback_months has no meaning here: what others grant has its own dates")
    return waivable


class _Nodes:
    """The requirement tree of one document, groups resolved to what they name."""

    def __init__(self, header: Row, own_rule: bool) -> None:
        self.header = header
        self.problems = header.problems
        self.own_rule = own_rule
        self.seen: set[str] = set()
        self.top: dict[str, Any] = {}
        # Names that a group has taken: those requirements are demanded through it alone.
        self.taken: set[str] = set()
        self.passive = PASSIVE_GATES | renewal_gates(header)

    def build(self) -> tuple[Node, ...]:
        """Return the top of the tree in document order."""
        entries = self.header.items("requirements")
        if not entries:
            self.header.complain("requirements is empty")
        for data in entries:
            if isinstance(data, Mapping) and isinstance(data.get("id"), str):
                self.top.setdefault(data["id"], data)
        named = {name for data in entries for name in _names(data)}
        nodes = [
            self._node(data, f"requirement {at + 1}", {}, 0)
            for at, data in enumerate(entries)
            if not (isinstance(data, Mapping) and data.get("id") in named)
        ]
        if entries and not nodes:
            self.header.complain("every requirement is named by a group: they form a circle")
        for name in sorted(named & self.top.keys() - self.seen):
            self.problems.append(f"{name}: is only named by groups that name each other")
        return tuple(nodes)

    def _node(self, data: Any, where: str, around: Mapping[str, Any], depth: int) -> Node:
        name = data.get("id") if isinstance(data, Mapping) else None
        if isinstance(name, str) and name.strip():
            where = name.strip()
            if where in self.seen:
                self.problems.append(f"{where}: duplicate id")
            self.seen.add(where)
        if isinstance(data, Mapping) and any(word in data for word in ("any", "all", "of", "n")):
            return self._group(Row(data, where, self.problems, _GROUP), around, depth)
        return self._requirement(Row(data, where, self.problems, _REQUIREMENT), around)

    def _requirement(self, row: Row, around: Mapping[str, Any]) -> Requirement:
        basis = row.basis(self.own_rule)
        if "exist" not in basis.codes:
            row.complain("basis does not say where the requirement comes from (exist=...)")
        kind = row.choice("kind", Kind, Kind.SELF_PACED)
        mark = row.number("pass", Decimal(100))
        if kind is Kind.QUIZ and not mark:
            row.complain("a quiz needs a pass mark above 0")
        gates = row.needed("gate", _gates(row) or around.get("gates", ()))
        requirement = Requirement(
            id=row.identifier("id"),
            title=row.text("title"),
            kind=kind,
            hours=row.number("hours", _MOST_HOURS),
            count=row.whole("count", 1, _MOST_COUNT),
            pass_percent=mark,
            due=row.due(),
            valid_months=row.whole("valid_months", 1, _MOST_MONTHS),
            roles=row.needed("roles", row.words("roles", ROLES) or around.get("roles", ())),
            gates=gates,
            basis=basis.codes,
            note=row.text("note", ""),
            lookback_months=row.whole("lookback_months", 1, _MOST_MONTHS),
            waivable=_waivable(row, kind),
            passive=self.passive.issuperset(gates),
            source=source_text(row.where, basis),
            **limits(row),
        )
        check_limits(requirement, row)
        return requirement

    def _group(self, row: Row, around: Mapping[str, Any], depth: int) -> Group:
        forms = [form for form in ("any", "all", "of") if form in row.data]
        if len(forms) != 1 or ("n" in row.data) != (forms == ["of"]):
            row.complain("a group is written with any, with all, or with n and of")
        if depth >= _DEEPEST:
            row.complain(f"groups are nested deeper than {_DEEPEST}")
            forms = []
        roles = row.words("roles", ROLES) or around.get("roles", ())
        gates = _gates(row) or around.get("gates", ())
        inner = {"roles": roles, "gates": gates}
        members = tuple(
            node
            for form in forms[:1]
            for at, data in enumerate(row.items(form))
            if (node := self._member(data, row, at, inner, depth)) is not None
        )
        basis = row.basis(self.own_rule)
        gates = gates or _union(member.gates for member in members)
        group = Group(
            id=row.identifier("id"),
            title=row.text("title"),
            members=members,
            roles=roles or _union(member.roles for member in members),
            gates=gates,
            passive=bool(gates) and self.passive.issuperset(gates),
            needed={"any": 1, "of": row.whole("n", 1, 1000) or 1}.get("".join(forms[:1])),
            due=row.due(),
            basis=basis.codes,
            note=row.text("note", ""),
            source=source_text(row.where, basis),
        )
        _check_group(group, row)
        return group

    def _member(
        self, data: Any, row: Row, at: int, inner: Mapping[str, Any], depth: int
    ) -> Node | None:
        if not isinstance(data, str):
            return self._node(data, f"{row.where} member {at + 1}", inner, depth + 1)
        if data not in self.top:
            row.complain(f"unknown requirement {data!r}")
        elif data in self.taken:
            row.complain(f"{data!r} is named twice by groups")
        else:
            self.taken.add(data)
            return self._node(self.top[data], data, inner, depth + 1)
        return None


def _check_group(group: Group, row: Row) -> None:
    """Complain of a group that is empty or that some of its roles could never satisfy."""
    if not group.members:
        row.complain("the group has no members")
        return
    for role in group.roles:
        open_to = sum(role in each.roles or EVERYONE in each.roles for each in group.members)
        if open_to < (group.needed or 1):
            row.complain(f"only {open_to} of {group.needed or 1} members are open to {role}")


def _gates(row: Row) -> tuple[str, ...]:
    """Return the gates, written as `gate` in the rule files and as `gates` elsewhere."""
    return row.words("gate") or row.words("gates")


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in lists for word in words))


def _names(data: Any) -> Iterator[str]:
    """Yield every requirement that a group names at any depth, as text."""
    if not isinstance(data, Mapping):
        return
    for form in ("any", "all", "of"):
        members = data.get(form)
        for member in members if isinstance(members, list) else ():
            if isinstance(member, str):
                yield member
            else:
                yield from _names(member)
