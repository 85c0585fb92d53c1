"""Two clicks at the same moment, with real threads and commits."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from courses import public
from courses.catalog.queries import outline_at
from courses.learning import ledger
from courses.learning.models import LearningEvent
from courses.learning.operations import finish_lesson
from tests.cast import make_cast
from tests.courses.packs import edit, write_pack

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls):
    """Run the calls in as many threads, started together; return what they return."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def alma(tmp_path):
    public.load_curriculum(path=write_pack(tmp_path, lessons=2))
    return make_cast().person("alma")


def finishing(person, number):
    outline = outline_at(slug="tiny")
    return lambda: finish_lesson(
        person_id=person.pk,
        actor_id=None,
        outline=outline,
        lesson_key=f"tiny-only/lesson-{number}",
        page_revision=None,
    )


def test_two_clicks_at_once_are_one_fact(alma):
    results = at_once([finishing(alma, 1) for _ in range(4)])
    assert sorted(result.new for result in results) == [False, False, False, True]
    assert LearningEvent.objects.count() == 1


def test_the_last_two_lessons_in_two_tabs_finish_the_course_once(alma):
    results = at_once([finishing(alma, 1), finishing(alma, 2)])
    assert sorted(result.course_finished for result in results) == [False, True]
    assert LearningEvent.objects.filter(kind="course").count() == 1


def test_the_last_two_lessons_of_a_module_in_two_tabs_bring_its_hours_once(tmp_path):
    folder = write_pack(tmp_path, lessons=2, credit=True)
    (folder / "01-only" / "quiz.yaml").unlink()
    edit(folder, "01-only/module.yaml", "minutes: 18", "minutes: 12")
    edit(folder, "01-only/module.yaml", "self_paced: 0.3", "self_paced: 0.2")
    edit(folder, "course.yaml", "self_paced: 0.3", "self_paced: 0.2")
    public.load_curriculum(path=folder)
    alma = make_cast().person("alma")
    results = at_once([finishing(alma, 1), finishing(alma, 2)])
    assert [result.new for result in results] == [True, True]
    [event] = LearningEvent.objects.filter(kind="module")
    assert (event.subject, event.hours) == ("module:tiny-only", Decimal("0.20"))


def test_the_same_act_from_many_sides_is_one_fact(alma):
    def record():
        return public.record_training(
            person_id=alma.pk,
            kind="training",
            subject="NM-40-01-L",
            hours=3,
            hours_type="live",
            occurred_at=alma.recorded_at,
            actor_id=None,
            act="import:1",
        )

    assert len(set(at_once([record] * 4))) == 1
    assert LearningEvent.objects.count() == 1


def test_the_ledger_is_written_in_a_transaction_only(alma):
    with pytest.raises(transaction.TransactionManagementError):
        ledger.append_many(
            [ledger.fact(person_id=alma.pk, kind="training", subject="X", act="x", actor_id=None)]
        )
    assert not LearningEvent.objects.exists()
