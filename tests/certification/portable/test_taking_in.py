"""A record is believed only as it was signed, by somebody on the list, and for a chosen person."""

import copy
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from certification.portable.access import may_import
from certification.portable.document import document_of
from certification.portable.equivalence import BrokenMap
from certification.portable.models import (
    EquivalenceMap,
    ImportedFact,
    PersonAlias,
    RecordImport,
    RecordUpload,
    TrustedIssuer,
)
from certification.portable.operations import (
    AlreadyTrusted,
    MapTaken,
    NameDiffers,
    NotTrusted,
    SomebodyElse,
    add_map,
    checked,
    end_trust,
    forget_uploads,
    import_record,
    take_in,
    trust_issuer,
)
from certification.portable.reading import MOST, MOST_BYTES, NotARecord, record_in
from certification.portable.trust import NotBelieved, refusal
from certification.portable.wording import not_a_record
from certification.public import integrity
from certification.signing.multikey import fingerprint
from courses.public import evidence_for
from lms.audit.models import AuditEntry
from lms.kit import clock
from lms.people.access import Refused
from lms.public import licences
from tests.certification.portable.conftest import DID, fact, public_key, record, signed
from tests.certification.portable.test_equivalence import MAP

FULL = record(
    fact("NM-40-01-S", hours="1.5", score="90"), fact("NM-40-01-L", hours="1", hours_type="live")
)


def refused(data):
    with pytest.raises(NotBelieved) as caught:
        checked(data)
    return caught.value


# --- the signature --------------------------------------------------------------------------
def leaves(value, path=()):
    """Yield the path of everything that a document says."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        yield (*path, len(value))
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(document, path):
    """Return the document with one value altered, or one more in a list."""
    made = copy.deepcopy(document)
    at = made
    for step in path[:-1]:
        at = at[step]
    last = path[-1]
    if isinstance(at, list) and last == len(at):
        at.append("more")
        return made
    old = at[last]
    at[last] = (not old) if isinstance(old, bool) else 1 if old is None else f"{old}1"
    return made


def test_every_value_of_a_record_is_under_the_signature(academy):
    document = json.loads(signed(FULL))
    paths = [path for path in leaves(document) if path not in [("format",)]]
    assert len(paths) >= 50
    for path in paths:
        try:
            checked(json.dumps(changed(document, path)).encode())
        except NotBelieved as error:
            assert error.code in ("altered", "unsigned"), path
            assert error.code == "altered" or path in [("proof", "type"), ("proof", "cryptosuite")]
        else:
            pytest.fail(f"{path} was altered and nobody noticed")


def test_nothing_can_be_taken_out_or_put_in(academy):
    document = json.loads(signed(FULL))
    for name in [each for each in document if each not in ("format", "proof")]:
        less = {key: value for key, value in document.items() if key != name}
        assert refused(json.dumps(less).encode()).code == "altered"
    assert refused(json.dumps(document | {"note": "x"}).encode()).code == "altered"


def test_an_altered_record_is_said_to_be_altered(academy):
    words = refusal(refused(signed(FULL).replace(b"Alma Reyes", b"Alma Reyez")))
    assert "altered after it was signed" in words


def test_a_record_without_a_signature_is_refused(academy):
    assert refused(json.dumps(document_of(FULL)).encode()).code == "unsigned"


def test_an_unknown_issuer_is_named_with_fingerprint_and_what_to_do(academy):
    error = refused(signed(FULL, number=9))
    words = refusal(error)
    assert error.code == "unknown"
    assert (fingerprint(public_key(9)) in words, "list of issuers" in words) == (True, True)


def test_somebody_else_cannot_sign_in_the_name_of_an_issuer(academy):
    """The key is believed for its own address only, and the record must name that address."""
    assert refused(signed(FULL, did="did:web:elsewhere.example.org")).code == "other_issuer"
    other = document_of(FULL) | {"issuer": {"id": "did:web:x.example", "name": "X", "url": ""}}
    assert refused(signed(other, did="did:web:x.example")).code == "unknown"


def test_a_key_is_believed_only_in_its_period(academy):
    actor = academy.user("odette").pk
    end_trust(did=DID, key=public_key(), on=date(2026, 2, 1), note="Key lost.", actor_id=actor)
    error = refused(signed(FULL))
    assert (error.code, "not believed today" in refusal(error)) == ("ended", True)
    trust_issuer(
        name="Lakeshore", did=DID, key=public_key(), from_on=date(2026, 1, 1),
        until_on=clock.today("America/Denver"), note="", actor_id=actor,
    )  # fmt: skip
    assert refused(signed(FULL)).code == "ended"


def test_the_list_is_only_ever_added_to(academy):
    actor = academy.user("ines").pk
    with pytest.raises(AlreadyTrusted):
        trust_issuer(
            name="Again", did=DID, key=public_key(), from_on=date(2026, 1, 1), until_on=None,
            note="", actor_id=actor,
        )  # fmt: skip
    end_trust(did=DID, key=public_key(), on=date(2026, 2, 1), note="", actor_id=actor)
    with pytest.raises(NotTrusted):
        end_trust(did=DID, key=public_key(), on=date(2026, 2, 1), note="", actor_id=actor)
    assert list(TrustedIssuer.objects.order_by("pk").values_list("turn", "trusted")) == [
        (1, True),
        (2, False),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        TrustedIssuer.objects.update(name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        TrustedIssuer.objects.all().delete()


@pytest.mark.parametrize("who", ["bo", "dee", "alma"])
def test_only_officers_say_whom_we_believe_and_bring_records_in(academy, who):
    actor = academy.user(who).pk
    with pytest.raises(Refused):
        trust_issuer(
            name="X", did="did:web:x.example", key=public_key(9), from_on=date(2026, 1, 1),
            until_on=None, note="", actor_id=actor,
        )  # fmt: skip
    with pytest.raises(Refused):
        add_map(text=MAP, actor_id=actor)
    with pytest.raises(Refused):
        take_in(data=signed(FULL), actor_id=actor)


# --- the format -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"\x89PNG", "json", "no portable record"),
        (b"[]", "other", "no portable record"),
        (b'{"format": "clr/2"}', "other", "no portable record"),
        (b'{"format": "mrss-portable-record/0"}', "format", "mrss-portable-record/0"),
        (b'{"format": "mrss-portable-record/2"}', "format", "mrss-portable-record/2"),
        (b'{"format": "x", "format": "mrss-portable-record/1"}', "json", "no portable record"),
        (b" " * (MOST_BYTES + 1), "large", "larger than 4 MB"),
    ],
)
def test_other_files_are_refused_and_the_words_say_what_is_read(academy, data, code, said):
    with pytest.raises(NotARecord) as caught:
        checked(data)
    assert (caught.value.code, said in not_a_record(caught.value)) == (code, True)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("facts", 0, "hours"), 1.5, "facts 1: hours is no number"),
        (("facts", 0, "hours"), "-1", "facts 1: hours is no number"),
        (("facts", 0, "hours"), "1e9", "facts 1: hours is no number"),
        (("facts", 0, "score"), "101", "facts 1: score is no number"),
        (("facts", 0, "passed"), "yes", "facts 1: passed is neither true nor false"),
        (("facts", 0, "occurred_at"), "2026-03-02T10:00:00", "facts 1: occurred_at is no instant"),
        (("facts", 0, "id"), "x", "facts 1: id is no uuid"),
        (("facts",), {}, "record: facts is no list"),
        (("facts",), [{}] * (MOST["facts"] + 1), "record: facts holds more than 10000"),
        (("employment", 0, "from"), "2026-02-30", "employment 1: from is no date"),
        (("person",), None, "person: is missing"),
        (("included",), ["everything"], "record: included names what no record includes"),
        (("issued_at",), 5, "record: issued_at is no instant"),
    ],
)
def test_what_is_signed_and_still_makes_no_sense_is_named(path, value, problem):
    document = document_of(FULL)
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(NotARecord) as caught:
        record_in(document)
    assert any(problem in each for each in caught.value.problems), caught.value.problems


def test_what_is_written_is_read_again_as_it_was():
    assert record_in(json.loads(json.dumps(document_of(FULL)))) == FULL


# --- importing ------------------------------------------------------------------------------
def bring_in(academy, told, who="alma", *, by="ines", text=None, **more):
    actor = academy.user(by).pk
    return import_record(
        upload=take_in(data=signed(told), actor_id=actor),
        person_id=academy.person(who).pk,
        equivalence=add_map(text=text, actor_id=actor) if text else None,
        actor_id=actor,
        **more,
    )


def facts_of(academy, who="alma"):
    return [
        (each.subject, str(each.hours), each.score)
        for each in evidence_for(person_ids=[academy.person(who).pk])
    ]


def test_facts_keep_their_day_and_say_where_they_come_from(academy):
    done = bring_in(academy, FULL)
    first, _second = evidence_for(person_ids=[academy.person("alma").pk])
    told = FULL.facts[0]
    assert (first.subject, str(first.hours), first.score, first.occurred_at, first.kind) == (
        told.subject,
        "1.50",
        told.score,
        told.occurred_at,
        "training",
    )
    # Two times: it happened then, and we learned of it now.
    assert clock.now() - first.recorded_at < timedelta(minutes=5)
    from courses.learning.models import LearningEvent

    detail = LearningEvent.objects.get(uuid=first.id).detail
    assert (detail["issuer"], detail["original_id"], detail["original_recorded_at"]) == (
        DID,
        told.id,
        told.recorded_at.isoformat(),
    )
    assert (done.uuid is not None, RecordImport.objects.count()) == (True, 1)
    assert AuditEntry.objects.filter(action="portable.imported").count() == 1


def test_importing_again_writes_nothing(academy):
    bring_in(academy, FULL)
    again = bring_in(academy, FULL)
    assert (again.uuid, RecordImport.objects.count(), len(facts_of(academy))) == (None, 1, 2)


def test_a_newer_record_adds_and_takes_back(academy):
    bring_in(academy, FULL)
    gone, kept = FULL.facts
    new = fact("NM-40-02-S", hours="1", score="90")
    bring_in(academy, record(kept, new, taken_back=(gone.id,)))
    assert facts_of(academy) == [("NM-40-01-L", "1.00", None), ("NM-40-02-S", "1.00", 90)]
    bring_in(academy, FULL)
    assert len(facts_of(academy)) == 2
    assert [each.name for each in integrity() if not each.ok] == []


def test_a_map_gives_partial_credit_and_lists_what_is_not_accepted(academy):
    told = record(
        fact("course:core-2025", kind="course", hours="2", score="95"),
        fact("policy:transport", hours="3"),
        fact("yoga", hours="1"),
    )
    bring_in(academy, told, text=MAP)
    assert facts_of(academy) == [("NM-40-01-S", "1.00", 95)]
    rows = ImportedFact.objects.order_by("pk").values_list("subject", "outcome", "reason", "note")
    assert list(rows) == [
        ("course:core-2025", "add", "part", ""),
        ("policy:transport", "not_counted", "refused", "It is about another state."),
        ("yoga", "not_counted", "not_mapped", ""),
    ]


def test_another_name_needs_a_human_who_says_that_it_is_the_same_person(academy):
    married = record(*FULL.facts, name="Alma Whitehorse")
    with pytest.raises(NameDiffers):
        bring_in(academy, married)
    assert PersonAlias.objects.count() == 0
    bring_in(academy, married, name_differs=True)
    assert RecordImport.objects.get().name_differed is True


def test_accents_and_case_are_not_another_name(academy):
    bring_in(academy, record(*FULL.facts, name="ÁLMA  reyes"))
    assert RecordImport.objects.get().name_differed is False


def test_one_person_elsewhere_is_one_person_here(academy):
    bring_in(academy, FULL)
    with pytest.raises(SomebodyElse):
        bring_in(academy, FULL, who="kofi", name_differs=True)
    assert facts_of(academy, "kofi") == []


def test_an_officer_never_imports_the_own_record(academy):
    with pytest.raises(Refused):
        bring_in(academy, record(*FULL.facts, name="Inés Calderón"), who="ines")
    ines, odette = academy.user("ines").pk, academy.user("odette").pk
    person_id = academy.person("ines").pk
    assert (
        may_import(user_id=ines, person_id=person_id),
        may_import(user_id=odette, person_id=person_id),
    ) == (False, True)


def test_licences_come_in_unverified_unless_they_were_looked_up(academy):
    from certification.portable.records import SourceLicence
    from tests.certification.portable.conftest import SPACE

    some = [
        SourceLicence(
            SPACE.__class__(int=number), "LICENCE", "", f"L-{number}", "Board", date(2025, 1, 1),
            None, True, FULL.issued_at,
        )
        for number in (1, 2)
    ]  # fmt: skip
    told = record(*FULL.facts, licences=tuple(some))
    bring_in(academy, told, checked_licences=[some[0].id], checked_at="https://board.example.org")
    found = licences(person_ids=[academy.person("alma").pk])
    new = sorted((each.number, each.verified) for each in found if each.number)
    assert new == [("L-1", True), ("L-2", False)]


def test_a_certificate_follows_when_all_is_there(academy):
    """The free course is open to everybody: its certificate needs no employment."""
    told = record(
        fact("course:mrss-101", kind="course", hours="1.5", score="90"),
        fact("quiz:mrss-101-check", kind="quiz", score="90"),
    )
    bring_in(academy, told)
    from certification.credentials.models import Credential

    held = Credential.objects.filter(person=academy.person("alma"))
    assert "mrss-101" in set(held.values_list("credential_key", flat=True))


def test_the_import_and_what_it_says_are_never_changed(academy):
    bring_in(academy, FULL)
    for model, field in (
        (RecordImport, "source_name"),
        (ImportedFact, "subject"),
        (PersonAlias, "did"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().update(**{field: "x"})
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_uploads_that_nobody_imported_are_forgotten_after_two_weeks(academy):
    actor = academy.user("ines").pk
    bring_in(academy, FULL)
    take_in(data=signed(FULL), actor_id=actor)
    assert (forget_uploads(), RecordUpload.objects.count()) == (0, 2)
    with time_machine.travel(clock.now() + timedelta(days=15)):
        assert (forget_uploads(), RecordUpload.objects.count()) == (1, 1)


# --- maps -----------------------------------------------------------------------------------
def test_a_version_of_a_map_has_one_text(academy):
    actor = academy.user("ines").pk
    first = add_map(text=MAP, actor_id=actor)
    assert add_map(text=MAP.replace("\n", "\r\n"), actor_id=actor) == first
    with pytest.raises(MapTaken):
        add_map(text=MAP.replace("0.5", "0.6"), actor_id=actor)
    add_map(text=MAP.replace("0.5", "0.6").replace('"1"', '"2"'), actor_id=actor)
    assert EquivalenceMap.objects.count() == 2
    with pytest.raises(BrokenMap):
        add_map(text="map: x", actor_id=actor)


# --- the command ----------------------------------------------------------------------------
def test_the_command_says_what_to_do(academy, tmp_path):
    file = tmp_path / "record.json"
    file.write_bytes(signed(FULL, number=9))
    with pytest.raises(CommandError, match="list of issuers"):
        call_command("import_record", str(file), "--person", "Alma Reyes")
    with pytest.raises(CommandError, match="Nobody is found"):
        call_command("import_record", str(file), "--person", "Nobody Atall")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_record", str(tmp_path / "none"), "--person", "Alma Reyes")


def test_a_dry_run_of_the_command_writes_nothing(academy, tmp_path, capsys):
    file, rules = tmp_path / "record.json", tmp_path / "map.yaml"
    file.write_bytes(signed(FULL))
    rules.write_text(MAP)
    call_command(
        "import_record", str(file), "--person", "Alma Reyes", "--map", str(rules), "--dry-run"
    )
    said = capsys.readouterr().out
    assert "Would be for Alma Reyes: 0 facts, 0 licences, 0 taken back, 2 not counted." in said or (
        "Nothing new for Alma Reyes" in said
    )
    assert (
        "the map does not speak of it" in said,
        RecordUpload.objects.count(),
        EquivalenceMap.objects.count(),
        facts_of(academy),
    ) == (True, 0, 0, [])
