"""Read what comes first in a course, and find what is named wrongly or waits for itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from courses.catalog.packs.fields import Fields
from courses.catalog.packs.problems import Problems
from courses.catalog.packs.shapes import ModulePack


def read_after(fields: Fields) -> tuple[dict[str, Any], ...]:
    """Return what must be done before a module: [{"of": how many, "from": evidence keys}].

    ``after: {all: [...]}``, ``{any: [...]}`` or ``{of: 2, from: [...]}``; together, each of them
    must hold. A name without a colon is the key of a module.
    """
    inner = fields.group("after")
    if inner is None:
        return ()
    every, some = inner.words("all"), inner.words("any")
    found = [{"of": len(every), "from": _keys(every)}] if every else []
    found += [{"of": 1, "from": _keys(some)}] if some else []
    names = inner.words("from")
    if names or inner.get("of") is not None:
        of = inner.whole("of", least=1, most=max(1, len(names)))
        found.append({"of": of, "from": _keys(names)})
        if not names:
            inner.wrong("from", "is missing")
    inner.done()
    if not found:
        fields.wrong("after", "names nothing; say all, any, or of and from")
    return tuple(found)


def check_order(modules: Sequence[ModulePack], problems: Problems) -> None:
    """Note each prerequisite that the course does not have, and each circle."""
    owner = {key: module.key for module in modules for key in _subjects(module)}
    waits = {
        module.key: {key: owner.get(key) for each in module.after for key in each["from"]}
        for module in modules
    }
    for module in modules:
        file = f"{module.folder}/module.yaml"
        for key, held_by in waits[module.key].items():
            if held_by is None:
                problems.add(file, 1, f"after: {_name(key)!r} is nothing of this course")
        circle = _circle(module.key, {key: set(found.values()) for key, found in waits.items()})
        if circle:
            problems.add(file, 1, f"after: is a circle: {' after '.join(circle)}")


def _keys(names: tuple[str, ...]) -> list[str]:
    return [name if ":" in name else f"module:{name}" for name in names]


def _name(key: str) -> str:
    return key.removeprefix("module:")


def _subjects(module: ModulePack) -> Iterator[str]:
    yield f"module:{module.key}"
    for lesson in module.lessons:
        yield f"lesson:{module.key}/{lesson.slug}"
    if module.quiz:
        yield f"quiz:{module.quiz['key']}"
    if module.hours.get("live"):
        yield f"session:{module.key}"
    for rubric in module.rubrics:
        yield f"rubric:{rubric['key']}"


def _circle(start: str, waits: dict[str, set[str | None]]) -> list[str]:
    """Return the way from a module back to itself, empty where there is none."""
    ways = [[start, str(each)] for each in sorted(filter(None, waits[start]))]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            following = sorted(filter(None, waits.get(way[-1], ())))
            ways += [[*way, str(each)] for each in following]
    return []
