"""The outbox loses nothing and does nothing twice by itself."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction

from lms.jobs import operations
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import nightly
from lms.kit import clock

done: list[str] = []


@operations.handles("test_note")
def note(*, word):
    done.append(word)
    if word == "trouble":
        raise RuntimeError("the printer is on fire")


@pytest.fixture(autouse=True)
def _empty():
    done.clear()


@pytest.mark.django_db
def test_the_same_key_is_one_job():
    for _ in range(2):
        operations.enqueue(kind="test_note", key="note:1", payload={"word": "once"})
    assert (Job.objects.count(), operations.drain(), done) == (1, 1, ["once"])


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_promises_nothing():
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.enqueue(kind="test_note", key="note:1", payload={"word": "never"})
        raise IntegrityError
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_done_job_is_not_done_again():
    operations.enqueue(kind="test_note", key="note:1", payload={"word": "once"})
    assert (operations.run("note:1"), operations.run("note:1"), done) == (True, False, ["once"])


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_taken_again_after_its_lease():
    operations.enqueue(kind="test_note", key="note:1", payload={"word": "again"})
    Job.objects.update(
        state=JobState.RUNNING, lease_until=clock.now() + operations.LEASE, attempts=1
    )
    assert operations.drain() == 0
    with time_machine.travel(clock.now() + operations.LEASE + timedelta(seconds=1), tick=False):
        assert operations.drain() == 1
    assert (done, Job.objects.get().attempts) == (["again"], 2)


@pytest.mark.django_db
def test_a_failing_job_waits_longer_each_time_and_stops_after_eight():
    operations.enqueue(kind="test_note", key="note:1", payload={"word": "trouble"})
    waits = []
    for _ in range(operations.MOST_ATTEMPTS):
        before = clock.now()
        operations.run("note:1")
        waits.append((Job.objects.get().run_after - before).total_seconds())
    job = Job.objects.get()
    assert [round(wait) for wait in waits] == [2, 4, 8, 16, 32, 64, 128, 256]
    assert (job.state, job.last_error) == ("failed", "RuntimeError: the printer is on fire")
    assert operations.run("note:1") is False
    assert operations.retry(key="note:1") is True
    assert Job.objects.get().state == "ready"


@pytest.mark.django_db
def test_a_job_that_nobody_can_do_says_so():
    operations.enqueue(kind="unheard_of", key="note:1", payload={})
    operations.run("note:1")
    assert Job.objects.get().last_error == "NoHandler: unheard_of"


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_that_grab_one_job_do_it_once():
    operations.enqueue(kind="test_note", key="note:1", payload={"word": "once"})
    gate = threading.Barrier(20)
    answers = []

    def grab():
        gate.wait()
        try:
            answers.append(operations.run("note:1"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=grab) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(True), done) == (1, ["once"])


@pytest.mark.django_db
def test_nightly_work_is_promised_once_a_day():
    nightly()
    first = set(Job.objects.values_list("key", flat=True))
    nightly()
    assert set(Job.objects.values_list("key", flat=True)) == first


@pytest.mark.django_db
def test_the_backlog_counts_by_state():
    operations.enqueue(kind="test_note", key="note:1", payload={"word": "a"})
    operations.enqueue(kind="test_note", key="note:2", payload={"word": "b"})
    operations.run("note:1")
    assert operations.backlog() == {"done": 1, "ready": 1}
    assert connection.vendor in {"sqlite", "postgresql"}
