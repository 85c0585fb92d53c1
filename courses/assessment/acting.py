"""Let an invented person take a quiz: for demonstrations, by the operations that everybody uses."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

from courses.assessment.items import Item
from courses.assessment.models import Attempt, Question
from courses.assessment.operations import Answer, start_attempt, submit


def act_out_quiz(*, user_id: int, quiz_key: str, rng: Random, able: float, words: str = "") -> UUID:
    """Start a quiz, answer each question rightly as often as ``able`` says, and hand it in.

    ``words`` answer what is answered in own words. Raises what starting an attempt raises.
    """
    uuid = start_attempt(user_id=user_id, quiz_key=quiz_key)
    drawn = [row["question"] for row in Attempt.objects.get(uuid=uuid).shown]
    rows = Question.objects.in_bulk(drawn)
    answers = []
    for number in drawn:
        row = rows[number]
        right = rng.random() < able + (0.15 if row.difficulty == 1 else -0.1)
        item = Item(row.kind, row.options, row.marking, row.points)
        value = _guess(item, rng, right=right, words=words)
        sure = rng.choice((2, 3) if right else (1, 2, 3)) if row.asks_confidence else None
        answers.append(Answer(question=number, value=value, confidence=sure))
    submit(user_id=user_id, attempt_uuid=uuid, answers=answers, confirmed=True)
    return uuid


def _guess(item: Item, rng: Random, *, right: bool, words: str) -> Any:
    """Return a value that the kind of the question takes; ``words`` answer an essay."""
    ids: list[Any] = [each["id"] for each in item.options]
    if item.kind == "essay":
        return words
    if item.kind == "short_text":
        return item.marking["accept"][0]["text"] if right else rng.choice(("911", "311", "998"))
    if item.kind == "numeric":
        return item.marking["accept"][0]["value"] if right else rng.choice(("25", "30", "15"))
    if item.kind == "ordering":
        order = list(item.marking["order"])
        return order if right else [order[1], order[0], *order[2:]]
    if item.kind == "matching":
        pairs: Mapping[str, str] = item.marking["pairs"]
        places = list(pairs.values())
        return dict(zip(pairs, places if right else places[::-1], strict=True))
    if item.kind == "branching":
        return _way(item.options, item.marking["start"], rng, right=right)
    good = [each["id"] for each in item.options if each["correct"]]
    if item.kind == "multiple":
        return good if right else rng.sample(ids, k=2)
    return good[0] if right else rng.choice([key for key in ids if key not in good])


def _way(
    steps: Sequence[Mapping[str, Any]], step: str, rng: Random, *, right: bool
) -> dict[str, str]:
    known, way = {each["id"]: each["choices"] for each in steps}, dict[str, str]()
    while step:
        choices = known[step]
        best = next(each for each in choices if each["credit"] == "1")
        taken = best if right else rng.choice(choices)
        way[step], step = taken["id"], taken["next"]
    return way
