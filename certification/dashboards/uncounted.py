"""Say why evidence that is on record does not count toward a requirement on a date; no database."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from certification.engine.facts import Fact, PersonFacts
from certification.engine.measure import expiry
from certification.engine.requirements import Group, Node, Requirement, applies, matches, walk
from lms.kit import formats
from lms.kit.periods import last_day

Titles = Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence in a line. `why`: why it does not count; empty where it does.

    `ran_out`: it did count, and does no more.
    """

    on: date
    text: str
    why: str = ""
    ran_out: bool = False


def evidence_line(fact: Fact, title: str, titles: Titles) -> Evidence:
    """Return a fact in words: what it is, with its hours and score."""
    parts = [titles.get(fact.key, (title, None))[0]]
    if fact.hours:
        parts.append(formats.hours(fact.hours))
    if fact.score is not None:
        parts.append(formats.percent(fact.score, 0))
    return Evidence(fact.on, ", ".join(parts))


def uncounted(
    node: Node, facts: PersonFacts, counted: Collection[str], on: date, titles: Titles
) -> list[Evidence]:
    """Return what is on record for a requirement and not `counted`, oldest first, with the reason.

    Of a group, what is on record for its members that are asked of the person.
    """
    found: dict[str, Evidence] = {}
    for leaf in leaves_for(node, facts.roles_on(on)):
        for fact in _about(leaf, facts):
            if fact.id in counted or fact.on > on or fact.id in found:
                continue
            line = evidence_line(fact, leaf.title, titles)
            why, ran_out = _reason(leaf, fact, facts, on)
            found[fact.id] = Evidence(line.on, line.text, why, ran_out)
    return sorted(found.values(), key=lambda each: (each.on, each.text))


def not_asked(
    nodes: Collection[Node], facts: PersonFacts, on: date, titles: Titles
) -> list[Evidence]:
    """Return what is on record only for requirements that are not asked of the person's roles."""
    roles = facts.roles_on(on)
    asked = [leaf for node in nodes for leaf in leaves_for(node, roles)]
    others = [node for _path, node in walk(list(nodes)) if isinstance(node, Requirement)]
    found = []
    for fact in facts.facts:
        if fact.on > on or any(_names(leaf, fact) for leaf in asked):
            continue
        other = next((leaf for leaf in others if _names(leaf, fact)), None)
        if other is not None:
            line = evidence_line(fact, other.title, titles)
            found.append(Evidence(line.on, line.text, _("It is asked of another role.")))
    return sorted(found, key=lambda each: (each.on, each.text))


def leaves_for(node: Node, roles: frozenset[str]) -> Iterator[Requirement]:
    """Yield the requirements below a node that are asked of somebody with these roles."""
    if not applies(node, roles):
        return
    if isinstance(node, Group):
        for member in node.members:
            yield from leaves_for(member, roles)
    else:
        yield node


def _about(leaf: Requirement, facts: PersonFacts) -> Iterator[Fact]:
    return (fact for fact in facts.facts if _names(leaf, fact))


def _names(leaf: Requirement, fact: Fact) -> bool:
    return any(matches(key, fact.key) for key in leaf.keys)


def _reason(leaf: Requirement, fact: Fact, facts: PersonFacts, on: date) -> tuple[str, bool]:
    """Return why a fact does not count, and whether it did before; the gravest reason first."""
    mark = leaf.pass_percent
    below = mark is not None and fact.score is not None and fact.score < mark
    if below:
        words = {"score": formats.percent(fact.score, 0), "mark": formats.percent(mark, 0)}
        return _("The score is %(score)s. You need %(mark)s.") % words, False
    if not fact.passed:
        return _("It was not passed."), False
    since = leaf.since.on(facts.anchors) if leaf.since else None
    if since is not None and fact.on < since:
        words = {"day": formats.date_short(since)}
        return _("It is too old. Only what was done since %(day)s counts.") % words, False
    end = expiry(leaf, fact)
    if end is not None and end <= on:
        words = {"day": formats.date_short(last_day(end))}
        return _("It counted through %(day)s. It has run out.") % words, True
    if not fact.verified:
        return _("Nobody has checked it yet."), False
    if mark and fact.score is None and fact.key != leaf.id:
        words = {"mark": formats.percent(mark, 0)}
        return _("It has no score. You need %(mark)s.") % words, False
    if leaf.hours_types and fact.hours_type not in leaf.hours_types:
        return _("Hours of this kind do not count here."), False
    return _("The rules do not count it here, or not yet."), False
