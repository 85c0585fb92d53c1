"""What a new version asks of whom: keep, top-up, redo; tables, and properties over any history."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import public
from courses.catalog.outline import Change, read_outline
from courses.learning.models import LearningEvent
from courses.learning.progress import completes, hours_given, progress_of
from courses.learning.records import EvidenceRecord
from courses.learning.standing import asked, counting, delta_hours
from lms.kit import clock
from lms.public import today

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANGED = START + 100 * DAY


def outline(label, lessons, *changes, hours="0.50"):
    data = {
        "slug": "c",
        "title": "C",
        "summary": "",
        "access": "public",
        "reviewed_by": "",
        "minutes": 6 * len(lessons),
        "hours": {"self_paced": hours},
        "files": {},
        "modules": [
            {
                "key": "m",
                "slug": "m",
                "title": "M",
                "minutes": 6 * len(lessons),
                "objectives": [],
                "quiz_key": "",
                "quiz_title": "",
                "quiz_minutes": 0,
                "lessons": [
                    {"key": f"m/{n}", "slug": n, "title": n, "minutes": 6, "objectives": []}
                    for n in lessons
                ],
            }
        ],
    }
    return replace(read_outline(course_key="c", label=label, data=data), changes=tuple(changes))


def change(effect, *, subjects=(), new=(), number=1, more="0", in_force=True):
    return Change(
        from_label=str(number),
        to_label=str(number + 1),
        effect=effect,
        at=CHANGED + number * DAY,
        redo_from=date(2026, 8, 1) if effect == "redo" else None,
        subjects=tuple(f"lesson:m/{each}" for each in subjects),
        new=tuple(f"lesson:m/{each}" for each in new),
        more={"course:c": Decimal(more)},
        in_force=effect == "redo" and in_force,
    )


def row(subject, at, revision="1", hours="0"):
    kind = subject.partition(":")[0]
    return EvidenceRecord(
        id=f"{subject}{at}", person_id=1, kind=kind, subject=subject, hours_type="self_paced",
        hours=Decimal(hours), score=None, passed=True, occurred_at=at, recorded_at=at,
        content_revision=revision, reversed=False, record_id=1,
    )  # fmt: skip


def lesson(name, day, revision="1"):
    return row(f"lesson:m/{name}", START + day * DAY, revision)


def finish(day, revision="1"):
    return row("course:c", START + day * DAY, revision, "0.50")


FINISHED = [lesson("a", 1), lesson("b", 2), finish(2)]
HALF_WAY = [lesson("a", 1)]

TABLE = [
    # effect, subjects, evidence, left, asks, still finished
    ("keep", (), FINISHED, 0, "", True),
    ("keep", (), HALF_WAY, 2, "", False),
    ("keep", (), [], 3, "", False),
    ("top_up", ("new",), FINISHED, 1, "top_up", True),
    ("top_up", ("new", "a"), FINISHED, 2, "top_up", True),
    ("top_up", ("new",), HALF_WAY, 2, "", False),
    ("redo", (), FINISHED, 3, "redo", False),
    ("redo", (), HALF_WAY, 3, "", False),
    ("redo", (), [], 3, "", False),
]


@pytest.mark.parametrize(("effect", "subjects", "evidence", "left", "asks", "stays"), TABLE)
def test_what_each_effect_asks_of_whom(effect, subjects, evidence, left, asks, stays):
    version = outline("2", ["a", "b", "new"], change(effect, subjects=subjects, new=["new"]))
    progress = progress_of(version, evidence)
    assert (progress.left, progress.asks, bool(progress.finished_at)) == (left, asks, stays)


def test_before_its_date_a_redo_asks_nothing_of_who_finished():
    version = outline("2", ["a", "b"], change("redo", in_force=False))
    assert progress_of(version, FINISHED).left == 0
    assert progress_of(version, FINISHED).finished_at
    assert progress_of(version, HALF_WAY).left == 1


def test_what_was_done_of_the_new_version_before_the_date_counts_after_it():
    version = outline("2", ["a", "b"], change("redo"))
    early = [*FINISHED, lesson("a", 110, "2")]
    assert progress_of(version, early).left == 1


def test_a_top_up_is_done_by_the_new_words_and_not_by_the_old_ones():
    version = outline("2", ["a", "b"], change("top_up", subjects=["a"]))
    assert progress_of(version, FINISHED).left == 1
    again = [*FINISHED, lesson("a", 150, "2")]
    assert progress_of(version, again).left == 0
    assert completes(version, again)
    assert not completes(version, [*again, finish(150, "2")])


def test_top_ups_that_were_missed_are_asked_together():
    first = change("top_up", subjects=["c"], new=["c"], number=1)
    second = change("keep", new=["d"], number=2)
    third = change("top_up", subjects=["e"], new=["e"], number=3)
    version = outline("4", ["a", "b", "c", "d", "e"], first, second, third)
    progress = progress_of(version, FINISHED)
    assert [item.subject[-1] for item in progress.items if not item.done and not item.optional] == [
        "c",
        "e",
    ]
    one = [*FINISHED, lesson("c", 150, "4")]
    assert not completes(version, one)
    assert completes(version, [*one, lesson("e", 151, "4")])


def test_an_item_that_a_later_version_dropped_is_not_asked_any_more():
    version = outline(
        "3", ["a", "b"], change("top_up", subjects=["c"], new=["c"]), change("keep", number=2)
    )
    assert progress_of(version, FINISHED).left == 0
    assert not completes(version, FINISHED)


@pytest.mark.parametrize(
    ("more", "asked_minutes", "given_hours"),
    [("0", 6, "0.00"), ("0.10", 6, "0.10"), ("0.50", 6, "0.10"), ("0.05", 60, "0.05")],
)
def test_a_top_up_gives_the_hours_that_the_version_claims_more_and_never_more_than_it_takes(
    more, asked_minutes, given_hours
):
    wanted = {"lesson:m/c": change("top_up", more=more)}
    assert delta_hours("course:c", wanted, {"lesson:m/c": asked_minutes}) == Decimal(given_hours)


def test_a_full_finish_gives_all_hours_and_a_top_up_the_difference():
    version = outline(
        "2",
        ["a", "b", "c"],
        change("top_up", subjects=["c"], new=["c"], more="0.10"),
        hours="0.60",
    )
    fresh = [lesson(name, 150, "2") for name in "abc"]
    assert hours_given(version, fresh) == Decimal("0.60")
    assert hours_given(version, [*FINISHED, lesson("c", 150, "2")]) == Decimal("0.10")


def test_evidence_without_a_label_is_placed_by_its_day():
    version = outline("2", ["a"], change("redo"))
    imported = [row("course:c", START + 10 * DAY, ""), row("course:c", START + 120 * DAY, "")]
    assert counting(version, imported) == imported[1:]


# --- properties -----------------------------------------------------------------------------
NAMES = "abcd"
EFFECTS = st.sampled_from(["keep", "top_up", "redo"])


@st.composite
def histories(draw):
    """Return a version with any chain of changes, and any evidence of one person."""
    changes = []
    for number, effect in enumerate(draw(st.lists(EFFECTS, max_size=4)), start=1):
        subjects = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
        top_up = subjects if effect == "top_up" else ()
        new = draw(st.lists(st.sampled_from(NAMES), unique=True))
        force = draw(st.booleans())
        changes.append(
            change(effect, subjects=top_up, new=new, number=number, more="0.10", in_force=force)
        )
    version = outline(str(len(changes) + 1), NAMES, *changes)
    evidence = []
    for day in sorted(draw(st.lists(st.integers(1, 400), max_size=12))):
        done = [each for each in changes if each.at <= START + day * DAY]
        label = done[-1].to_label if done else "1"
        subject = draw(st.sampled_from([*NAMES, "course"]))
        evidence.append(finish(day, label) if subject == "course" else lesson(subject, day, label))
    return version, evidence


@given(histories())
def test_what_counts_is_part_of_the_record_in_its_order_and_the_record_stays(history):
    version, evidence = history
    before = list(evidence)
    kept = counting(version, evidence)
    assert evidence == before
    remaining = iter(evidence)
    assert all(any(each is other for other in remaining) for each in kept)
    progress_of(version, evidence)
    assert evidence == before


@given(histories())
def test_without_a_redo_in_force_everything_counts(history):
    version, evidence = history
    if not any(each.in_force for each in version.changes):
        assert counting(version, evidence) == evidence


@given(histories())
def test_who_finished_the_newest_version_is_asked_nothing_of_it(history):
    version, evidence = history
    done = [*evidence, finish(500, version.label)]
    assert asked(version, done[-1]) == {}
    assert progress_of(version, done).asks == ""
    assert progress_of(version, done).finished_at == done[-1].occurred_at


@given(histories())
def test_keeping_never_asks_more_of_who_finished(history):
    version, evidence = history
    done = [*evidence, *(lesson(name, 500, version.label) for name in NAMES)]
    done.append(finish(500, version.label))
    number = len(version.changes) + 1
    after = replace(
        outline(str(number + 1), [*NAMES, "new"]),
        changes=(*version.changes, change("keep", new=["new"], number=number)),
    )
    assert progress_of(after, done).left == 0
    assert not completes(after, done)


@given(histories(), st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
def test_doing_what_is_asked_finishes_once(history, order):
    """Whatever was before: doing each open thing finishes at the last one, and only there."""
    version, evidence = history
    told = list(evidence)
    finishes = 0
    for at, item in enumerate(progress_of(version, told).items):
        if item.done or item.optional:
            continue
        told.append(row(item.subject, START + (500 + at) * DAY, version.label))
        if completes(version, told):
            finishes += 1
            told.append(finish(500 + at, version.label))
    progress = progress_of(version, told)
    assert progress.left == 0
    assert finishes <= 1
    if finishes:
        assert progress.asks == ""


# --- in the ledger --------------------------------------------------------------------------
def facts(cast, who):
    rows = LearningEvent.objects.filter(person=cast.person(who)).order_by("pk")
    return [(row.subject, row.content_revision, str(row.hours)) for row in rows if row.kind in
            ("course", "module")]  # fmt: skip


@pytest.mark.django_db
def test_a_top_up_of_a_course_writes_a_finish_that_cites_the_new_version(
    load, add, release, finish_lessons, cast
):
    load(lessons=2)
    finish_lessons("alma", 1, 2)
    add()
    release("top_up", "lesson:tiny-only/lesson-new")
    progress = public.progress(person_id=cast.person("alma").pk, course_key="tiny")
    assert public.progress_words(progress=progress) == "Top-up: 1 new item"
    assert finish_lessons("alma", "new").course_finished
    assert facts(cast, "alma") == [("course:tiny", "1", "0.20"), ("course:tiny", "1-r2", "0.10")]
    after = public.progress(person_id=cast.person("alma").pk, course_key="tiny")
    assert (after.left, after.asks) == (0, "")


@pytest.mark.django_db
def test_a_redo_gives_a_new_finish_and_the_old_one_stays(
    load, edit, release, finish_lessons, cast, monkeypatch
):
    load(lessons=1)
    finish_lessons("alma", 1)
    edit(title="Other")
    release("redo", redo_from=today() + 2 * DAY)
    progress = public.progress(person_id=cast.person("alma").pk, course_key="tiny")
    assert (progress.left, progress.asks) == (0, "")
    later = clock.now() + 3 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    progress = public.progress(person_id=cast.person("alma").pk, course_key="tiny")
    assert (progress.left, progress.asks) == (1, "redo")
    assert public.progress_words(progress=progress) == "To do again: 1 item left"
    assert finish_lessons("alma", 1).course_finished
    assert facts(cast, "alma") == [("course:tiny", "1", "0.10"), ("course:tiny", "1-r2", "0.10")]


@pytest.mark.django_db
def test_a_module_that_earns_hours_gives_a_top_up_its_difference_once(
    load, add, release, finish_lessons, cast
):
    load(lessons=2, credit=True)
    finish_lessons("alma", 1, 2)
    for kind, subject in (
        ("quiz", "quiz:tiny-quiz"), ("session", "session:tiny-only"),
        ("observation", "rubric:tiny-rubric"), ("coaching", "rubric:tiny-coaching"),
    ):  # fmt: skip
        attest(cast, kind, subject)
    attest(cast, "session", "session:tiny-only", again="2")
    before = facts(cast, "alma")
    add()
    release("top_up", "lesson:tiny-only/lesson-new")
    finish_lessons("alma", "new")
    new = facts(cast, "alma")[len(before) :]
    assert ("module:tiny-only", "1-r2", "0.10") in new
    assert sum(Decimal(hours) for subject, _r, hours in facts(cast, "alma")
               if subject == "module:tiny-only") == Decimal("0.40")  # fmt: skip


def attest(cast, kind, subject, again=""):
    from django.db import transaction

    from courses.catalog.queries import outline_of
    from courses.learning import completion, ledger

    with transaction.atomic():
        completion.append_in_course(
            outline=outline_of(subject=subject),
            fact=ledger.Fact(
                person_id=cast.person("alma").pk,
                kind=kind,
                subject=subject,
                act=f"{subject}{again}",
                actor_id=None,
            ),
        )
