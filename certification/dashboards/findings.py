"""Turn a decision's findings into what is left and what is done, in words; no database.

The worker's page, the agency's page about a worker and the CSV are this, printed three ways.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.credentials.standing import who_acts
from certification.dashboards.acting import actor_name
from certification.dashboards.queries.agency import SOON
from certification.dashboards.teams import days_away
from certification.engine.decision import Decision, Finding, Unit
from certification.engine.facts import PersonFacts
from certification.engine.requirements import Group, Kind, Node, Requirement, concerns, walk
from certification.programs.document import Program
from lms.kit import formats

Text = str | Promise
Titles = Mapping[str, tuple[str, str | None]]

KIND_TITLES: Final[Mapping[Kind, Text]] = {
    Kind.SELF_PACED: gettext_lazy("Self-paced learning"),
    Kind.LIVE_SESSION: gettext_lazy("Live sessions"),
    Kind.QUIZ: gettext_lazy("Checks and exams"),
    Kind.OBSERVED_SKILL: gettext_lazy("Observed practice"),
    Kind.CREDENTIAL: gettext_lazy("Licenses and credentials"),
    Kind.BACKGROUND: gettext_lazy("Background checks"),
    Kind.COLLABORATIVE: gettext_lazy("Learning collaborative"),
    Kind.EXPERIENCE: gettext_lazy("Field experience"),
}
SENSITIVE: Final = frozenset({Kind.CREDENTIAL, Kind.BACKGROUND})
"""A peer credential tells of somebody's health: only for who may see licences."""


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement as it stands for somebody.

    `due_mark` and `mark` are basis letters (V, I, G, A, O) of the deadline and of the demand
    itself; `waiting`: evidence is on file that nobody has verified. `decisive`: the outcome
    hangs on it now; the others are optional or for a renewal.
    """

    id: str
    title: str
    kind: Kind
    keys: tuple[str, ...]
    href: str
    met: bool
    have: Decimal
    need: Decimal
    unit: Unit
    due: date | None
    overdue: bool
    soon: bool
    actor: str
    amount: str
    days: str
    due_mark: str
    mark: str
    why: str
    source: str
    waiting: bool
    decisive: bool
    renews: bool


@dataclass(frozen=True, slots=True)
class LeftRow:
    """What is left in one line: one item, or several of one kind with one deadline."""

    title: Text
    href: str
    detail: str
    due: date | None
    overdue: bool
    soon: bool
    days: str
    due_mark: str
    why: str
    who: Text
    who_tone: str
    who_icon: str
    parts: tuple[Item, ...] = ()

    @property
    def due_status(self) -> str:
        """Return the status code of a deadline that is near or gone."""
        return "overdue" if self.overdue else "due_soon" if self.soon else ""

    @property
    def due_text(self) -> str:
        """Return how far away such a deadline is."""
        return self.days if self.due_status else ""


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one decision: what decides now, what a renewal asks, what is done."""

    left: tuple[Item, ...] = ()
    renewal: tuple[Item, ...] = ()
    done: tuple[Item, ...] = ()
    hidden: int = 0
    """How many findings about licences and credentials the reader may not see."""
    hours: tuple["KindHours", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class KindHours:
    """Hours of one kind of requirement: what is had never above what is needed of each."""

    title: Text
    have: Decimal
    need: Decimal

    @property
    def words(self) -> str:
        """Return "11.5 of 15.5 h"."""
        have = formats.plain(self.have)
        return _("%(have)s of %(need)s") % {"have": have, "need": formats.hours(self.need)}


def keys_of(rules: Program) -> list[str]:
    """Return every evidence key that the rules name, to look up titles and addresses."""
    nodes = (node for _path, node in walk(rules.requirements))
    return sorted({key for node in nodes if isinstance(node, Requirement) for key in node.keys})


def read_findings(
    decision: Decision,
    rules: Program,
    facts: PersonFacts,
    titles: Titles,
    *,
    licences: bool = True,
) -> Findings:
    """Return the findings by deadline, then as the rules list them; of groups, the group.

    `titles` are (title, address) by evidence key. Without `licences`, findings about licences,
    peer credentials and background checks are left out and counted.
    """
    nodes = dict(walk(rules.requirements))
    waiting = {fact.key for fact in facts.facts if not fact.verified}
    top = [each for each in decision.findings if "/" not in each.requirement]
    items, hidden = [], 0
    for finding in top:
        node = nodes[finding.requirement]
        if not licences and not SENSITIVE.isdisjoint(_kinds(node)):
            hidden += 1
            continue
        items.append(_item(finding, node, rules, decision.as_of, titles, waiting))
    open_items = sorted((each for each in items if not each.met), key=_order)
    return Findings(
        left=tuple(each for each in open_items if each.decisive),
        renewal=tuple(each for each in open_items if each.renews),
        done=tuple(each for each in items if each.met),
        hidden=hidden,
        hours=_hours(decision.findings, nodes),
    )


def left_rows(items: Sequence[Item], *, name: str = "") -> list[LeftRow]:
    """Return items of one kind with one deadline and one actor as one line, earliest first.

    `name` is the worker's, for others to read; without it the worker reads it.
    """
    grouped: dict[tuple[date | None, Kind, str], list[Item]] = {}
    for each in items:
        grouped.setdefault((each.due, each.kind, each.actor), []).append(each)
    return [_row(group, name) for group in grouped.values()]


def _row(group: Sequence[Item], name: str) -> LeftRow:
    first = group[0]
    tone, icon = _who_look(first)
    who = actor_name(first.actor, mine=not name)
    if name and first.actor == "worker":
        who = name
    marks = {each.due_mark for each in group}
    common = {
        "due": first.due,
        "overdue": first.overdue,
        "soon": first.soon,
        "days": first.days,
        "due_mark": next((mark for mark in "AGI" if mark in marks), ""),
        "why": next((each.why for each in group if each.why), ""),
        "who": who,
        "who_tone": tone,
        "who_icon": icon,
    }
    if len(group) == 1:
        return LeftRow(first.title, first.href, first.amount, **common)  # type: ignore[arg-type]  # common holds the rest
    parts = ngettext("%(n)s part", "%(n)s parts", len(group)) % {"n": len(group)}
    hours = [each for each in group if each.unit is Unit.HOURS]
    detail = parts
    if hours:
        missing = sum((each.need - min(each.have, each.need) for each in hours), Decimal(0))
        detail = _("%(parts)s, %(hours)s to go") % {
            "parts": parts,
            "hours": formats.hours(missing),
        }
    title = KIND_TITLES[first.kind]
    return LeftRow(title, "", detail, parts=tuple(group), **common)  # type: ignore[arg-type]  # as above


def _who_look(item: Item) -> tuple[str, str]:
    if item.waiting:
        return "warn", "hourglass_empty"
    return ("plain", "person") if item.actor == "worker" else ("part", "people")


def _item(
    finding: Finding,
    node: Node,
    rules: Program,
    on: date,
    titles: Titles,
    waiting: set[str],
) -> Item:
    keys = [key for leaf in _leaves(node) for key in leaf.keys]
    due = finding.due
    exist = node.basis.get("exist", "")
    return Item(
        id=node.id,
        title=node.title,
        kind=_kinds(node)[0],
        keys=tuple(keys),
        href=next((url for key in keys if (url := titles.get(key, ("", None))[1])), ""),
        met=finding.met,
        have=finding.have,
        need=finding.need,
        unit=finding.unit,
        due=due,
        overdue=due is not None and due < on and not finding.met,
        soon=due is not None and on <= due <= on + SOON,
        actor=who_acts(rules, node.id),
        amount=_amount(finding, waiting=not waiting.isdisjoint(keys)),
        days=days_away(due, on) if due else "",
        due_mark=node.basis.get("due", "") if due else "",
        mark=exist if exist in ("A", "G") else "",
        why=node.note,
        source=finding.source,
        waiting=not finding.met and not waiting.isdisjoint(keys),
        decisive=concerns(node, None),
        renews=renews(rules, node),
    )


def renews(rules: Program, node: Node) -> bool:
    """Say whether a node is asked for when some credential of the program is renewed."""
    return any(not set(node.gates).isdisjoint(each.renewal_gates) for each in rules.credentials)


def _amount(finding: Finding, *, waiting: bool) -> str:
    """Return how much there is and how much is asked, in words."""
    if waiting and not finding.met:
        return _("On file, waiting to be checked")
    have, need = formats.plain(finding.have), formats.plain(finding.need)
    if finding.unit is Unit.HOURS:
        return _("%(have)s of %(need)s") % {"have": have, "need": formats.hours(finding.need)}
    if finding.unit is Unit.PERCENT:
        words = {"have": formats.percent(finding.have, 0), "need": formats.percent(finding.need, 0)}
        if not finding.have:
            return _("%(need)s needed") % words
        return _("Best score %(have)s, %(need)s needed") % words
    if finding.need == 1:
        return _("On record") if finding.met else _("Nothing on record yet")
    return _("%(have)s of %(need)s") % {"have": have, "need": need}


def _hours(findings: Iterable[Finding], nodes: Mapping[str, Node]) -> tuple[KindHours, ...]:
    """Add up hours by kind; only where all members of a group are asked do they add up."""
    have: dict[Kind, Decimal] = {}
    need: dict[Kind, Decimal] = {}
    for finding in findings:
        node = nodes[finding.requirement]
        if not isinstance(node, Requirement) or finding.unit is not Unit.HOURS:
            continue
        path = finding.requirement
        above = [nodes[path[:at]] for at, letter in enumerate(path) if letter == "/"]
        counted = all(isinstance(each, Group) and each.needed is None for each in above)
        if counted and concerns(above[0] if above else node, None):
            got = min(finding.have, finding.need)
            have[node.kind] = have.get(node.kind, Decimal(0)) + got
            need[node.kind] = need.get(node.kind, Decimal(0)) + finding.need
    return tuple(KindHours(KIND_TITLES[kind], have[kind], need[kind]) for kind in need)


def _leaves(node: Node) -> list[Requirement]:
    if isinstance(node, Requirement):
        return [node]
    return [leaf for member in node.members for leaf in _leaves(member)]


def _kinds(node: Node) -> list[Kind]:
    return [leaf.kind for leaf in _leaves(node)]


def _order(item: Item) -> date:
    return item.due or date.max
