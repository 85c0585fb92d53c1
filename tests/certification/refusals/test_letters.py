"""The refusal letter: a print of a stored decision, sent once, the same bytes for ever."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from certification.credentials.cases import report_on
from certification.evidence.models import StoredDecision
from certification.evidence.snapshots import findings_json
from certification.public import integrity
from certification.refusals.models import RefusalLetter
from certification.refusals.operations import (
    Certified,
    FormUsed,
    LetterDamaged,
    letter_file,
    send,
)
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from lms.public import Denied
from tests.certification.learning import learn

DAY = date(2026, 3, 3)
QUERY = "?program=nm-mrss&as_of=2026-03-03"


def letter_to(cast, key, *, by="ines", **more):
    values = {"words": "Your coach can help.", "form_key": uuid4(), "on": DAY} | more
    uuid = send(
        person_id=cast.person(key).pk,
        program_key="nm-mrss",
        actor_id=cast.user(by).pk,
        **values,
    )
    return RefusalLetter.objects.select_related("decision").get(uuid=uuid)


def failing():
    return [each.name for each in integrity() if not each.ok]


def test_the_letter_prints_the_decision_and_keeps_it(programs):
    learn(programs.person("kofi"), "NM-40-01-L", date(2026, 2, 1), hours=1, hours_type="live")
    letter = letter_to(programs, "kofi")
    decision = report_on(
        person_id=programs.person("kofi").pk, program_key="nm-mrss", on=DAY
    ).decision
    assert letter.decision.findings == findings_json(decision)
    assert {row["id"] for row in letter.content["open"]} == {
        each.requirement
        for each in decision.findings
        if not each.met and each.requirement != "NM-REN"
    }
    assert [row["id"] for row in letter.content["met"]] == ["NM-40-01-L"]
    assert not hasattr(letter.decision, "credential")


def test_the_letter_has_the_same_bytes_whenever_it_is_fetched(programs):
    letter = letter_to(programs, "kofi")
    first = letter_file(letter=letter).data
    assert first.startswith(b"%PDF")
    person = programs.person("kofi")
    person.family_name = "Changed"
    person.save(update_fields=["family_name"])
    learn(person, "NM-40-01-L", date(2026, 2, 1), hours=1, hours_type="live")
    default_storage.delete(letter.storage_name)
    assert letter_file(letter=letter).data == first


def test_altered_bytes_are_never_handed_out(programs):
    letter = letter_to(programs, "kofi")
    default_storage.delete(letter.storage_name)
    letter.content["to"] = "Somebody else"
    with pytest.raises(LetterDamaged):
        letter_file(letter=letter)


def test_the_worker_is_told_once_and_the_audit_log_notes_it(programs):
    key = uuid4()
    first = letter_to(programs, "kofi", form_key=key)
    again = letter_to(programs, "kofi", form_key=key)
    assert first.pk == again.pk
    notice = Notice.objects.get(key=f"refusal:{first.uuid}")
    assert f"/state/refusals/{first.uuid}/" in notice.body
    assert AuditEntry.objects.filter(action="refusal.sent").count() == 1
    with pytest.raises(FormUsed):
        letter_to(programs, "alma", form_key=key)


def test_nobody_changes_or_removes_a_letter(programs):
    letter = letter_to(programs, "kofi")
    for change in (
        lambda: RefusalLetter.objects.filter(pk=letter.pk).update(words="No"),
        lambda: RefusalLetter.objects.filter(pk=letter.pk).delete(),
        lambda: StoredDecision.objects.filter(pk=letter.decision_id).update(outcome="met"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_checks_of_stored_data_hold_with_a_letter_and_find_a_wrong_file(programs):
    letter = letter_to(programs, "kofi")
    names = {"append-only-refusals", "refusals-decided", "refusal-files", "credentials-decided"}
    assert names.isdisjoint(failing())
    default_storage.delete(letter.storage_name)
    assert "refusal-files" in failing()


def test_no_officer_writes_about_themselves_and_no_stranger_writes_at_all(programs):
    for who, about in (("ines", "ines"), ("bo", "kofi"), ("kofi", "kofi")):
        with pytest.raises(Denied):
            letter_to(programs, about, by=who)


def test_there_is_no_letter_to_somebody_who_is_certified(programs, monkeypatch):
    from certification.credentials.operations import evaluate
    from tests.certification.learning import finish_mrss_101, finish_program

    hannah = programs.person("hannah")
    finish_mrss_101(hannah, date(2026, 1, 5))
    finish_program(hannah, "nm-mrss", date(2026, 2, 2))
    evaluate(person_ids=[hannah.pk], on=date(2026, 2, 3))
    with pytest.raises(Certified):
        letter_to(programs, "hannah")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ines", 200),
        ("odette", 200),
        ("kofi", 200),
        ("bo", 403),
        ("alma", 403),
        ("zoe", 404),
        ("dee", 403),
    ],
)
def test_the_letter_is_read_by_its_addressee_and_the_office(programs, sign_in, who, status):
    letter = letter_to(programs, "kofi")
    client = sign_in(programs, who)
    for tail in ("/", ".pdf"):
        response = client.get(f"/state/refusals/{letter.uuid}{tail}")
        assert response.status_code == status, tail


@pytest.mark.parametrize(
    ("who", "status"), [("ines", 200), ("bo", 403), ("zoe", 404), ("kofi", 403)]
)
def test_only_the_office_sees_the_draft(programs, sign_in, who, status):
    uuid = programs.person("kofi").uuid
    client = sign_in(programs, who)
    assert client.get(f"/state/people/{uuid}/refusal/{QUERY}").status_code == status
    assert client.get(f"/state/people/{uuid}/refusal.pdf{QUERY}").status_code == status


def test_an_officer_reads_sends_and_finds_the_letter_again(programs, sign_in):
    uuid = programs.person("kofi").uuid
    client = sign_in(programs, "ines")
    page = client.get(f"/state/people/{uuid}/refusal/{QUERY}")
    text = page.content.decode()
    assert "Kofi Mensah" in text
    assert (
        "Draft"
        in client.get(f"/state/people/{uuid}/refusal.pdf{QUERY}")
        .headers["Content-Disposition"]
        .title()
    )
    key = page.context["form"]["form_key"].value()
    sent = client.post(
        f"/state/people/{uuid}/refusal/{QUERY}", {"words": "Ask Renata.", "form_key": str(key)}
    )
    letter = RefusalLetter.objects.get()
    assert sent.headers["Location"] == f"/state/refusals/{letter.uuid}/"
    told = client.get(sent.headers["Location"]).content.decode()
    assert "Ask Renata." in told
    assert letter.reference in told
    assert str(letter.uuid) in sign_in(programs, "kofi").get("/me/letters/").content.decode()


def test_who_has_no_letter_is_told_where_to_look(programs, sign_in):
    assert "/me/why/" in sign_in(programs, "kofi").get("/me/letters/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_letter_as_for_three(
    programs, sign_in, statements, many
):
    for _ in range(many):
        letter_to(programs, "kofi")
    client = sign_in(programs, "kofi")
    client.get("/me/letters/")
    with statements() as counted:
        client.get("/me/letters/")
    assert len(counted) == 5
