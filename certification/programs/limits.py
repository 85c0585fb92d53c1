"""Read what limits a requirement: caps, windows, what has to come first, what makes it smaller."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from certification.engine.decision import Unit
from certification.engine.requirements import (
    ANY,
    Cap,
    Node,
    Reduction,
    Requirement,
    Since,
    walk,
)
from certification.programs.reading import Row

FIELDS = " unscored hours_types caps repeats since after reductions"
HOURS_TYPES = ("self_paced", "live", "practice", "coaching")
_MOST = Decimal(10_000)
_MOST_MONTHS = 1_200


def limits(row: Row) -> dict[str, Any]:
    """Return the fields of a requirement that limit what counts, for its constructor."""
    counts = row.words("counts")
    for key in counts:
        if ANY in key[:-1] or key == ANY:
            row.complain(f"counts {key!r} may have {ANY} at its end only, after a beginning")
    return {
        "counts": counts,
        "unscored": row.words("unscored", counts),
        "hours_types": row.words("hours_types", HOURS_TYPES),
        "caps": tuple(_cap(row, at, data) for at, data in enumerate(row.items("caps"))),
        "repeats": row.flag("repeats", default=True),
        "since": _since(row),
        "after": row.words("after"),
        "reductions": tuple(
            _reduction(row, at, data) for at, data in enumerate(row.items("reductions"))
        ),
    }


def check_limits(requirement: Requirement, row: Row) -> None:
    """Complain of limits that could not work for what is measured."""
    in_percent = requirement.unit is Unit.PERCENT
    if in_percent and (requirement.caps or requirement.reductions):
        row.complain("caps and reductions are for hours and counts, not for a score")
    if not requirement.repeats and any(cap.hours_types for cap in requirement.caps):
        row.complain("caps by hours_types do not go with repeats: false")
    for reduction in requirement.reductions:
        if reduction.to >= requirement.need:
            row.complain(f"a reduction to {reduction.to} is not below {requirement.need}")


def check_order(nodes: tuple[Node, ...], problems: list[str]) -> None:
    """Complain where something comes after what is not there, or after itself."""
    after: dict[str, set[str]] = {}
    for _, node in walk(nodes):
        if isinstance(node, Requirement):
            after[node.id] = set(node.after)
        else:
            after[node.id] = {member.id for member in node.members}
    for _, node in walk(nodes):
        if not isinstance(node, Requirement):
            continue
        unknown = [name for name in node.after if name not in after]
        problems.extend(f"{node.id}: unknown requirement {name!r} in after" for name in unknown)
        if node.after and node.id in _reached(after, node.after):
            problems.append(f"{node.id}: comes after itself")


def _reached(after: Mapping[str, set[str]], start: tuple[str, ...]) -> set[str]:
    """Return everything that has to be met before these, the members of groups included."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in after and name not in reached:
            reached.add(name)
            waiting.extend(after[name])
    return reached


def _cap(row: Row, at: int, data: Any) -> Cap:
    each = Row(
        data, f"{row.where} cap {at + 1}", row.problems, "keys hours_types hours count percent"
    )
    cap = Cap(
        keys=each.words("keys"),
        hours_types=each.words("hours_types", HOURS_TYPES),
        most=each.number("hours", _MOST) if "hours" in each.data else each.number("count", _MOST),
        percent=each.number("percent", Decimal(100)),
    )
    if bool(cap.keys) == bool(cap.hours_types):
        each.complain("a cap names keys, or else hours_types")
    if (cap.most is None) == (cap.percent is None) or {"hours", "count"} <= each.data.keys():
        each.complain("a cap says hours, or count, or percent")
    return cap


def _since(row: Row) -> Since | None:
    data = row.data.get("since")
    if data is None:
        return None
    each = Row(data, f"{row.where} since", row.problems, "from months")
    return Since(each.anchor(), each.whole("months", 0, _MOST_MONTHS) or 0)


def _reduction(row: Row, at: int, data: Any) -> Reduction:
    each = Row(data, f"{row.where} reduction {at + 1}", row.problems, "counts hours count to")
    in_hours = "hours" in each.data
    least = each.number("hours", Decimal(100_000)) if in_hours else each.whole("count", 1, 10_000)
    to = each.number("to", _MOST)
    if not least or in_hours == ("count" in each.data):
        each.complain("a reduction says how many hours, or what count, of experience it takes")
    if to is None:
        each.complain("to is missing")
    return Reduction(
        keys=each.needed("counts", each.words("counts")),
        at_least=Decimal(least or 1),
        to=to or Decimal(0),
        hours=in_hours,
    )
