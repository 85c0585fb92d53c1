"""Reckon what a person has done of a course and whether that finishes it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from courses.catalog.outline import Change, Outline, OutlineModule
from courses.learning import standing
from courses.learning.ordering import Wait, waits
from courses.learning.records import EvidenceRecord

LESSON: Final = "lesson"
QUIZ: Final = "quiz"
SESSION: Final = "session"
PRACTICE: Final = "practice"
SELF_PACED: Final = (LESSON, QUIZ)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do in a course.

    ``subject`` is its evidence key, ``url`` where it is done (empty: not on this site alone).
    ``optional``: it is recorded where a program asks for it, and the course is finished without.
    ``waits``: what must be done before it opens.
    """

    kind: str
    subject: str
    module: str
    title: str
    url: str
    minutes: int
    optional: bool
    done_at: datetime | None
    score: Decimal | None
    waits: tuple[Wait, ...] = ()

    @property
    def locked(self) -> bool:
        """Tell whether something else must be done first."""
        return bool(self.waits) and not self.done

    @property
    def done(self) -> bool:
        """Tell whether it is done."""
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a course. ``finished_at``: when the course was last finished.

    ``hours_total`` is what the modules give together, and ``hours_done`` what is on record of it,
    each thing once; 0 where only the course as a whole gives hours. ``asks``: what a new version
    asks of who had finished an older one, "top_up" or "redo".
    """

    course_key: str
    label: str
    title: str
    url: str
    minutes_done: int
    minutes_total: int
    items: tuple[Item, ...]
    finished_at: datetime | None
    hours_done: Decimal = Decimal(0)
    hours_total: Decimal = Decimal(0)
    asks: str = ""

    @property
    def left(self) -> int:
        """Return how many items are still to do."""
        return sum(not item.done and not item.optional for item in self.items)

    @property
    def started(self) -> bool:
        """Tell whether anything is done."""
        return self.finished_at is not None or any(item.done for item in self.items)

    @property
    def next_item(self) -> Item | None:
        """Return the first thing to do here, or None where nothing is left on this site."""
        left = (item for item in self.items if not item.done and not item.optional)
        return next((item for item in left if item.url and not item.locked), None)


def subjects_of(outline: Outline) -> list[str]:
    """Return every evidence key that counts in a course."""
    parts = [module.subject for module in outline.modules if module.hours]
    items = [item.subject for item in _items(outline, {})]
    return [course_subject(outline.course_key), *parts, *items]


def course_subject(course_key: str) -> str:
    """Return the evidence key of a finished course."""
    return f"course:{course_key}"


def progress_of(outline: Outline, evidence: Iterable[EvidenceRecord]) -> Progress:
    """Return how far a person is, from standing evidence of that person, oldest first.

    A lesson finished in any version of the course counts: a new version takes nothing away. Who
    had finished an older version is asked only for what ``standing`` says.
    """
    told = list(evidence)
    rows = standing.counting(outline, told)
    done = _done(rows)
    finished = done.get(course_subject(outline.course_key))
    wanted = standing.asked(outline, finished) or {}
    brought = standing.asked(outline, finished, new_only=True) or {}
    again = wanted.keys() - standing.done_since(outline, wanted, rows)
    items = tuple(
        replace(item, optional=item.optional or not item.done)
        if item.subject in brought and item.subject not in wanted
        else item
        for item in _items(outline, {key: row for key, row in done.items() if key not in again})
    )
    if shut := waits(outline.modules, items):
        items = tuple(replace(item, waits=shut.get(item.module, ())) for item in items)
    return Progress(
        course_key=outline.course_key,
        label=outline.label,
        title=outline.title,
        url=f"/learn/{outline.slug}/",
        minutes_done=sum(item.minutes for item in items if item.done and not item.optional),
        minutes_total=sum(item.minutes for item in items if not item.optional),
        items=items,
        finished_at=finished.occurred_at if finished else None,
        asks=_asks(outline, told, finished, items, again),
        hours_done=_hours_done(outline, items, rows),
        hours_total=sum(
            (number for each in outline.modules for number in each.hours.values()), Decimal(0)
        ),
    )


def _hours_done(outline: Outline, items: Iterable[Item], rows: Sequence[EvidenceRecord]) -> Decimal:
    """Return the hours on record for the parts of a course that give hours, each part once.

    A module and its top-ups give together no more than the module claims.
    """
    done = _done(rows)
    parts = sum((done[item.subject].hours for item in items if item.subject in done), Decimal(0))
    for module in outline.modules:
        given = sum((row.hours for row in rows if row.subject == module.subject), Decimal(0))
        parts += min(given, module.hours.get("self_paced", Decimal(0)))
    return parts


def _asks(
    outline: Outline,
    told: Iterable[EvidenceRecord],
    finished: EvidenceRecord | None,
    items: Iterable[Item],
    again: Iterable[str],
) -> str:
    if finished:
        return standing.TOP_UP if {item.subject for item in items} & set(again) else ""
    course = course_subject(outline.course_key)
    return standing.REDO if any(row.subject == course and row.passed for row in told) else ""


def completes(outline: Outline, evidence: Sequence[EvidenceRecord]) -> bool:
    """Tell whether this evidence finishes the course once more.

    All lessons are finished, every quiz is passed and, where modules claim hours for them, every
    session was attended and every practice passed; after an earlier finish, all of it again, or
    what a newer version asks as a top-up.
    """
    rows = standing.counting(outline, evidence)
    fresh = _since(course_subject(outline.course_key), rows)
    return progress_of(outline, fresh).left == 0 or bool(_topped_up(outline, rows))


def _topped_up(
    outline: Outline, evidence: Sequence[EvidenceRecord], module: OutlineModule | None = None
) -> dict[str, Change]:
    """Return what a top-up asked of a course, or of one module, once all of it is done.

    Who had finished the module and not the course goes on in the new version: there it is what
    that version brought along.
    """
    course = _last(course_subject(outline.course_key), evidence)
    unit = course if module is None else _last(module.subject, evidence)
    new_only = module is not None and course is None
    wanted = standing.asked(outline, unit, new_only=new_only) or {}
    items = {
        item.subject
        for item in _items(outline, {})
        if module is None or (item.module == module.slug and item.kind in SELF_PACED)
    }
    here = {key: change for key, change in wanted.items() if key in items}
    return here if here.keys() <= standing.done_since(outline, here, evidence) else {}


def completes_module(
    outline: Outline, module: OutlineModule, evidence: Sequence[EvidenceRecord]
) -> bool:
    """Tell whether this evidence finishes the self-paced part of a module once more."""
    if not module.hours.get("self_paced"):
        return False
    rows = standing.counting(outline, evidence)
    return _finishes_module(outline, module, rows) or bool(_topped_up(outline, rows, module))


def _finishes_module(
    outline: Outline, module: OutlineModule, evidence: Sequence[EvidenceRecord]
) -> bool:
    # Hours that the course as a whole gave, in a version before, are not given again.
    course = course_subject(outline.course_key)
    given = [row for row in evidence if row.subject != course or row.hours]
    fresh = _since(module.subject, _since(course, given))
    items = progress_of(outline, fresh).items
    parts = [item for item in items if item.module == module.slug and item.kind in SELF_PACED]
    return all(item.done for item in parts)


def hours_given(
    outline: Outline, evidence: Sequence[EvidenceRecord], module: OutlineModule | None = None
) -> Decimal:
    """Return the self-paced hours that finishing a course, or one module, gives with this evidence.

    All of them, but only the difference where it is a top-up. Where modules carry the hours, the
    course adds none of its own.
    """
    rows = standing.counting(outline, evidence)
    if module is not None:
        if _finishes_module(outline, module, rows):
            return module.hours["self_paced"]
        unit = module.subject
    else:
        if any(each.hours for each in outline.modules):
            return Decimal(0)
        fresh = _since(course_subject(outline.course_key), rows)
        if progress_of(outline, fresh).left == 0:
            return outline.hours.get("self_paced", Decimal(0))
        unit = course_subject(outline.course_key)
    minutes = {item.subject: item.minutes for item in _items(outline, {})}
    return standing.delta_hours(unit, _topped_up(outline, rows, module), minutes)


def is_part(module: OutlineModule, subject: str) -> bool:
    """Tell whether an evidence key is a lesson or the quiz of a module."""
    return subject == f"quiz:{module.quiz_key}" or any(
        lesson.subject == subject for lesson in module.lessons
    )


def finished_at(outline: Outline, evidence: Sequence[EvidenceRecord]) -> datetime | None:
    """Return when the last item of a finished course was done, whichever was told last."""
    rows = standing.counting(outline, evidence)
    items = progress_of(outline, _since(course_subject(outline.course_key), rows)).items
    return max((item.done_at for item in items if item.done_at and not item.optional), default=None)


def _since(subject: str, evidence: Sequence[EvidenceRecord]) -> list[EvidenceRecord]:
    """Return the evidence that is newer than the last fact about a subject."""
    last = _last(subject, evidence)
    return [row for row in evidence if last is None or row.occurred_at > last.occurred_at]


def _last(subject: str, evidence: Sequence[EvidenceRecord]) -> EvidenceRecord | None:
    return next((row for row in reversed(evidence) if row.subject == subject), None)


def course_score(
    modules: Iterable[OutlineModule], evidence: Sequence[EvidenceRecord]
) -> Decimal | None:
    """Return the mean of the best passed score of each quiz, per cent; None without a quiz."""
    best: list[Decimal] = []
    for module in modules:
        subject = f"quiz:{module.quiz_key}"
        scores = [row.score for row in evidence if row.subject == subject and row.passed]
        known = [score for score in scores if score is not None]
        if module.quiz_key and known:
            best.append(max(known))
    if not best:
        return None
    mean = sum(best, Decimal(0)) / len(best)
    return mean.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _done(evidence: Iterable[EvidenceRecord]) -> dict[str, EvidenceRecord]:
    """Return the first passed fact of each subject, but the last of a finished course."""
    done: dict[str, EvidenceRecord] = {}
    for row in evidence:
        if row.passed and (row.kind in ("course", "module") or row.subject not in done):
            done[row.subject] = row
    return done


def _items(outline: Outline, done: dict[str, EvidenceRecord]) -> Iterable[Item]:
    for module in outline.modules:
        base = f"/learn/{outline.slug}/{module.slug}/"
        for lesson in module.lessons:
            fact = done.get(lesson.subject)
            yield _item(
                LESSON, lesson.subject, module, lesson.title, f"{base}{lesson.slug}/",
                lesson.minutes, fact,
            )  # fmt: skip
        if module.quiz_key:
            subject = f"quiz:{module.quiz_key}"
            yield _item(
                QUIZ, subject, module, module.quiz_title, f"{base}quiz/", module.quiz_minutes,
                done.get(subject),
            )  # fmt: skip
        if live := _minutes(module.hours.get("live")):
            subject = module.session_subject
            yield _item(SESSION, subject, module, module.title, "", live, done.get(subject))
        for rubric in module.rubrics:
            subject = f"rubric:{rubric.key}"
            fact = done.get(subject)
            yield _item(PRACTICE, subject, module, rubric.title, "", _minutes(rubric.hours), fact)


def _minutes(hours: Decimal | None) -> int:
    return int((hours or Decimal(0)) * 60)


def _item(
    kind: str,
    subject: str,
    module: OutlineModule,
    title: str,
    url: str,
    minutes: int,
    fact: EvidenceRecord | None,
) -> Item:
    return Item(
        kind=kind,
        subject=subject,
        module=module.slug,
        title=title,
        url=url,
        minutes=minutes,
        # Practice counts towards the course where its module claims the hours.
        optional=kind == PRACTICE and not module.hours,
        done_at=fact.occurred_at if fact else None,
        score=fact.score if fact else None,
    )
