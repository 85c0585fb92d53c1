"""Fill pools with questions, each question at most once, whatever the pools share."""

from collections.abc import Hashable, Mapping, Sequence
from random import Random
from typing import Any, Final, Protocol, TypeVar

FILTERS: Final = ("bank", "critical", "objective", "competency", "difficulty")
"""What a pool may ask of a question, besides a tag; what it leaves out may be anything."""


class Drawn(Protocol):
    """What a question must say of itself to be drawn."""

    @property
    def id(self) -> Hashable: ...
    @property
    def bank(self) -> str: ...
    @property
    def critical(self) -> bool: ...
    @property
    def objective(self) -> str: ...
    @property
    def competency(self) -> str: ...
    @property
    def difficulty(self) -> int: ...
    @property
    def tags(self) -> Sequence[str]: ...


Question = TypeVar("Question", bound=Drawn)


def fits(question: Drawn, pool: Mapping[str, Any]) -> bool:
    """Tell whether a pool may draw a question."""
    if any(name in pool and getattr(question, name) != pool[name] for name in FILTERS):
        return False
    return "tag" not in pool or pool["tag"] in question.tags


def fill(
    pools: Sequence[Mapping[str, Any]], questions: Sequence[Question], rng: Random
) -> list[list[Question]]:
    """Return what each pool draws: at random, and as many as all of them together can have.

    A question that two pools may draw goes to one of them, and moves to the other where only it
    can give that one its number (a matching along augmenting paths).
    """
    slots = [number for number, pool in enumerate(pools) for _one in range(pool["draw"])]
    open_to = [
        [place for place, each in enumerate(questions) if fits(each, pool)] for pool in pools
    ]
    holder: dict[int, int] = {}

    def place(slot: int, tried: set[int]) -> bool:
        wanted = [each for each in open_to[slots[slot]] if each not in tried]
        rng.shuffle(wanted)
        free = next((each for each in wanted if each not in holder), None)
        if free is not None:
            holder[free] = slot
            return True
        for each in wanted:
            # What a place of the same pool could take instead, this one tries itself.
            if each in tried or slots[holder[each]] == slots[slot]:
                continue
            tried.add(each)
            if place(holder[each], tried):
                holder[each] = slot
                return True
        return False

    for slot in rng.sample(range(len(slots)), len(slots)):
        place(slot, set())
    drawn: list[list[Question]] = [[] for _pool in pools]
    for question, slot in holder.items():
        drawn[slots[slot]].append(questions[question])
    return drawn


def shortages(
    pools: Sequence[Mapping[str, Any]], questions: Sequence[Question]
) -> list[tuple[int, int]]:
    """Return (pool, how many questions are left for it) of the pools that cannot be filled.

    A pool that shares questions with others is named only where all of them together ask for
    more than there is.
    """
    found = fill(pools, questions, Random(0))  # noqa: S311 - nothing is at stake in counting
    return [
        (number, len(drawn))
        for number, (pool, drawn) in enumerate(zip(pools, found, strict=True))
        if len(drawn) < pool["draw"]
    ]
