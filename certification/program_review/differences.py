"""Say in what two versions of a program differ, figure by figure with its basis; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any, Final

from certification.engine.requirements import Group, Node, walk
from certification.programs.document import Program

# Derived, compared elsewhere, or no rule.
_SKIPPED: Final = frozenset(
    {"id", "key", "basis", "source", "members", "digest", "credentials", "requirements"}
    | {"provisional", "prior_learning"}
)
# The word of the basis line for a field, where it is another one.
_BASIS: Final[Mapping[str, str]] = {
    "pass_percent": "pass",
    "valid_months": "valid",
    "lookback_months": "lookback",
    "renewal_gates": "renewal",
    "renewal_only": "renewal",
    "hours_types": "types",
    "window_days": "window",
    "grace_days": "grace",
    "needed": "exist",
}


class Part(StrEnum):
    """What part of a program differs."""

    PROGRAM = "program"
    CREDENTIAL = "credential"
    PROVISIONAL = "provisional"
    PRIOR_LEARNING = "prior_learning"
    REQUIREMENT = "requirement"
    GROUP = "group"


class What(StrEnum):
    """How it differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Figure:
    """One field before and after, with the code of its basis; empty where there is none."""

    name: str
    before: Any
    after: Any
    basis_before: str = ""
    basis_after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is new, gone or changed; `key` is its id in the text."""

    part: Part
    what: What
    key: str
    title: str
    figures: tuple[Figure, ...] = ()


def differences(before: Program | None, after: Program) -> list[Change]:
    """Return what differs, in the order of the new text, what is gone last.

    Without `before` everything is new. Notes and titles count, since people read them.
    """
    found = [*_one(Part.PROGRAM, before, after, after.title)]
    found += _many(
        Part.CREDENTIAL,
        {each.key: each for each in before.credentials} if before else {},
        {each.key: each for each in after.credentials},
    )
    for part in (Part.PROVISIONAL, Part.PRIOR_LEARNING):
        old = getattr(before, part.value) if before else None
        found += _one(part, old, getattr(after, part.value), "")
    old_nodes = _nodes(before.requirements) if before else {}
    return [*found, *_nodes_differ(old_nodes, _nodes(after.requirements))]


def _one(part: Part, before: Any, after: Any, title: str) -> Iterator[Change]:
    """Yield how a part that occurs once differs."""
    if after is None and before is None:
        return
    if after is None:
        yield Change(part, What.REMOVED, part.value, title, tuple(_stated(before, gone=True)))
    elif before is None:
        yield Change(part, What.ADDED, part.value, title, tuple(_stated(after)))
    elif figures := tuple(_changed(before, after)):
        yield Change(part, What.CHANGED, part.value, title, figures)


def _many(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield how parts that have keys differ."""
    for key, new in after.items():
        old = before.get(key)
        if old is None:
            yield Change(part, What.ADDED, key, new.title, tuple(_stated(new)))
        elif figures := tuple(_changed(old, new)):
            yield Change(part, What.CHANGED, key, new.title, figures)
    for key, old in before.items():
        if key not in after:
            yield Change(part, What.REMOVED, key, old.title, tuple(_stated(old, gone=True)))


def _nodes_differ(
    before: Mapping[str, tuple[str, Node]], after: Mapping[str, tuple[str, Node]]
) -> Iterator[Change]:
    for key, (path, new) in after.items():
        known = before.get(key)
        if known is None:
            yield Change(_part(new), What.ADDED, key, new.title, (*_within(path), *_stated(new)))
            continue
        old_path, old = known
        figures = [*_within(path, old_path)]
        if type(old) is type(new):
            figures += _changed(old, new)
            figures += _members(old, new)
        else:
            figures.append(Figure("part", _part(old).value, _part(new).value))
        if figures:
            yield Change(_part(new), What.CHANGED, key, new.title, tuple(figures))
    for key, (_path, old) in before.items():
        if key not in after:
            yield Change(_part(old), What.REMOVED, key, old.title, tuple(_stated(old, gone=True)))


def _nodes(requirements: Sequence[Node]) -> dict[str, tuple[str, Node]]:
    """Return every requirement and group by its id, with the group it stands in."""
    return {node.id: (path.rpartition("/")[0], node) for path, node in walk(requirements)}


def _part(node: Node) -> Part:
    return Part.GROUP if isinstance(node, Group) else Part.REQUIREMENT


def _within(path: str, before: str | None = None) -> Iterator[Figure]:
    """Yield that a node stands in a group, or in another one than before."""
    if path if before is None else before != path:
        yield Figure("within", before or None, path or None)


def _members(old: Node, new: Node) -> Iterator[Figure]:
    if isinstance(old, Group) and isinstance(new, Group):
        had, has = (tuple(each.id for each in group.members) for group in (old, new))
        if set(had) != set(has):
            yield Figure("members", had, has)


def _stated(part: Any, *, gone: bool = False) -> Iterator[Figure]:
    """Yield every field of a part that says something."""
    for each in _compared(part):
        value = getattr(part, each.name)
        if each.name != "title" and value != _default(each) and value not in (None, "", ()):
            code = _code(part, each.name)
            if gone:
                yield Figure(each.name, value, None, code)
            else:
                yield Figure(each.name, None, value, "", code)
    if isinstance(part, Group):
        ids = tuple(member.id for member in part.members)
        yield Figure("members", ids, None) if gone else Figure("members", None, ids)


def _changed(old: Any, new: Any) -> Iterator[Figure]:
    """Yield every field that differs, in its value or in where the value comes from."""
    for each in _compared(new):
        before, after = getattr(old, each.name), getattr(new, each.name)
        basis = _code(old, each.name), _code(new, each.name)
        says = after not in (None, "", (), False)
        if _differ(before, after) or (says and basis[0] != basis[1]):
            yield Figure(each.name, before, after, *basis)


def _compared(part: Any) -> Iterable[Field[Any]]:
    return [each for each in fields(part) if each.init and each.name not in _SKIPPED]


def _differ(before: Any, after: Any) -> bool:
    """Tell whether two values differ; a list of words is the same in any order."""
    words = all(
        isinstance(value, tuple) and all(isinstance(each, str) for each in value)
        for value in (before, after)
    )
    return bool(set(before) != set(after) if words else before != after)


def _default(each: Field[Any]) -> Any:
    return None if each.default is MISSING else each.default


def _code(part: Any, name: str) -> str:
    """Return the code of the basis of a field; what is not said is said of the clause."""
    if name in ("title", "note", "version", "as_of", "adopted", "source_url"):
        return ""
    codes: Mapping[str, str] = getattr(part, "basis", {})
    return codes.get(_BASIS.get(name, name)) or codes.get("exist", "")
