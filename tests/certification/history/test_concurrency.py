"""Two imports at the same moment, with real threads and commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certification.history.operations import Source, import_history
from certification.history.reading import read_rows
from certification.programs.operations import load_programs
from courses.learning.models import LearningEvent
from lms.audit.models import AuditEntry
from lms.people.models import Licence
from lms.public import today
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(rows, times):
    start = Barrier(times)

    def run(number):
        try:
            start.wait()
            return import_history(rows=rows[number], source=Source("h.csv", "0"), actor_id=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def row(hours):
    cells = {
        "person_key": "alma@example.org", "credential": "NM-40-01-L",
        "completed_on": "2024-01-01", "hours": hours,
    }  # fmt: skip
    paper = {"person_key": "alma@example.org", "credential": "CPSW", "valid_from": "2024-01-01"}
    return read_rows([(2, cells), (3, paper)], today=today())


def test_two_imports_of_one_file_at_once_are_one():
    make_cast()
    load_programs()
    done = at_once([row("1")] * 4, 4)
    assert sorted(each.written for each in done) == [False, False, False, True]
    assert (LearningEvent.objects.count(), Licence.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(action="history_imported").count() == 1


def test_two_files_that_contradict_each_other_at_once_are_not_both_written():
    make_cast()
    load_programs()
    done = at_once([row("1"), row("2")], 2)
    assert sorted(each.written for each in done) == [False, True]
    assert LearningEvent.objects.count() == 1
