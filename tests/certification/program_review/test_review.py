"""Drafts: everything wrong is said, the author never publishes, and each thing is done once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from certification.program_review import access, integrity, operations, queries
from certification.program_review.models import ProgramDraft, ProgramReview, ProgramWalk
from certification.program_review.operations import (
    AuthorMayNotPublish,
    BrokenDraft,
    NotPreviewed,
    NotTheAuthor,
    Outdated,
    OwnDraft,
    ReasonMissing,
    TooEarly,
    WrongState,
)
from certification.program_review.states import State
from certification.programs.document import ProgramError
from certification.programs.models import Adoption, ProgramVersion
from certification.programs.queries import catalogue
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.people.access import Refused, Unknown

from .conftest import (
    LONGER,
    PROGRAM,
    TEXT,
    TODAY,
    add_stranger,
    hand_in,
    look,
    publish,
    second,
    write,
)


def state(uuid):
    return queries.state_of_draft(queries.draft_of(uuid=uuid))


# --- writing --------------------------------------------------------------------------------
def test_everything_wrong_is_said_with_its_place_and_nothing_is_kept(plain):
    text = second(kind=("kind: quiz", "kind: exam"), hours=("hours: 6", "hours: many"))
    with pytest.raises(BrokenDraft) as caught:
        write(plain, text=text)
    assert "P-LIVE: hours is not a number" in caught.value.problems
    assert "P-CHECK: unknown kind 'exam'" in caught.value.problems
    assert not ProgramDraft.objects.exists()


def test_an_unfinished_text_is_kept_word_for_word_but_cannot_be_handed_in(plain):
    uuid = write(plain, text="program: [", unfinished=True, program_key=PROGRAM)
    draft = ProgramDraft.objects.get()
    assert (draft.source, draft.program_key, draft.label) == ("program: [", PROGRAM, "")
    with pytest.raises(ProgramError, match="not readable as YAML"):
        operations.submit(actor_id=plain.user("ines").pk, uuid=uuid)
    assert state(uuid) is State.WRITTEN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TEXT, "program: this text is version 1, word for word"),
        (TEXT.replace("hours: 6", "hours: 7"), "program: version “1” is taken; give it another"),
        (
            second().replace("program: plain", "program: new").replace("plain-c", "new-c"),
            "program: “new” cannot be a key",
        ),
        (
            second().replace("program: plain", "program: other"),
            "credential plain-certified: this key belongs to “Plain program”",
        ),
        (second().replace("P-LIVE", "P" * 61), f"{'P' * 61}: id is longer than 60 characters"),
        (
            second().replace("plain-certified", "plain.certified"),
            "credential plain.certified: key may have only letters, digits, hyphens and"
            " underscores",
        ),
    ],
)
def test_what_does_not_go_with_what_is_published_is_a_problem(plain, text, problem):
    with pytest.raises(BrokenDraft) as caught:
        write(plain, text=text)
    assert caught.value.problems == (problem,)


def test_a_text_about_another_program_is_a_problem_on_the_page_of_one(plain):
    text = second().replace("program: plain", "program: fancy").replace("plain-c", "fancy-c")
    with pytest.raises(BrokenDraft, match="the key is “fancy”; this is about “plain”"):
        write(plain, text=text, program_key=PROGRAM)


def test_the_same_form_twice_is_one_draft(plain):
    key = uuid4()
    assert write(plain, form_key=key) == write(plain, form_key=key)
    with pytest.raises(operations.FormUsed):
        write(plain, form_key=key, text=second("3"))
    assert ProgramDraft.objects.count() == 1


def test_a_changed_text_is_a_new_row_that_names_the_one_it_replaces(plain):
    first = write(plain)
    later = write(plain, text=second("2b", **LONGER), replaces=first)
    old, new = ProgramDraft.objects.order_by("pk")
    assert (new.replaces_id, new.revision, new.series) == (old.pk, 2, old.series)
    assert (state(first), state(later)) == (State.REPLACED, State.WRITTEN)
    with pytest.raises(WrongState):
        write(plain, text=second("2c"), replaces=first)
    with pytest.raises(WrongState):
        operations.submit(actor_id=plain.user("ines").pk, uuid=first)


@pytest.mark.parametrize("model", [ProgramDraft, ProgramReview])
def test_the_database_refuses_to_change_or_delete_them(plain, model):
    hand_in(plain)
    table = model._meta.db_table
    for sql in (f"UPDATE {table} SET note = ''", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)


# --- who ------------------------------------------------------------------------------------
def test_the_author_does_not_publish(plain):
    uuid = hand_in(plain)
    look(plain, uuid)
    with pytest.raises(AuthorMayNotPublish):
        operations.publish(actor_id=plain.user("ines").pk, uuid=uuid, effective_on=TODAY)
    assert ProgramVersion.objects.count() == 1


def test_who_wrote_any_revision_does_not_publish_the_last_one(plain):
    first = write(plain, "odette", text=second("2a", **LONGER))
    later = hand_in(plain, "ines", text=second("2b", **LONGER), replaces=first)
    look(plain, later)
    for who in ("odette", "ines"):
        with pytest.raises(AuthorMayNotPublish):
            operations.publish(actor_id=plain.user(who).pk, uuid=later, effective_on=TODAY)
        with pytest.raises(OwnDraft):
            operations.send_back(actor_id=plain.user(who).pk, uuid=later, reason="no")
    assert state(later) is State.WAITING


def test_a_withdrawn_revision_does_not_wash_its_author_off(plain):
    first = write(plain, "odette", text=second("2a", **LONGER))
    middle = write(plain, "ines", text=second("2b", **LONGER), replaces=first)
    last = hand_in(plain, "ines", text=second("2c", **LONGER), replaces=middle)
    look(plain, last)
    with pytest.raises(AuthorMayNotPublish):
        operations.publish(actor_id=plain.user("odette").pk, uuid=last, effective_on=TODAY)


def test_only_the_author_hands_in(plain):
    uuid = write(plain)
    with pytest.raises(NotTheAuthor):
        operations.submit(actor_id=plain.user("odette").pk, uuid=uuid)
    with pytest.raises(NotTheAuthor):
        operations.withdraw(actor_id=plain.user("odette").pk, uuid=uuid)


@pytest.mark.parametrize(
    ("who", "error"),
    [("bo", Refused), ("dee", Refused), ("samir", Refused), ("una", Unknown)],
)
def test_others_neither_write_nor_publish(plain, who, error):
    add_stranger(plain)
    uuid = hand_in(plain)
    look(plain, uuid)
    with pytest.raises(error):
        operations.publish(actor_id=plain.user(who).pk, uuid=uuid, effective_on=TODAY)
    with pytest.raises(Refused):
        write(plain, who)
    assert ProgramVersion.objects.count() == 1


def test_an_officer_of_another_state_is_a_stranger_to_the_program(plain):
    add_stranger(plain, "certification_officer")
    uuid = hand_in(plain)
    with pytest.raises(Unknown):
        operations.publish(actor_id=plain.user("una").pk, uuid=uuid, effective_on=TODAY)
    with pytest.raises(Unknown):
        write(plain, "una", text=second("9", **LONGER))
    own = second("1").replace("program: plain", "program: lake").replace("plain-c", "lake-c")
    theirs = write(plain, "una", text=own)
    with pytest.raises(Unknown):
        operations.send_back(actor_id=plain.user("odette").pk, uuid=theirs, reason="no")


def test_without_a_second_factor_nothing_is_published(plain):
    uuid = hand_in(plain)
    look(plain, uuid)
    plain.drop_second_factor("odette")
    with pytest.raises(Refused):
        operations.publish(actor_id=plain.user("odette").pk, uuid=uuid, effective_on=TODAY)


def test_object_test_and_filter_agree_on_drafts(plain):
    add_stranger(plain, "certification_officer")
    write(plain)
    own = second("1").replace("program: plain", "program: lake").replace("plain-c", "lake-c")
    write(plain, "una", text=own)
    for who, person in plain.people.items():
        if person.user is None:
            continue
        visible = set(ProgramDraft.objects.filter(access.visible_drafts(user_id=person.user.pk)))
        opened = {
            each
            for each in ProgramDraft.objects.all()
            if access.may_see(user_id=person.user.pk, draft=each)
        }
        assert visible == opened, who
    assert len(opened) < 2


# --- publishing -----------------------------------------------------------------------------
def test_a_published_draft_is_a_version_from_the_day_chosen(plain):
    uuid = hand_in(plain)
    on = date(2026, 9, 1)
    publish(plain, uuid, on)
    version = ProgramVersion.objects.get(label="2")
    assert (version.effective_on, version.published_by_id) == (on, plain.user("odette").pk)
    assert version.digest == ProgramDraft.objects.get().digest
    assert state(uuid) is State.PUBLISHED
    labels = [catalogue().version(PROGRAM, day).label for day in (TODAY, on)]
    assert labels == ["1", "2"]
    assert AuditEntry.objects.filter(action="program.published").count() == 2
    walk = ProgramWalk.objects.get(draft__isnull=True)
    assert Job.objects.filter(key=f"program_walk:{walk.pk}:0", state="ready").exists()
    assert all(each.ok for each in integrity.integrity())


def test_published_twice_is_published_once(plain):
    uuid = hand_in(plain)
    publish(plain, uuid)
    with pytest.raises(WrongState) as caught:
        operations.publish(actor_id=plain.user("odette").pk, uuid=uuid, effective_on=TODAY)
    assert caught.value.state is State.PUBLISHED
    assert ProgramVersion.objects.count() == 2


def test_only_what_was_handed_in_is_published(plain):
    uuid = write(plain)
    with pytest.raises(WrongState):
        publish(plain, uuid)
    operations.submit(actor_id=plain.user("ines").pk, uuid=uuid)
    operations.send_back(actor_id=plain.user("odette").pk, uuid=uuid, reason="Cite the clause.")
    with pytest.raises(WrongState):
        publish(plain, uuid)
    later = hand_in(plain, text=second("2b", **LONGER), replaces=uuid)
    publish(plain, later)
    assert [each.label for each in catalogue().versions[PROGRAM]] == ["1", "2b"]


def test_sending_back_needs_a_reason(plain):
    uuid = hand_in(plain)
    with pytest.raises(ReasonMissing):
        operations.send_back(actor_id=plain.user("odette").pk, uuid=uuid, reason=" ")


def test_a_version_never_counts_from_before_the_newest_one(plain):
    with pytest.raises(TooEarly):
        publish(plain, hand_in(plain), date(2024, 12, 31), reason="Mistake in the first")


def test_a_version_counts_back_only_with_a_reason(plain):
    uuid, on = hand_in(plain), date(2026, 1, 1)
    with pytest.raises(ReasonMissing):
        publish(plain, uuid, on)
    publish(plain, uuid, on, reason="The standard has said so since January.")
    assert catalogue().version(PROGRAM, on).label == "2"
    row = ProgramReview.objects.get(kind="published")
    assert (row.note, row.effective_on) == ("The standard has said so since January.", on)


def test_nobody_publishes_blind(plain):
    uuid = hand_in(plain)
    odette = plain.user("odette").pk
    with pytest.raises(NotPreviewed):
        operations.publish(actor_id=odette, uuid=uuid, effective_on=TODAY)
    look(plain, uuid, TODAY + timedelta(days=1))
    with pytest.raises(NotPreviewed):
        operations.publish(actor_id=odette, uuid=uuid, effective_on=TODAY)


def test_a_draft_that_another_version_has_overtaken_is_not_published(plain):
    slow = hand_in(plain, text=second("3", check=("pass: 80", "pass: 90")))
    look(plain, slow)
    publish(plain, hand_in(plain))
    with pytest.raises(Outdated):
        operations.publish(actor_id=plain.user("odette").pk, uuid=slow, effective_on=TODAY)
    again = hand_in(
        plain, text=second("3", check=("pass: 80", "pass: 90"), **LONGER), replaces=slow
    )
    publish(plain, again)
    assert [each.label for each in catalogue().versions[PROGRAM]] == ["1", "2", "3"]


def test_two_drafts_of_one_new_program_do_not_both_begin_it(plain):
    text = second("1").replace("program: plain", "program: fresh").replace("plain-c", "fresh-c")
    other = text.replace('version: "1"', 'version: "2"')
    one, two = hand_in(plain, text=text), hand_in(plain, text=other)
    look(plain, one)
    look(plain, two)
    publish(plain, one)
    with pytest.raises(Outdated):
        operations.publish(actor_id=plain.user("odette").pk, uuid=two, effective_on=TODAY)


# --- adopting -------------------------------------------------------------------------------
def test_an_officer_adopts_and_ends_it_and_everybody_is_weighed_again(plain):
    odette, place = plain.user("odette").pk, plain.organisation("llano").pk
    with pytest.raises(operations.UnknownProgram):
        operations.adopt(
            actor_id=odette, organisation_id=place, program_key="none", starts_on=TODAY
        )
    number = operations.adopt(
        actor_id=odette, organisation_id=place, program_key=PROGRAM, starts_on=TODAY
    )
    with pytest.raises(operations.AlreadyAdopted):
        operations.adopt(
            actor_id=odette,
            organisation_id=place,
            program_key=PROGRAM,
            starts_on=date(2027, 1, 1),
        )
    with pytest.raises(operations.WrongDays):
        operations.end_adoption(actor_id=odette, adoption_id=number, ends_on=TODAY)
    ends = date(2026, 12, 1)
    operations.end_adoption(actor_id=odette, adoption_id=number, ends_on=ends)
    with pytest.raises(operations.AdoptionEnded):
        operations.end_adoption(actor_id=odette, adoption_id=number, ends_on=ends)
    assert Adoption.objects.get(pk=number).ends_on == ends
    assert ProgramWalk.objects.filter(draft__isnull=True).count() == 2
    assert not catalogue().keys_on([plain.organisation("harbor").path], ends)


def test_nobody_adopts_for_an_organisation_of_another_state(plain):
    place = plain.organisation("harbor").pk
    with pytest.raises(Unknown):
        operations.adopt(
            actor_id=plain.user("ines").pk,
            organisation_id=place,
            program_key=PROGRAM,
            starts_on=TODAY,
        )
