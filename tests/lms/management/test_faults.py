"""A fault is planted for every check of the stored data; it is found, with what to do about it.

The faults of what the demo holds are in test_demo.py; here are those of what officers do.
"""

import io
import json
import re
import tempfile
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certification.casework.models import Appeal, AppealDecision, AppealFile, RevocationProposal
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import evaluate, suspend
from certification.duplicates.models import DuplicateAnswer, DuplicateProposal
from certification.evidence.models import StoredDecision
from certification.portable.models import (
    ImportedFact,
    PersonAlias,
    RecordImport,
    RecordUpload,
    TrustedIssuer,
)
from certification.program_review.models import ProgramDraft, ProgramReview
from certification.programs.models import ProgramVersion
from certification.programs.operations import adopt, load_programs
from certification.refusals.models import RefusalLetter
from courses.assessment.models import RegradedAttempt
from courses.models import (
    ActiveSpan,
    CourseVersion,
    StudySession,
    TimeDecision,
    TimeDispute,
    VersionChange,
)
from courses.public import record_training
from lms.kit import clock
from lms.management.fixes import FIXES, UNKNOWN, fix_of
from lms.people.models import (
    Licence,
    NameChange,
    NameDecision,
    Person,
    PersonMerge,
)
from tests.certification.scenarios.playing import HERE
from tests.courses.assessment import regrades

HIRED = date(2026, 1, 5)
# Their two sides are two ways of reading the same rows: no row can make them differ.
TWO_READINGS = {"ledger-sums", "transcript-sums"}


@pytest.fixture
def world(cast, settings, tmp_path):
    """Ola certified in a small program, suspended once, with a licence that nobody looked up."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    load_programs(path=HERE / "programs" / "small.yaml")
    adopt(organisation_id=cast.organisation("high-desert").pk, program_key="small", starts_on=HIRED)
    cast.add_person("ola", "Ola", "Brink")
    cast.employ("ola", "rio-vista-north", "responder", since=HIRED)
    ola = cast.person("ola")
    for subject, hours in (("S-BASE", 2), ("S-EXAM", 0)):
        record_training(
            person_id=ola.pk,
            kind="training",
            subject=subject,
            hours=hours,
            hours_type="self_paced" if hours else "none",
            score=90,
            occurred_at=datetime(2026, 2, 2, 15, tzinfo=UTC),
            actor_id=None,
            act=f"fault:{subject}",
        )
    Licence.objects.create(person=ola, kind="LICENCE", valid_from=HIRED)
    evaluate(person_ids=[each.pk for each in cast.people.values()])
    code = Credential.objects.get(person=ola).code
    suspend(code=code, actor_id=cast.user("ines").pk, reason="other")
    return cast


# --- tools --------------------------------------------------------------------------------------
def the_credential():
    return Credential.objects.get(holder_name="Ola Brink", edition=1, period=1)


def the_event(kind):
    return CredentialEvent.objects.get(credential=the_credential(), kind=kind)


def off_the_record(*statements):
    """Do to the database what only somebody with its password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            return
        for _, sql in triggers:
            cursor.execute(sql)


def drop_trigger(table, event):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {table}_no_{event}{on}")


def a_decision_like(stored):
    stored.pk, stored.uuid = None, uuid.uuid4()
    stored.save(force_insert=True)
    return stored


def another_number(code, **changes):
    """Issue the same again beside the first, as no operation would."""
    first = the_credential()
    decision = StoredDecision.objects.get(pk=first.decision_id)
    first.pk, first.uuid, first.code = None, uuid.uuid4(), code
    first.decision = a_decision_like(decision)
    for name, value in changes.items():
        setattr(first, name, value)
    first.save(force_insert=True)
    CredentialEvent.objects.create(credential=first, kind="issued", effective_on=first.valid_from)
    return first


def paper(model, **fields):
    return model.objects.create(
        name="paper.pdf",
        content_type="application/pdf",
        storage_name="nowhere/paper.pdf",
        sha256="0" * 64,
        size=1,
        **fields,
    )


def a_regraded_attempt(cast):
    """Let Alma take a quiz one of whose keys is mended afterwards."""
    regrades.load(Path(tempfile.mkdtemp()))
    regrades.take(cast.user("alma"), q01="c", q02="a")
    regrades.decide(cast.user("samir"), *regrades.mend(q01="c"), "all")
    assert command()[1] == ""
    return RegradedAttempt.objects.get()


# --- faults -------------------------------------------------------------------------------------
def two_periods_at_once(cast):
    another_number("MRSS-2222-2222-2", period=2)


def an_edition_out_of_nowhere(cast):
    another_number("MRSS-2222-2222-2", edition=2)


def hours_that_do_not_add_up(cast):
    held = the_credential()
    by_type = json.dumps({"self_paced": "3.00"})
    off_the_record(
        f"UPDATE certification_credential SET hours_by_type = '{by_type}' WHERE id = {held.pk}"
    )


def revoked_by_one(cast):
    CredentialEvent.objects.create(
        credential=the_credential(),
        kind="revoked",
        effective_on=clock.today("America/New_York"),
        actor=cast.user("ines"),
        reason_code="other",
    )


def the_issue_set_aside(cast):
    CredentialEvent.objects.create(
        credential=the_credential(),
        kind="set_aside",
        effective_on=clock.today("America/New_York"),
        actor=cast.user("ines"),
        sets_aside=the_event("issued"),
    )


def two_proposals_wait(cast):
    for turn in (1, 2):
        RevocationProposal.objects.create(
            credential=the_credential(),
            turn=turn,
            proposed_by=cast.user("ines"),
            reason_code="other",
            effective_on=clock.today("America/New_York"),
            note="Why.",
        )


def an_appeal(cast, kind="suspended"):
    return Appeal.objects.create(
        event=the_event(kind), words="I was there.", appealed_by=cast.user("ola"), late=False
    )


def an_appeal_about_the_issue(cast):
    an_appeal(cast, "issued")


def an_appeal_decided_by_who_suspended(cast):
    AppealDecision.objects.create(
        appeal=an_appeal(cast),
        outcome="upheld",
        reason_code="correct",
        words="It stays.",
        actor=cast.user("ines"),
    )


def an_appeal_without_its_paper(cast):
    paper(AppealFile, appeal=an_appeal(cast))


def a_draft_altered(cast):
    draft = a_draft(cast)
    off_the_record(f"UPDATE certification_programdraft SET source = 'x' WHERE id = {draft.pk}")


def a_draft(cast):
    version = ProgramVersion.objects.get(program__key="small")
    return ProgramDraft.objects.create(
        organisation=cast.organisation("high-desert"),
        program_key="small",
        title="Small",
        label="1",
        source=version.source,
        digest=version.digest,
        note="Why.",
        effective_on=date(2027, 1, 1),
        author=cast.user("ines"),
        form_key=uuid.uuid4(),
    )


def a_version_published_by_its_author(cast):
    ProgramReview.objects.create(
        draft=a_draft(cast),
        turn=1,
        kind="published",
        version=ProgramVersion.objects.get(program__key="small"),
        effective_on=date(2027, 1, 1),
        actor=cast.user("ines"),
    )


def a_name_that_was_not_decided(cast):
    change = NameChange.objects.create(
        person=cast.person("ola"),
        given_name="Ola",
        family_name="Lund",
        from_on=HIRED,
        reason="marriage",
        requested_by=cast.user("ola"),
        form_key=uuid.uuid4(),
    )
    NameDecision.objects.create(
        change=change,
        outcome="accepted",
        reason_code="document_seen",
        document="Certificate of marriage",
        old_given_name="Ola",
        old_family_name="Brink",
        decided_by=cast.user("ines"),
    )


def a_licence_verified_by_nobody(cast):
    off_the_record(
        "UPDATE lms_licence SET verified_at = recorded_at"
        f" WHERE person_id = {cast.person('ola').pk}"
    )


def a_record_read_as_another(cast):
    Person.objects.filter(pk=cast.person("kofi").pk).update(merged_into=cast.person("ola"))


def two_merges_in_a_circle(cast):
    a_merge(cast, "ola", "kofi")
    a_merge(cast, "kofi", "ola")


def a_merge(cast, kept, absorbed):
    return PersonMerge.objects.create(
        kept=cast.person(kept),
        absorbed=cast.person(absorbed),
        proposed_by=cast.user("ines"),
        actor=cast.user("odette"),
        reason="The same.",
    )


def joined_by_who_proposed(cast):
    proposal = DuplicateProposal.objects.create(
        kept=cast.person("ola"),
        absorbed=cast.person("kofi"),
        reason="The same.",
        proposed_by=cast.user("ines"),
        form_key=uuid.uuid4(),
    )
    DuplicateAnswer.objects.create(
        proposal=proposal,
        outcome="joined",
        merge=a_merge(cast, "ola", "kofi"),
        answered_by=cast.user("ines"),
    )


def a_record_lost_on_the_way(cast):
    """Ola was joined to Kofi and Kofi to Hannah, but Ola is read as nobody's record."""
    a_merge(cast, "kofi", "ola")
    a_merge(cast, "hannah", "kofi")
    Person.objects.filter(pk=cast.person("kofi").pk).update(merged_into=cast.person("hannah"))


def an_import_that_counted_nothing(cast):
    issuer = TrustedIssuer.objects.create(did="did:web:x", key="k", name="X", from_on=HIRED)
    alias = PersonAlias.objects.create(
        did="did:web:x", source_person=uuid.uuid4(), person=cast.person("ola")
    )
    upload = RecordUpload.objects.create(sha256="0" * 64, document="{}")
    done = RecordImport.objects.create(
        upload=upload, alias=alias, issuer=issuer, source_name="Ola", issued_at=clock.now()
    )
    ImportedFact.objects.create(
        record_import=done,
        source_id="1",
        origin="did:web:x",
        origin_id="1",
        subject="X",
        title="X",
        outcome="counted",
        evidence=uuid.uuid4(),
    )


def a_letter(cast, *, outcome=None):
    decision = StoredDecision.objects.get(pk=the_credential().decision_id)
    if outcome:
        decision.outcome = outcome
    return RefusalLetter.objects.create(
        decision=a_decision_like(decision),
        officer=cast.user("ines"),
        content={"open": []},
        storage_name="nowhere/letter.pdf",
        sha256="0" * 64,
        size=1,
        form_key=uuid.uuid4(),
    )


def a_letter_that_decides_otherwise(cast):
    a_letter(cast, outcome="unmet")


def a_letter_without_its_file(cast):
    a_letter(cast)


def active_spans(world, *minutes):
    """Write a session of an hour with active stretches between these minutes."""
    begin = datetime(2026, 3, 2, 15, tzinfo=UTC)
    ends = begin + timedelta(hours=1)
    session = StudySession.objects.create(
        person=world.person("ola"), course_key="mrss-101", subject="lesson:mrss-101-why/one",
        opened_at=begin, last_seen_at=ends,
    )  # fmt: skip
    for sequence, (start, until) in enumerate(minutes):
        ActiveSpan.objects.create(
            session=session, sequence=sequence, claimed_ms=60_000, recorded_at=ends,
            from_at=begin + timedelta(minutes=start), until_at=begin + timedelta(minutes=until),
        )  # fmt: skip


def active_after_the_page_was_closed(world):
    active_spans(world, (0, 1), (59, 61))


def active_twice_at_once(world):
    active_spans(world, (0, 2), (1, 3))


def a_time_decided_by_oneself(world):
    ola = world.person("ola")
    told = TimeDispute.objects.create(
        person=ola, course_key="mrss-101", subject="course:mrss-101", measured_minutes=5,
        claimed_minutes=90, reason="I read on paper.",
    )  # fmt: skip
    TimeDecision.objects.create(
        dispute=told, accepted_minutes=90, reason="So it was.", actor=ola.user
    )


def a_version_whose_words_are_gone(world):
    CourseVersion.objects.create(
        course_key="lost", label="1", digest="0" * 64, state="retired", published_at=clock.now(),
        outline={"revision": 987_654, "modules": [], "hours": {}},
    )  # fmt: skip


def a_decision_that_its_version_does_not_know(world):
    VersionChange.objects.create(
        course_key="lost", from_label="0", to_label="1", effect="keep", reason="So.",
        actor=world.user("ines"),
    )  # fmt: skip


def a_regraded_score_that_is_no_fact(cast):
    row = a_regraded_attempt(cast)
    off_the_record(f"UPDATE courses_regradedattempt SET score_after = 85 WHERE id = {row.pk}")


def a_former_fact_that_stands_beside_the_new_one(cast):
    a_regraded_attempt(cast)
    off_the_record("DELETE FROM courses_learningevent WHERE act LIKE 'reversal:%'")


FAULTS = [
    ("regrades-in-ledger", a_regraded_score_that_is_no_fact),
    ("regrades-in-ledger", a_former_fact_that_stands_beside_the_new_one),
    ("append-only-publishing", lambda _: drop_trigger("courses_versionchange", "update")),
    ("versions-decided", a_decision_that_its_version_does_not_know),
    ("versions-retrievable", a_version_whose_words_are_gone),
    ("append-only-seat-time", lambda _: drop_trigger("courses_activespan", "update")),
    ("active-within-session", active_after_the_page_was_closed),
    ("active-once", active_twice_at_once),
    ("time-decided-by-another", a_time_decided_by_oneself),
    ("append-only-names", lambda _: drop_trigger("lms_namedecision", "update")),
    ("append-only-licences", lambda _: drop_trigger("lms_licenceverification", "delete")),
    ("append-only-merges", lambda _: drop_trigger("lms_personmerge", "update")),
    ("append-only-casework", lambda _: drop_trigger("certification_appeal", "update")),
    ("append-only-refusals", lambda _: drop_trigger("certification_refusalletter", "delete")),
    ("append-only-portable", lambda _: drop_trigger("certification_importedfact", "update")),
    ("append-only-program-review", lambda _: drop_trigger("certification_programreview", "update")),
    (
        "append-only-prior-learning",
        lambda _: drop_trigger("certification_priorlearningdecision", "update"),
    ),
    ("periods-apart", two_periods_at_once),
    ("editions-in-a-chain", an_edition_out_of_nowhere),
    ("certificates-add-up", hours_that_do_not_add_up),
    ("revoked-by-two", revoked_by_one),
    ("set-aside-fits", the_issue_set_aside),
    ("proposals-answered", two_proposals_wait),
    ("appeals-decided", an_appeal_about_the_issue),
    ("appeals-decided", an_appeal_decided_by_who_suspended),
    ("appeal-papers", an_appeal_without_its_paper),
    ("drafts-as-written", a_draft_altered),
    ("published-by-another", a_version_published_by_its_author),
    ("names-as-decided", a_name_that_was_not_decided),
    ("verified-as-looked-up", a_licence_verified_by_nobody),
    ("merged-is-the-fold", a_record_read_as_another),
    ("merges-lead-somewhere", two_merges_in_a_circle),
    ("append-only-duplicates", lambda _: drop_trigger("certification_duplicateanswer", "update")),
    ("no-standing-of-merged-records", a_record_read_as_another),
    ("joined-as-proposed", joined_by_who_proposed),
    ("joining-lost-nothing", a_record_lost_on_the_way),
    ("portable-counted", an_import_that_counted_nothing),
    ("refusals-decided", a_letter_that_decides_otherwise),
    ("refusal-files", a_letter_without_its_file),
]


def command(*arguments):
    out = io.StringIO()
    try:
        call_command("check_integrity", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.mark.parametrize(
    ("name", "fault"), FAULTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_planted_fault_is_found_and_comes_with_what_to_do(world, name, fault):
    assert command()[1] == ""
    fault(world)
    words, broken = command()
    assert re.search(rf"\b{name}\b", broken), broken
    said = words.split(f"NOT {name}:")[1].split("\nok ")[0]
    assert f"What to do: {fix_of(name).words}" in said
    assert "--fix: " in said


def test_every_check_has_a_fault_and_says_what_to_do(world):
    from tests.lms.management import test_demo

    checks = {each["name"] for each in json.loads(command("--json")[0])}
    planted = {name for name, _ in (*FAULTS, *test_demo.FAULTS)} | {
        "prior-learning-credited",
        "prior-learning-papers",
    }
    assert checks - planted == TWO_READINGS
    assert planted - checks == set()
    assert set(FIXES) == checks
    assert all(len(each.words) > 30 for each in FIXES.values())


def test_data_says_what_to_do_about_every_check(world):
    rows = json.loads(command("--json")[0])
    assert all(row["ok"] and row["fix"] and row["fix_option"] for row in rows)
    [cache] = [row for row in rows if row["name"] == "standing-is-the-fold"]
    assert cache["fix_option"] == "Rebuilds the standing of everybody in whom it differs."


def test_what_is_only_a_cache_is_mended(world):
    Person.objects.filter(given_name="Ola").update(folded_name="alo")
    StandingSpan.objects.filter(person=world.person("ola")).update(status="certified")
    assert command()[1] == "Broken: folded-names, standing-is-the-fold."
    words, broken = command("--fix")
    assert "Names folded again for 1 people." in words
    assert "Standing rebuilt for 1 people." in words
    assert broken == ""


def test_a_row_beyond_reading_is_found_and_keeps_no_other_check_from_being_made(world):
    letter = a_letter(world)
    off_the_record(
        f"UPDATE certification_refusalletter SET content = '{{}}' WHERE id = {letter.pk}"
    )
    Person.objects.filter(given_name="Ola").update(folded_name="alo")
    words, broken = command()
    assert "refusals-decided" in broken and "folded-names" in broken
    assert "a row cannot be read" in words


def test_history_is_never_mended(world):
    revoked_by_one(world)
    before = list(CredentialEvent.objects.order_by("pk").values_list("pk", "kind"))
    assert "revoked-by-two" in command("--fix")[1]
    assert list(CredentialEvent.objects.order_by("pk").values_list("pk", "kind")) == before


def test_a_check_that_nobody_wrote_about_is_answered_cautiously():
    assert fix_of("of-tomorrow") is UNKNOWN


def test_periods_that_follow_each_other_lie_apart(world):
    held = the_credential()
    CredentialEvent.objects.create(
        credential=held, kind="revoked", effective_on=held.valid_from, actor=world.user("ines"),
        proposed_by=world.user("odette"), reason_code="other",
    )  # fmt: skip
    another_number("MRSS-2222-2222-2", period=2, valid_from=held.valid_from + timedelta(days=1))
    assert "periods-apart" not in command()[1]
