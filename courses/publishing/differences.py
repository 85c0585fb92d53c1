"""Say what changed between two versions of a course: words, minutes, quizzes, hours. Pure."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from courses.catalog.candidates import Candidate, ChangedPage
from courses.catalog.contents import paragraphs
from courses.catalog.outline import Outline, OutlineModule

SAME: Final = "same"
ADDED: Final = "added"
GONE: Final = "gone"
# A paragraph that keeps less than this of its words was replaced, not mended.
ALIKE: Final = 0.5
# How many unchanged paragraphs are shown around a change.
AROUND: Final = 1
# Fields whose change is said as "old → new".
TOLD: Final = (
    "title", "slug", "minutes", "hours", "access", "content_warning", "reviewed_by", "review_due",
)  # fmt: skip
WORDED: Final = ("summary", "facilitator_guide")

Run = tuple[str, str]
"""(same, added or gone; the words)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a comparison; ``skipped``: so many unchanged ones stand before it."""

    runs: tuple[Run, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed on one page. ``state``: added, gone or changed; ``facts``: (field, old, new)."""

    name: str
    kind: str
    key: str
    title: str
    state: str
    facts: tuple[tuple[str, str, str], ...]
    words: tuple[Paragraph, ...]

    @property
    def only_words(self) -> bool:
        """Tell whether nothing but words changed."""
        return self.state == "changed" and not self.facts


@dataclass(frozen=True, slots=True)
class QuizDifference:
    """What changed of one quiz; questions are counted and never shown: they carry keys."""

    key: str
    title: str
    state: str
    facts: tuple[tuple[str, str, str], ...]
    added: int
    changed: int
    gone: int


def differences(candidate: Candidate) -> list[Difference]:
    """Return what changed, page by page, in the order of the course."""
    return [_page(changed) for changed in candidate.changed]


def _page(changed: ChangedPage) -> Difference:
    before, after = changed.before or {}, changed.after or {}
    state = "changed" if before and after else ADDED if after else GONE
    facts = [
        (name, _told(before.get(name)), _told(after.get(name)))
        for name in TOLD
        if state == "changed" and _told(before.get(name)) != _told(after.get(name))
    ]
    if state == "changed":
        facts += _counted("sources", before.get("sources", ()), after.get("sources", ()))
    return Difference(
        name=changed.name,
        kind=changed.kind,
        key=changed.key,
        title=changed.title,
        state=state,
        facts=tuple(facts),
        words=tuple(compare(_words(before), _words(after))) if state != GONE else (),
    )


def _counted(name: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, str, str]]:
    if list(old) == list(new):
        return []
    before, after = (", ".join(str(each.get("title", "")) for each in some) for some in (old, new))
    return [(name, before, after)]


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)


def _words(fields: Mapping[str, Any]) -> list[str]:
    texts = [line for name in WORDED for line in str(fields.get(name) or "").splitlines()]
    return [line for line in texts if line.strip()] + paragraphs(fields.get("body", ()))


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Return the paragraphs of both texts in reading order, with what was added and what is gone.

    Unchanged paragraphs far from a change are left out, and counted.
    """
    steps: list[tuple[str, tuple[Run, ...]]] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            steps += [(SAME, ((SAME, words),)) for words in new[c:d]]
        else:
            steps += [("", runs) for runs in _replaced(old[a:b], new[c:d])]
    return list(_shortened(steps))


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    """Yield paragraphs that took the place of others; alike ones are compared word by word."""
    waiting = list(old)
    for words in new:
        score, twin = max(((_likeness(each, words), each) for each in waiting), default=(0.0, ""))
        if score < ALIKE:
            yield ((ADDED, words),)
            continue
        while waiting[0] != twin:
            yield ((GONE, waiting.pop(0)),)
        waiting.pop(0)
        yield tuple(word_runs(twin, words))
    for words in waiting:
        yield ((GONE, words),)


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(a=one.split(), b=other.split(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def word_runs(old: str, new: str) -> Iterator[Run]:
    """Yield what stayed, came and went between two paragraphs; their words joined are the texts."""
    before, after = _split(old), _split(new)
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            yield SAME, "".join(after[c:d])
            continue
        if b > a:
            yield GONE, "".join(before[a:b])
        if d > c:
            yield ADDED, "".join(after[c:d])


def _split(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _shortened(steps: Iterable[tuple[str, tuple[Run, ...]]]) -> Iterator[Paragraph]:
    rows = list(steps)
    near = {
        place
        for at, (state, _runs) in enumerate(rows)
        if state != SAME
        for place in range(at - AROUND, at + AROUND + 1)
    }
    skipped = 0
    for at, (_state, runs) in enumerate(rows):
        if at in near:
            yield Paragraph(runs, skipped)
            skipped = 0
        else:
            skipped += 1
    if near and skipped:
        yield Paragraph((), skipped)


def quiz_differences(candidate: Candidate) -> list[QuizDifference]:
    """Return what changed of the quizzes of a loaded pack, counted."""
    before = {quiz["key"]: quiz for quiz in candidate.examining_before.get("quizzes", ())}
    after = {quiz["key"]: quiz for quiz in candidate.examining.get("quizzes", ())}
    found = []
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        asked_old = {each["id"]: each for each in (old or {}).get("questions", ())}
        asked_new = {each["id"]: each for each in (new or {}).get("questions", ())}
        rules = ("title", "draw", "pass_percent", "attempts", "minutes")
        found.append(
            QuizDifference(
                key=key,
                title=(new or old or {}).get("title", key),
                state="changed" if old and new else ADDED if new else GONE,
                facts=tuple(
                    (name, _told(old.get(name)), _told(new.get(name)))
                    for name in rules
                    if old and new and old.get(name) != new.get(name)
                ),
                added=len(asked_new.keys() - asked_old.keys()),
                changed=sum(
                    asked_old[each] != asked_new[each] for each in asked_old.keys() & asked_new
                ),
                gone=len(asked_old.keys() - asked_new.keys()),
            )
        )
    return found


def hours_changed(candidate: Candidate) -> list[tuple[str, str, str]]:
    """Return (unit, old, new) of every course or module whose minutes or hours changed."""
    if candidate.before is None:
        return []
    old = {each.key: each for each in candidate.before.modules}
    rows: list[tuple[str, Outline | OutlineModule, Outline | OutlineModule]] = [
        (candidate.after.title, candidate.before, candidate.after),
        *((each.title, old[each.key], each) for each in candidate.after.modules if each.key in old),
    ]
    return [
        (title, _amount(one), _amount(two))
        for title, one, two in rows
        if _amount(one) != _amount(two)
    ]


def _amount(unit: Outline | OutlineModule) -> str:
    hours = ", ".join(f"{kind} {number} h" for kind, number in unit.hours.items() if number)
    return f"{unit.minutes} min" + (f" ({hours})" if hours else "")


def items_new(candidate: Candidate) -> dict[str, str]:
    """Return the evidence keys that the version brings along, with their titles."""
    before = _items(candidate.before) if candidate.before else {}
    return {key: title for key, title in _items(candidate.after).items() if key not in before}


def items_changed(candidate: Candidate) -> dict[str, str]:
    """Return the evidence keys of lessons and quizzes that are new or differ, with their titles."""
    known = _items(candidate.after)
    moved = [f"lesson:{each.key}" for each in candidate.changed if each.kind == "lesson"]
    moved += [f"quiz:{each.key}" for each in quiz_differences(candidate)]
    wanted = {*items_new(candidate), *moved}
    return {key: title for key, title in known.items() if key in wanted}


def _items(outline: Outline) -> dict[str, str]:
    found: dict[str, str] = {}
    for module in outline.modules:
        found |= {lesson.subject: lesson.title for lesson in module.lessons}
        if module.quiz_key:
            found[f"quiz:{module.quiz_key}"] = module.quiz_title
        if module.hours.get("live"):
            found[module.session_subject] = module.title
        found |= {f"rubric:{rubric.key}": rubric.title for rubric in module.rubrics}
    return found
