"""Walk a branching story: which steps were taken, what came of them, where the learner stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_STEPS: Final = 40
"""A story may lead back; a path is cut here, so that no URL or note grows without end."""

Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was answered. ``path`` leads up to this step, without its choice."""

    step: Step
    choice: Mapping[str, Any]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a story was told; ``current`` is None at its end."""

    taken: tuple[Taken, ...]
    current: Step | None
    path: tuple[str, ...]


def walk(steps: Sequence[Step], start: str, path: Iterable[str]) -> Walk:
    """Follow the choices of ``path`` from ``start``; what follows an unknown choice is ignored."""
    by_id = {step["id"]: step for step in steps}
    current = by_id.get(start)
    taken: list[Taken] = []
    for wanted in path:
        if current is None or len(taken) == MOST_STEPS:
            break
        choice = next((each for each in current["choices"] if each["id"] == wanted), None)
        if choice is None:
            break
        taken.append(Taken(current, choice, tuple(each.choice["id"] for each in taken)))
        current = by_id.get(choice["next"] or "")
    return Walk(tuple(taken), current, tuple(each.choice["id"] for each in taken))


def unreachable(steps: Sequence[Step], start: str) -> list[str]:
    """Return the steps to which no choice leads, in the order of the story."""
    after = {step["id"]: {each["next"] for each in step["choices"]} for step in steps}
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in after and name not in seen:
            seen.add(name)
            waiting.extend(after[name])
    return [step["id"] for step in steps if step["id"] not in seen]


def without_end(steps: Sequence[Step]) -> list[str]:
    """Return the steps from which no choice ever leads to an end, in the order of the story."""
    ending: set[str] = set()
    grew = True
    while grew:
        more = {
            step["id"]
            for step in steps
            if any(not each["next"] or each["next"] in ending for each in step["choices"])
        }
        grew = more != ending
        ending = more
    return [step["id"] for step in steps if step["id"] not in ending]


def fewest_choices(steps: Sequence[Step], start: str) -> int:
    """Return how many choices the shortest way through a story has; 0 when it never ends."""
    by_id = {step["id"]: step for step in steps}
    here, seen, count = {start}, set[str](), 0
    while here := {name for name in here if name in by_id} - seen:
        count += 1
        following = {each["next"] for name in here for each in by_id[name]["choices"]}
        if any(not name for name in following):
            return count
        seen |= here
        here = following
    return 0
