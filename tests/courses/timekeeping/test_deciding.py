"""A contested time is decided by another, both figures stay, and no hour is credited by it."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from courses.models import TimeDecision, TimeDispute
from courses.seat_time.operations import (
    AlreadyDecided,
    MayNotDecide,
    NoReason,
    decide,
)
from courses.timekeeping.queries import overview
from lms.models import AuditEntry, Notice
from tests.courses.seat_time.conftest import LESSON
from tests.courses.timekeeping.test_own import read, says

WHY = {"minutes": 20, "reason": "She showed me her notes."}


@pytest.fixture
def told(alma, later):
    """The uuid of what Alma contested: five minutes measured, forty claimed."""
    read(alma, 300)
    return says(alma, LESSON)


def test_a_trainer_decides_and_both_figures_are_shown(told, alma, sign_in, cast):
    page = sign_in("samir").get("/train/time/")
    assert [name for _row, name, _title in page.context["rows"]] == ["Alma Reyes"]
    answer = sign_in("samir").post(f"/train/time/{told}/", WHY, follow=True)
    text = answer.content.decode()
    assert "5\u00a0min" in text and "40\u00a0min" in text and "20\u00a0min stand beside" in text
    row = TimeDispute.objects.get()
    assert (row.measured_minutes, row.claimed_minutes, row.decision.accepted_minutes) == (5, 40, 20)
    mine = sign_in("alma").get("/me/time/").content.decode()
    assert "You said 40\u00a0min; decided: 20\u00a0min" in mine
    assert Notice.objects.get(kind="time_decided").person_id == alma.pk
    assert overview(person_id=alma.pk).credited == 0
    about = AuditEntry.objects.filter(subject_kind="time_dispute").order_by("pk")
    actions = about.values_list("action", "actor_id")
    assert list(actions) == [
        ("time_contested", cast.user("alma").pk), ("time_decided", cast.user("samir").pk),
    ]  # fmt: skip


def test_an_officer_decides_where_there_is_no_trainer(told, sign_in):
    assert sign_in("ines").post(f"/train/time/{told}/", WHY).status_code == 302
    assert TimeDecision.objects.count() == 1


def test_an_auditor_reads_and_does_not_decide(told, sign_in):
    page = sign_in("dee").get(f"/train/time/{told}/")
    assert page.status_code == 200 and not page.context["may_decide"]
    assert sign_in("dee").post(f"/train/time/{told}/", WHY).status_code == 403
    assert not TimeDecision.objects.exists()


@pytest.mark.parametrize(
    ("key", "list_status", "status"),
    [("alma", 403, 403), ("kofi", 403, 403), ("bo", 403, 403), ("mara", 403, 404)],
)
def test_others_do_not_see_it(told, cast, sign_in, key, list_status, status):
    if key not in cast.people:
        cast.add_person(key, "Mara", "Voss")
    assert sign_in(key).get("/train/time/").status_code == list_status
    assert sign_in(key).get(f"/train/time/{told}/").status_code == status
    assert sign_in(key).post(f"/train/time/{told}/", WHY).status_code == status
    assert not TimeDecision.objects.exists()


def test_nobody_decides_about_their_own_time(cast, alma, sign_in, later):
    samir = cast.person("samir")
    mine = says(samir)
    assert sign_in("samir").get("/train/time/").context["rows"] == []
    assert sign_in("samir").post(f"/train/time/{mine}/", WHY).status_code == 403
    with pytest.raises(MayNotDecide):
        decide(actor_id=samir.user_id, dispute_uuid=mine, accepted_minutes=5, reason="So.")


def test_it_is_decided_once(told, cast, sign_in):
    arguments = {"actor_id": cast.user("samir").pk, "dispute_uuid": told}
    with pytest.raises(NoReason):
        decide(**arguments, accepted_minutes=5, reason="  ")
    decide(**arguments, accepted_minutes=5, reason="So.")
    with pytest.raises(AlreadyDecided):
        decide(**arguments, accepted_minutes=9, reason="Or so.")
    assert TimeDecision.objects.get().accepted_minutes == 5


def test_what_was_said_and_decided_cannot_be_changed(told, cast):
    decide(actor_id=cast.user("samir").pk, dispute_uuid=told, accepted_minutes=5, reason="So.")
    for rows in (TimeDispute.objects.all(), TimeDecision.objects.all()):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            rows.update(reason="Otherwise")
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            rows._raw_delete(rows.db)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_statements_with_three_rows_as_with_one(
    alma, cast, sign_in, later, statements, rows
):
    for key in ("alma", "kofi", "hannah")[:rows]:
        says(cast.person(key))
    client = sign_in("samir")
    with statements() as counted:
        assert len(client.get("/train/time/").context["rows"]) == rows
    assert len(counted) == 11
