"""Checking rosters: every row answered in its order, nobody guessed, the answer kept."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from certification.verification.models import RosterCheck
from certification.verification.operations import check_roster, digest
from certification.verification.roster import Asked
from lms.people.models import Person
from lms.public import organisation
from tests.certification.verification.test_verify import mistyped

HEADINGS = "record_id,certificate_code,given_name,family_name,role\n"


def asked(number, code="", given="", family="", role=""):
    return Asked(number, f"R{number}", code, given, family, role)


def check(rows, place="llano", **more):
    found = organisation(key=place) if place else None
    return check_roster(rows=rows, program_key="nm-mrss", organisation=found, **more).answer["rows"]


def told(row):
    return (row["match"], row["status"], row["qualification"], row["reason_codes"])


def test_answers_keep_order_and_record_id(certificates):
    rows = [asked(2, certificates["revoked"]), asked(3), asked(4, certificates["valid"])]
    assert [(row["row"], row["record_id"]) for row in check(rows)] == [
        (2, "R2"), (3, "R3"), (4, "R4"),
    ]  # fmt: skip


def test_a_code_with_its_name_is_answered(certificates):
    [row] = check([asked(2, certificates["valid"].lower(), "Lucia", "Tafoya Begay", "Clinician")])
    assert told(row) == ("exact_code", "valid", "qualified", [])
    assert row["valid_until"] == "2028-02-02"
    assert row["certificate_code"] == certificates["valid"]


@pytest.mark.parametrize("status", ["expired", "revoked", "suspended"])
def test_a_certificate_that_is_not_in_force_does_not_qualify(certificates, status):
    [row] = check([asked(2, certificates[status])])
    assert told(row) == ("exact_code", status, "not_qualified", [status])


def test_a_code_with_another_name_is_for_a_human(certificates):
    [row] = check([asked(2, certificates["valid"], "Alma", "Reyes")])
    assert told(row) == ("exact_code", "valid", "unknown", ["name_differs"])
    assert row["reasons"] == ["The name on the certificate differs: check photo ID."]


def test_a_mistyped_code_is_never_repaired_by_the_name(certificates):
    [row] = check([asked(2, mistyped(certificates["valid"]), "Lucía", "Tafoya-Begay")])
    assert told(row) == ("no_match", "not_found", "unknown", ["code_mistyped"])


def test_a_name_without_code_matches_only_own_staff(certificates):
    rows = [asked(2, "", "Lucía", "Tafoya-Begay")]
    assert told(check(rows, "llano")[0]) == ("confirmed_name", "valid", "qualified", [])
    for place in ("rio-vista", None):
        assert told(check(rows, place)[0]) == ("no_match", "not_found", "unknown", ["not_on_staff"])


def test_a_name_that_two_of_the_staff_share_is_ambiguous(certificates, cast):
    cast.add_person("lucia2", "Lucia", "Tafoya Begay", account=False)
    cast.employ("lucia2", "llano-main", "peer")
    [row] = check([asked(2, "", "Lucía", "Tafoya-Begay")])
    assert told(row) == ("ambiguous", "not_found", "unknown", ["name_not_unique"])


def test_staff_is_who_is_employed_on_the_date(certificates, cast):
    cast.employ("kofi", "llano-main", "responder", since=date(2026, 6, 1), until=date(2026, 7, 1))
    rows = [asked(2, "", "Kofi", "Mensah")]
    assert check(rows, on=date(2026, 6, 30))[0]["match"] == "confirmed_name"
    assert check(rows, on=date(2026, 7, 1))[0]["match"] == "no_match"


def test_the_same_code_twice_is_remarked(certificates):
    rows = check([asked(2, certificates["valid"]), asked(3, certificates["valid"])])
    assert ["code_twice" in row["reason_codes"] for row in rows] == [True, True]


def test_a_role_that_the_certificate_does_not_cover_is_not_qualified(certificates):
    [row] = check([asked(2, certificates["valid"], role="trainer")])
    assert told(row) == ("exact_code", "valid", "not_qualified", ["role_not_covered"])


def test_a_certificate_of_another_program_does_not_qualify(certificates):
    receipt = check_roster(rows=[asked(2, certificates["valid"])], program_key="mrss-101")
    assert told(receipt.answer["rows"][0]) == (
        "exact_code", "valid", "not_qualified", ["other_program"],
    )  # fmt: skip


def test_statements_do_not_grow_with_rows(certificates, statements):
    counts = []
    for size in (1, 3, 300):
        rows = [asked(n, certificates["valid"]) for n in range(size)]
        rows += [asked(n, "", "Lucía", "Tafoya-Begay") for n in range(size)]
        with statements() as counted:
            check(rows)
        counts.append(len(counted))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 9


def test_ten_thousand_rows_are_answered(certificates):
    codes = list(certificates.values())
    rows = [asked(n, codes[n % 4] if n % 2 else f"MRSS-AAAA-AAAA-{n}") for n in range(10_000)]
    assert len(check(rows)) == 10_000


def test_the_answer_is_kept_with_its_hash_and_cannot_be_changed(certificates):
    receipt = check_roster(rows=[asked(2, certificates["valid"])], program_key="nm-mrss")
    kept = RosterCheck.objects.get(uuid=receipt.uuid)
    assert kept.sha256 == digest(kept.answer) == receipt.sha256
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RosterCheck.objects.update(program_key="x")


# --- the page -------------------------------------------------------------------------------
def upload(client, text, slug="llano", **more):
    file = SimpleUploadedFile("list.csv", text.encode())
    data = {"file": file, "program": "nm-mrss", "as_of": "2026-11-21"} | more
    return client.post(f"/agency/{slug}/verify-roster/", data, follow=True)


@pytest.fixture
def manager(client, cast, certificates):
    cast.give_duty("lucia", "agency_manager", "llano")
    client.force_login(cast.user("lucia"))
    return client


def test_a_manager_uploads_reads_and_downloads(manager, certificates):
    text = f"{HEADINGS}7,{certificates['valid']},Lucía,Tafoya-Begay,\n=1+1,,Nobody,Known,\n"
    page = upload(manager, text)
    assert page.status_code == 200
    body = page.content.decode()
    assert "1 of 2 rows are qualified." in body
    assert "1 row could not be matched and counts for nobody." in body
    path = page.redirect_chain[-1][0]
    answer = manager.get(f"{path.rstrip('/')}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["record_id"] for row in rows] == ["7", "'=1+1"]
    assert rows[0]["qualification"] == "qualified"
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_that_is_no_roster_is_refused_in_words(manager):
    page = upload(manager, "a,b\n1,2\n")
    assert page.status_code == 400
    assert "needs a column certificate_code" in page.content.decode()
    assert not RosterCheck.objects.exists()


def test_only_those_with_the_right_may_ask(client, cast, certificates):
    path = "/agency/llano/verify-roster/"
    assert client.get(path).status_code == 302
    for key, status in (("bo", 404), ("celeste", 403), ("dee", 200), ("ines", 200)):
        client.force_login(cast.user(key))
        assert client.get(path).status_code == status, key


def test_an_answer_is_read_only_by_the_organisation_that_asked(manager, cast, certificates):
    page = upload(manager, f"{HEADINGS}7,{certificates['valid']},,,\n")
    uuid = RosterCheck.objects.get().uuid
    assert page.status_code == 200
    cast.give_duty("kofi", "agency_manager", "pinon")
    manager.force_login(cast.user("kofi"))
    for path in (f"/agency/llano/verify-roster/{uuid}/", f"/agency/pinon/verify-roster/{uuid}/"):
        assert manager.get(path).status_code == 404


# --- the command ----------------------------------------------------------------------------
def test_the_command_writes_answers_and_a_receipt(certificates, tmp_path, capsys):
    file, out = tmp_path / "list.csv", tmp_path / "answers.csv"
    file.write_text(f"{HEADINGS}7,{certificates['valid']},Lucía,Tafoya-Begay,\n", "utf-8")
    call_command("verify_roster", str(file), "--program", "nm-mrss", "--out", str(out))
    [row] = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert (row["record_id"], row["qualification"]) == ("7", "qualified")
    assert str(RosterCheck.objects.get().uuid) in capsys.readouterr().err
    call_command("verify_roster", str(file), "--program", "nm-mrss", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"][0]["match"] == "exact_code"
    assert set(answer) >= {"receipt_id", "as_of", "checked_at", "rows", "sha256"}


def test_the_command_says_what_is_wrong(certificates, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(CommandError, match="certificate_code"):
        call_command("verify_roster", str(file), "--program", "nm-mrss")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_roster", str(tmp_path / "none.csv"), "--program", "nm-mrss")
    file.write_text(f"{HEADINGS}7,,,,\n", "utf-8")
    with pytest.raises(CommandError, match="There is no program"):
        call_command("verify_roster", str(file), "--program", "unknown")
    assert Person.objects.exists()
