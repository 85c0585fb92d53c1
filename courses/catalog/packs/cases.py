"""Read a case with decisions that is marked: steps, choices, and what each choice is worth."""

from typing import Any, Final

from courses.catalog.packs.credits import credit
from courses.catalog.packs.fences import MOST_WORDS, TONES
from courses.catalog.packs.fields import Fields, all_different
from courses.catalog.scenario import unreachable

WORTH: Final = {"helps": "1", "mixed": "0.5", "harms": "0"}
"""What a choice earns where it has a tone instead of a credit."""
RESERVED: Final = "sure"
"""The field "q-<question>-sure" of the page asks how sure the learner is."""
MOST_STEPS: Final = 40


def read_case(fields: Fields, telling: frozenset[str]) -> tuple[list[dict[str, Any]], str]:
    """Return the steps and the id of the first; a case must end, whichever way is taken."""
    start = fields.slug("start", most=40)
    group = fields.group("steps")
    if group is None or not 1 <= len(group.data) <= MOST_STEPS:
        fields.wrong("steps", f"must hold 1 to {MOST_STEPS} steps")
        return [], start
    steps = [_step(group, name, telling) for name in list(group.data)]
    known = {step["id"] for step in steps}
    if start not in known:
        fields.wrong("start", f"there is no step {start!r}")
        return steps, start
    for step in steps:
        for choice in step["choices"]:
            if choice["next"] and choice["next"] not in known:
                fields.wrong(f"steps.{step['id']}", f"there is no step {choice['next']!r}")
    for name in unreachable(steps, start):
        fields.wrong(f"steps.{name}", "no choice leads here")
    for name in _leading_back(steps):
        fields.wrong(f"steps.{name}", "leads back to itself; a case that is marked must go on")
    return steps, start


def _step(steps: Fields, name: str, telling: frozenset[str]) -> dict[str, Any]:
    inner = steps.group(name)
    if inner is None:
        steps.wrong(name, "must hold text, question and choices")
        return {"id": name, "text": "", "question": "", "choices": []}
    if name == RESERVED or not name.replace("-", "").isalnum() or len(name) > 40:
        steps.wrong(name, "is not an id that a step can have")
    rows = inner.groups("choices", least=2)
    value: dict[str, Any] = {
        "id": name,
        "text": inner.text("text"),
        "question": inner.text("question", most=MOST_WORDS),
        "choices": [_choice(each, telling) for each in rows],
    }
    all_different([(each, str(each.data.get("id"))) for each in rows], "id")
    if rows and all(each["credit"] == "0" for each in value["choices"]):
        inner.wrong("choices", "none is worth anything")
    inner.done()
    return value


def _choice(fields: Fields, telling: frozenset[str]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": fields.slug("id", most=40),
        "text": fields.text("text", most=MOST_WORDS),
        "result": fields.text("result"),
        "next": fields.text("next", required=False, most=40),
    }
    if fields.get("credit") is not None:
        value["credit"] = credit(fields)
        if fields.get("tone") is not None:
            fields.wrong("tone", "says what the credit says; keep one of them")
    else:
        value["credit"] = WORTH[fields.choice("tone", TONES)]
    if "next" not in fields.data:
        fields.wrong("next", "is missing; null ends the case")
    if value["id"] in telling:
        fields.wrong("id", f"{value['id']!r} tells the answer before it is given")
    fields.done()
    return value


def _leading_back(steps: list[dict[str, Any]]) -> list[str]:
    """Return the steps from which some choices lead back to them."""
    after = {step["id"]: {choice["next"] for choice in step["choices"]} for step in steps}
    found = []
    for name in after:
        seen: set[str] = set()
        waiting = list(after[name])
        while waiting:
            each = waiting.pop()
            if each in after and each not in seen:
                seen.add(each)
                waiting.extend(after[each])
        if name in seen:
            found.append(name)
    return found
