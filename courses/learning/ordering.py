"""Reckon what is still locked in a course, and what comes first. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from courses.catalog.outline import Condition, OutlineModule


class Step(Protocol):
    """What ordering looks at in an item of a course."""

    @property
    def subject(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def done(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wait:
    """``of`` of these (title, address or "") are still to do before a module opens."""

    of: int
    first: tuple[tuple[str, str], ...]

    @property
    def all(self) -> bool:
        """Tell whether every one of them is needed."""
        return self.of == len(self.first)


def waits(modules: Iterable[OutlineModule], items: Iterable[Step]) -> dict[str, tuple[Wait, ...]]:
    """Return what each module (by slug) still waits for; nothing where it is open.

    A condition asks nothing of who does not take what it names: a track without a module is not
    locked by it.
    """
    modules = list(modules)
    if not any(module.after for module in modules):
        return {}
    done, titles = _known(modules, list(items))
    found = {}
    for module in modules:
        left = [_left(each, done, titles) for each in module.after]
        if open_yet := tuple(wait for wait in left if wait):
            found[module.slug] = open_yet
    return found


def _left(
    condition: Condition, done: Collection[str], titles: Mapping[str, tuple[str, str]]
) -> Wait | None:
    here = [subject for subject in condition.subjects if subject in titles]
    needed = min(condition.of, len(here)) - sum(subject in done for subject in here)
    if needed <= 0:
        return None
    return Wait(needed, tuple(titles[subject] for subject in here if subject not in done))


def _known(
    modules: Iterable[OutlineModule], items: Collection[Step]
) -> tuple[set[str], dict[str, tuple[str, str]]]:
    """Return what is done, and (title, address) of everything there is, by evidence key."""
    done = {item.subject for item in items if item.done}
    titles = {item.subject: (item.title, item.url) for item in items}
    for module in modules:
        # What one does alone of it: sessions and practice are recorded by others.
        own = [item for item in items if item.module == module.slug and item.url]
        titles[module.subject] = (module.title, own[0].url if own else "")
        if all(item.done for item in own):
            done.add(module.subject)
    return done, titles
