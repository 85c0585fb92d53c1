"""Regrade, correction, top-up and merge together: the ledger adds up to every total."""

import csv
import io
from decimal import Decimal

import pytest

from courses import public
from courses.learning.hours import hours_by_type, total_hours
from courses.learning.models import LearningEvent
from courses.learning.operations import finish_lesson
from lms.kit import clock
from lms.people.models import Employment
from tests.courses.assessment.regrades import decide, load, mend, read_lesson, take


def ledger(*people):
    """Return what the rows of the ledger sum to, those taken back left out."""
    rows = LearningEvent.objects.filter(person__in=people, reversed_by__isnull=True).exclude(
        kind="reversal"
    )
    return sum((row.hours for row in rows), Decimal(0))


def totals(person, client, user):
    evidence = public.evidence_for(person_ids=[person.pk])
    client.force_login(user)
    text = client.get("/me/transcript.csv").getvalue().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    sheet = sum((Decimal(row["hours_counted"]) for row in rows), Decimal(0))
    return total_hours(evidence=evidence), sum(hours_by_type(evidence=evidence).values()), sheet


def test_regrade_reversal_top_up_and_merge_leave_one_total(
    tmp_path, cast, samir, edit, release, client
):
    alma, kofi = cast.person("alma"), cast.person("kofi")
    load(tmp_path)
    read_lesson(cast, "alma")
    take(cast.user("alma"), q01="c")
    read_lesson(cast, "kofi")
    take(cast.user("kofi"))
    told = public.record_training(
        person_id=alma.pk, kind="session", subject="NM-40-01-L", hours=Decimal("1.25"),
        hours_type="live", occurred_at=clock.now(), actor_id=None, act="sheet:1",
    )  # fmt: skip
    edit(1, title="Corrected")
    release("top_up", "lesson:tiny-only/lesson-1")
    finish_lesson(
        person_id=alma.pk, actor_id=None, outline=public.outline(course_key="tiny"),
        lesson_key="tiny-only/lesson-1", page_revision=None,
    )  # fmt: skip
    assert ledger(alma) == Decimal("1.45")
    decide(samir, *mend(q01="c"), "all")
    # Kofi keeps 4 of 5, Alma has all of them now; no hour moved.
    assert (ledger(alma), ledger(kofi)) == (Decimal("1.45"), Decimal("0.20"))
    public.reverse(evidence_id=told, actor_id=samir.pk, reason="The sheet was another day's.")
    assert ledger(alma) == Decimal("0.20")
    kofi.merged_into = alma
    kofi.save(update_fields=["merged_into"])
    total, by_type, sheet = totals(alma, client, cast.user("alma"))
    assert total == by_type == sheet == ledger(alma, kofi) == Decimal("0.40")


def test_a_record_outlives_the_employer(tmp_path, cast, client):
    load(tmp_path)
    read_lesson(cast, "alma")
    take(cast.user("alma"))
    was = client.force_login(cast.user("alma")) or client.get("/me/transcript/").content.decode()
    Employment.objects.filter(person=cast.person("alma")).update(ends_on=clock.now().date())
    now = client.get("/me/transcript/")
    assert now.status_code == 200
    page = now.content.decode()
    assert "A tiny course" in was and "A tiny course" in page and "0.20" in page


@pytest.mark.parametrize("choice", ["raise", "all"])
def test_a_regrade_moves_no_hour_of_who_passes_before_and_after(tmp_path, cast, samir, choice):
    load(tmp_path)
    for who in ("alma", "kofi"):
        read_lesson(cast, who)
    take(cast.user("alma"), q01="c")
    take(cast.user("kofi"))
    decide(samir, *mend(q01="c"), choice)
    assert ledger(cast.person("alma")) == ledger(cast.person("kofi")) == Decimal("0.20")
