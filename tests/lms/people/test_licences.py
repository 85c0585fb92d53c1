"""What others granted: who may write it down, and what looking it up changes."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404

from lms.audit.models import AuditEntry
from lms.people.files import person_files
from lms.people.integrity import integrity
from lms.people.licences import licence_lives
from lms.people.models import Licence, LicenceVerification
from lms.people.operations import (
    LicenceRefused,
    LicenceReplaced,
    OwnLicence,
    Seen,
    VerifiedLicence,
    WrongLookUp,
    record_licence,
    verify_licence,
)
from lms.people.queries import licences

START, END = date(2025, 1, 5), date(2027, 1, 5)
FIRST = datetime(2026, 3, 2, 18, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _march(time_machine):
    time_machine.move_to(FIRST, tick=False)


def seen(source="State board look-up", on=date(2026, 3, 1), **more):
    return Seen(source=source, looked_up_on=on, **more)


def add(cast, who="hannah", by=None, **values):
    """Record a licence; without `by`, by its holder."""
    person = cast.person(who)
    values = {"kind": "LICENCE", "valid_from": START, "valid_until": END} | values
    actor_id = cast.user(by or who).pk
    uuid = record_licence(actor_id=actor_id, person_id=person.pk, **values)
    return Licence.objects.get(uuid=uuid)


def look(cast, row, outcome="confirmed", by="bo", **more):
    more = {"seen": seen()} | more
    verify_licence(actor_id=cast.user(by).pk, licence_id=row.pk, outcome=outcome, **more)


def standing(cast, who="hannah", known_at=None):
    """Return the licences that decisions see, as (from, until, verified)."""
    person = cast.person(who).pk
    file = person_files(person_ids=[person], known_at=known_at)[person]
    return [(each.valid_from, each.valid_until, each.verified) for each in file.licences]


def problems():
    return [(each.name, each.problems) for each in integrity() if not each.ok]


# --- who may --------------------------------------------------------------------------------
def test_worker_records_own_licence_and_somebody_else_verifies_it(cast):
    row = add(cast)
    assert standing(cast) == [(START, END, False)]
    with pytest.raises(OwnLicence):
        look(cast, row, by="hannah")
    look(cast, row)
    assert standing(cast) == [(START, END, True)]
    assert problems() == []


def test_nobody_records_a_verified_licence_of_their_own(cast):
    with pytest.raises(OwnLicence):
        add(cast, "bo", seen=seen())
    assert not Licence.objects.exists()


@pytest.mark.parametrize(
    ("actor", "raised"),
    [("renata", PermissionDenied), ("dee", PermissionDenied), ("lucia", Http404)],
)
def test_coach_auditor_and_stranger_write_nothing(cast, actor, raised):
    row = add(cast, "teo", kind="CYPSW")
    with pytest.raises(raised):
        add(cast, "teo", by=actor, kind="CYPSW")
    with pytest.raises(raised):
        look(cast, row, by=actor)
    assert (Licence.objects.count(), LicenceVerification.objects.count()) == (1, 0)


def test_a_supervisor_without_duty_writes_nothing(cast):
    cast.add_person("sue", "Sue", "Pervisor")
    cast.employ("sue", "rio-vista-north", "supervisor")
    cast.employ("teo", "rio-vista-north", "peer", supervisor="sue")
    from tests.cast import give_second_factor

    give_second_factor(cast.user("sue"))
    row = add(cast, "teo", kind="CYPSW")
    with pytest.raises(PermissionDenied):
        look(cast, row, by="sue")


def test_an_officer_verifies_in_the_state_and_not_their_own(cast):
    look(cast, add(cast), by="ines")
    own = add(cast, "ines")
    with pytest.raises(OwnLicence):
        look(cast, own, by="ines")
    look(cast, own, by="odette")


def test_nobody_corrects_a_verified_one_of_their_own(cast):
    row = add(cast)
    newer = add(cast, number="7", replaces_id=row.pk)
    look(cast, newer)
    with pytest.raises(VerifiedLicence):
        add(cast, number="8", replaces_id=newer.pk)
    assert [each.number for each in licences(person_ids=[cast.person("hannah").pk])] == ["7"]


# --- what is kept ---------------------------------------------------------------------------
def test_a_look_names_its_source_its_day_and_its_actor_and_when_it_was_written(cast):
    look(cast, add(cast), seen=seen(source=" Board page ", on=date(2026, 2, 27)))
    [life] = licence_lives(person_ids=[cast.person("hannah").pk])
    [told] = life.looks
    assert (told.outcome, told.source, told.looked_up_on) == (
        "confirmed", "Board page", date(2026, 2, 27),
    )  # fmt: skip
    assert (told.who, told.recorded_at) == ("Bo Castillo", FIRST)
    assert life.licence.verified


def test_looking_again_adds_a_row_and_keeps_the_first_verification(cast, time_machine):
    row = add(cast)
    look(cast, row)
    time_machine.move_to(LATER, tick=False)
    look(cast, row, seen=seen(on=date(2026, 9, 1)), by="ines")
    row.refresh_from_db()
    assert (row.verified_at, row.verified_by) == (FIRST, cast.user("bo"))
    days = LicenceVerification.objects.order_by("pk").values_list("looked_up_on", flat=True)
    assert list(days) == [date(2026, 3, 1), date(2026, 9, 1)]
    assert problems() == []


@pytest.mark.parametrize("outcome", ["not_found", "different"])
def test_what_a_later_look_contradicts_counts_no_more_and_did_before(cast, time_machine, outcome):
    row = add(cast)
    look(cast, row)
    time_machine.move_to(LATER, tick=False)
    look(cast, row, outcome)
    assert standing(cast) == [(START, END, False)]
    assert standing(cast, known_at=datetime(2026, 8, 31, tzinfo=UTC)) == [(START, END, True)]
    [life] = licence_lives(person_ids=[cast.person("hannah").pk])
    assert [each.outcome for each in life.looks] == [outcome, "confirmed"]
    assert [each.verified for each in life.earlier] == [True]
    # Found again, it counts again.
    look(cast, Licence.objects.latest("pk"), by="ines")
    assert standing(cast) == [(START, END, True)]
    assert problems() == []


def test_an_unverified_one_that_is_not_found_stays_as_it_is_with_the_look(cast):
    row = add(cast)
    look(cast, row, "not_found")
    assert Licence.objects.get() == row
    assert standing(cast) == [(START, END, False)]


@pytest.mark.parametrize("was_verified", [True, False])
def test_one_that_its_issuer_ended_counts_until_then(cast, time_machine, was_verified):
    row = add(cast)
    if was_verified:
        look(cast, row)
    time_machine.move_to(LATER, tick=False)
    look(cast, row, "ended", ended_on=date(2026, 8, 1))
    assert standing(cast) == [(START, date(2026, 8, 1), True)]
    assert standing(cast, known_at=datetime(2026, 8, 31, tzinfo=UTC)) == [
        (START, END, was_verified)
    ]
    [life] = licence_lives(person_ids=[cast.person("hannah").pk])
    assert [each.outcome for each in life.looks] == ["ended", "confirmed"][: 1 + was_verified]
    assert problems() == []


def test_one_that_never_held_is_kept_and_empty(cast):
    row = add(cast)
    look(cast, row, "ended", ended_on=date(2024, 1, 1))
    assert standing(cast) == [(START, START, True)]


def test_a_corrected_row_is_hidden_kept_and_corrected_once(cast):
    row = add(cast, "teo", kind="CYPSW", number="1")
    add(cast, "teo", kind="CYPSW", number="2", replaces_id=row.pk, by="bo", seen=seen())
    assert [each.number for each in licences(person_ids=[cast.person("teo").pk])] == ["2"]
    assert Licence.objects.count() == 2
    with pytest.raises(LicenceReplaced):
        add(cast, "teo", kind="CYPSW", number="3", replaces_id=row.pk, by="bo")
    with pytest.raises(LicenceReplaced):
        look(cast, row)
    with pytest.raises(LicenceReplaced):
        add(cast, "alma", number="3", replaces_id=Licence.objects.latest("pk").pk, by="bo")


def test_the_same_act_told_twice_is_one(cast):
    act = uuid4()
    assert add(cast, uuid=act) == add(cast, uuid=act)
    row = Licence.objects.get()
    same = seen(uuid=uuid4())
    look(cast, row, "not_found", seen=same)
    look(cast, row, "not_found", seen=same)
    assert LicenceVerification.objects.count() == 1
    actions = AuditEntry.objects.filter(subject_kind="licence").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "licence_recorded", "licence_verified",
    ]  # fmt: skip


# --- what is refused ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("confirmed", {"seen": seen(source="  ")}),
        ("confirmed", {"seen": None}),
        ("confirmed", {"seen": seen(on=date(2026, 3, 3))}),
        ("confirmed", {"ended_on": date(2026, 1, 1)}),
        ("ended", {}),
        ("ended", {"ended_on": END}),
    ],
)
def test_looks_that_cannot_be_are_refused_and_nothing_is_written(cast, outcome, more):
    row = add(cast)
    with pytest.raises(WrongLookUp):
        look(cast, row, outcome, **more)
    assert not LicenceVerification.objects.exists()
    assert Licence.objects.get().verified_at is None


def test_the_day_is_that_of_the_academys_zone(cast, time_machine):
    # 2 March, 23:59 in Denver.
    time_machine.move_to(datetime(2026, 3, 3, 6, 59, tzinfo=UTC), tick=False)
    row = add(cast)
    with pytest.raises(WrongLookUp):
        look(cast, row, seen=seen(on=date(2026, 3, 3)))
    look(cast, row, seen=seen(on=date(2026, 3, 2)))


@pytest.mark.parametrize(
    "values",
    [
        {"valid_until": START},
        {"kind": "BACKGROUND", "number": "two convictions"},
    ],
)
def test_an_empty_period_and_details_of_a_check_are_refused(cast, values):
    with pytest.raises(LicenceRefused):
        add(cast, **values)


@pytest.mark.parametrize("table", [Licence, LicenceVerification])
def test_the_database_refuses_to_change_what_was_verified(cast, table):
    look(cast, add(cast))
    for change in (
        lambda: table.objects.update(recorded_at=LATER),
        lambda: table.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_verification_without_a_look_is_found(cast):
    Licence.objects.create(
        person=cast.person("alma"), kind="LICENCE", valid_from=START, verified_at=FIRST
    )
    row = add(cast)
    LicenceVerification.objects.create(
        licence=row, outcome="confirmed", source="Board", looked_up_on=START
    )
    [(name, told)] = problems()
    assert (name, len(told)) == ("verified-as-looked-up", 2)


# --- before look-ups were kept --------------------------------------------------------------
def test_old_verifications_get_their_row_once(cast):
    from importlib import import_module

    from django.apps import apps

    Licence.objects.create(
        person=cast.person("alma"), kind="LICENCE", valid_from=START,
        verified_at=datetime(2026, 3, 3, 6, 59, tzinfo=UTC), verified_by=cast.user("bo"),
    )  # fmt: skip
    add(cast)
    migration = import_module("lms.migrations.0006_confirmations_as_rows")
    migration.confirm(apps, None)
    migration.confirm(apps, None)
    row = LicenceVerification.objects.get()
    assert (row.looked_up_on, row.actor) == (date(2026, 3, 2), cast.user("bo"))
    assert problems() == []
