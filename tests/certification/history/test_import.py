"""The command: all rows or none, once, and everybody decided anew."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from certification.credentials.models import Credential, StandingSpan
from certification.programs.operations import adopt
from courses.learning.models import LearningEvent
from courses.public import reverse
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.people.models import Licence
from lms.public import licences
from tests.cast import HIRED
from tests.certification.history.conftest import HEAD

LIVE = "E-101,NM-40-01-L,2024-03-31,,,1.0,Sign-in sheet 12"
PAPER = "E-101,LICENCE,,2023-07-01,2027-06-30,,Board of Social Work; SW-17"
FILE = [LIVE, PAPER]
HOME = ("--organisation", "rio-vista")


def entries():
    return list(AuditEntry.objects.filter(action="history_imported").order_by("pk"))


def nothing_written():
    return not (LearningEvent.objects.exists() or Licence.objects.exists() or entries())


def test_a_file_becomes_training_and_licences(programs, load):
    answer = load(FILE, *HOME)
    assert (answer.error, answer.outcomes, answer.json["written"]) == (None, ["add", "add"], True)
    fact = LearningEvent.objects.get()
    alma = programs.person("alma")
    assert (fact.person_id, fact.kind, fact.subject) == (alma.pk, "training", "NM-40-01-L")
    assert (str(fact.hours), fact.hours_type, fact.actor_id) == ("1.00", "live", None)
    assert fact.occurred_at == datetime(2024, 3, 31, 18, tzinfo=UTC)
    assert fact.detail == {"source": "history import", "evidence": "Sign-in sheet 12"}
    [paper] = licences(person_ids=[alma.pk])
    assert (paper.kind, paper.issuer, paper.number) == ("LICENCE", "Board of Social Work", "SW-17")
    assert (paper.valid_from, paper.valid_until) == (date(2023, 7, 1), date(2027, 7, 1))
    assert paper.verified is False
    assert [row["id"] for row in answer.json["rows"]] == [str(fact.uuid), str(paper.uuid)]


def test_the_audit_log_has_one_entry(programs, load):
    load(FILE, *HOME)
    [entry] = entries()
    assert entry.detail | {"organisation_id": 0} == {
        "file": "history.csv", "organisation_id": 0, "rows": 2, "facts": 1, "licences": 1,
        "people": 1,
    }  # fmt: skip
    assert not AuditEntry.objects.filter(subject_kind__in=["evidence", "licence"]).exists()


def test_the_same_file_again_changes_nothing(programs, load):
    load(FILE, *HOME)
    jobs = Job.objects.count()
    again = load(FILE, *HOME)
    assert (again.error, again.outcomes) == (None, ["on_record", "on_record"])
    assert again.json["written"] is False
    assert (LearningEvent.objects.count(), Licence.objects.count()) == (1, 1)
    assert (len(entries()), Job.objects.count()) == (1, jobs)


def test_a_longer_file_adds_only_what_is_new(programs, load):
    load(FILE, *HOME)
    more = load([*FILE, "E-101,NM-40-02-L,2024-04-01,,,2,"], *HOME)
    assert more.outcomes == ["on_record", "on_record", "add"]
    assert LearningEvent.objects.count() == 2


def test_what_was_taken_back_is_not_brought_back(programs, load):
    [row, _] = load(FILE, *HOME).json["rows"]
    reverse(evidence_id=row["id"], actor_id=None, reason="Another Alma")
    again = load(FILE, *HOME)
    assert again.outcomes == ["on_record", "on_record"]
    assert "taken back" in again.json["rows"][0]["detail"]


def test_a_taken_back_fact_can_be_corrected_by_another_file(programs, load):
    [row, _] = load(FILE, *HOME).json["rows"]
    fixed = [LIVE.replace("1.0", "0.5")]
    assert load(fixed, *HOME).errors == [(2, "hours")]
    reverse(evidence_id=row["id"], actor_id=None, reason="Half the hours")
    assert load(fixed, *HOME).outcomes == ["add"]
    assert load(fixed, *HOME).outcomes == ["on_record"]


def test_one_error_and_nothing_is_written(programs, load):
    answer = load([LIVE, PAPER, "E-101,NM-40-02-L,03/04/2024,,,x,"], *HOME)
    assert answer.errors == [(4, "completed_on"), (4, "hours")]
    assert str(answer.error) == "2 errors in 1 of 3 rows: nothing was written."
    assert answer.error.returncode == 1
    assert nothing_written()


def test_every_error_is_printed_with_row_and_column(programs, load):
    rows = ["Alma Reyes,NM-101,2024-01-01,,,1.5,", "E-101,NM-101,2027-01-01,,,,"]
    text = load(rows, *HOME, as_json=False).text
    assert "row 2, person_key: Nobody is found by this." in text
    assert "row 3, completed_on: It has not happened yet: today is 2026-11-21." in text


def test_a_dry_run_writes_nothing_and_prints_the_plan(programs, load):
    answer = load(FILE, *HOME, "--dry-run", as_json=False)
    assert "row 2: add training NM-40-01-L 2024-03-31, 1.00 h for Alma Reyes" in answer.text
    assert "row 3: add licence LICENCE 2023-07-01 for Alma Reyes." in answer.text
    assert answer.text.endswith("Would be: 2 add, 0 on_record, 0 error.\n")
    assert nothing_written()
    assert load(["?,NM-101,2024-01-01,,,,"], "--dry-run").error is not None


# --- people ---------------------------------------------------------------------------------
@pytest.mark.parametrize("reference", ["alma@example.org", "ALMA@Example.org", "uuid"])
def test_people_are_found_by_uuid_or_address_without_an_organisation(programs, load, reference):
    alma = programs.person("alma")
    key = str(alma.uuid).upper() if reference == "uuid" else reference
    assert load([LIVE.replace("E-101", key)]).outcomes == ["add"]
    assert LearningEvent.objects.get().person_id == alma.pk


def test_a_record_id_means_somebody_of_its_own_agency_only(programs, load):
    assert load([LIVE]).errors == [(2, "person_key")]
    assert load([LIVE], "--organisation", "llano").errors == [(2, "person_key")]
    assert load([LIVE], "--organisation", "rio-vista-north").outcomes == ["add"]


def test_a_name_is_never_matched(programs, load):
    assert load([LIVE.replace("E-101", "Alma Reyes")], *HOME).errors == [(2, "person_key")]


def test_an_address_of_two_people_is_an_error_that_names_both(programs, load):
    twin = programs.add_person("twin", "Alma", "Reyes", account=False)
    twin.email = "alma@example.org"
    twin.save()
    answer = load([LIVE.replace("E-101", "alma@example.org")])
    assert answer.errors == [(2, "person_key")]
    assert str(twin.uuid) in answer.json["errors"][0]["problem"]
    assert nothing_written()


def test_an_unknown_organisation_is_refused(programs, load):
    assert str(load([LIVE], "--organisation", "x").error) == "There is no organisation 'x'."


# --- credentials ----------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["mrss-certified-responder", "mrss-orientation", "nm-mrss"])
def test_our_own_certificates_are_not_minted(programs, load, key):
    answer = load([f"E-101,{key},2024-01-01,2024-01-01,2026-01-01,40,"], *HOME)
    assert answer.errors == [(2, "credential")]
    assert "Import its parts" in answer.json["errors"][0]["problem"]


def test_a_requirement_that_a_licence_meets_is_recorded_unverified_for_it(programs, load):
    load(["E-101,NM-LIC,,2023-07-01,,,Board; 1", "E-101,NM-BG,,2025-01-02,,,County"], *HOME)
    rows = Licence.objects.order_by("pk").values_list("kind", "requirement", "verified_at")
    assert list(rows) == [("OTHER", "NM-LIC", None), ("BACKGROUND", "NM-BG", None)]
    assert not LearningEvent.objects.exists()


def test_before_hire_is_allowed_and_today_is_not_the_future(programs, load):
    rows = ["E-101,NM-40-01-L,2010-05-05,,,1,", "E-101,NM-40-02-L,2026-11-21,,,1,"]
    assert load(rows, *HOME).error is None


def test_today_in_denver_is_not_yet_tomorrow_in_utc(programs, load, time_machine):
    time_machine.move_to("2026-11-22T05:30:00Z", tick=False)  # 22:30 on the 21st in Denver
    assert load(["E-101,NM-101,2026-11-22,,,1.5,"], *HOME).errors == [(2, "completed_on")]
    assert load(["E-101,NM-101,2026-11-21,,,1.5,"], *HOME).outcomes == ["add"]
    time_machine.move_to("2026-11-22T07:30:00Z", tick=False)  # half past midnight on the 22nd
    assert load(["E-101,NM-101,2026-11-22,,,1.5,"], *HOME).outcomes == ["add"]
    time_machine.move_to("2026-11-25T07:30:00Z", tick=False)  # later the instant would be noon
    assert load(["E-101,NM-101,2026-11-22,,,1.5,"], *HOME).outcomes == ["on_record"]
    assert LearningEvent.objects.count() == 2


def test_people_are_decided_anew_at_once_and_a_job_is_the_net(programs, load):
    alma = programs.person("alma")
    assert not StandingSpan.objects.filter(person=alma).exists()
    load(FILE, *HOME)
    assert StandingSpan.objects.filter(person=alma).exists()
    assert not Credential.objects.filter(person=alma).exists()
    job = Job.objects.get(kind="person_changed")
    assert (job.payload, job.state) == ({"person_ids": [alma.pk]}, "ready")


def test_a_certificate_comes_of_its_parts_from_today_and_not_of_a_row(programs, load):
    place = programs.organisation("high-desert").pk
    adopt(organisation_id=place, program_key="mrss-orientation", starts_on=HIRED)
    rows = ["MO-COURSE,2026-01-05,,,1.5,", "MO-CHECK,2026-01-05,,,,", "MO-OBS,2026-02-01,,,,"]
    assert load([f"E-101,{row}" for row in rows], *HOME).error is None
    [issued] = Credential.objects.filter(person=programs.person("alma"))
    assert (issued.credential_key, issued.valid_from) == ("mrss-orientation", date(2026, 11, 21))


def test_an_evidence_key_without_a_score_reaches_no_pass_mark(programs, load):
    answer = load(["E-101,module:core40-m01,2026-01-05,,,1.5,"], *HOME)
    assert "a pass mark is asked for NM-40-01-S, UC-C6" in answer.json["rows"][0]["detail"]


# --- files ----------------------------------------------------------------------------------
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(programs, load, coding):
    text = "\r\n".join([HEAD, LIVE.replace("Sign-in sheet 12", "Lista de Peñón")])
    answer = load(text.encode(coding), *HOME)
    assert LearningEvent.objects.get().detail["evidence"] == "Lista de Peñón"
    assert ["Windows-1252" in note for note in answer.json["notes"]] == (
        [True] if coding == "cp1252" else []
    )


def test_a_workbook(programs, load):
    book, data = Workbook(), BytesIO()
    book.active.append(HEAD.split(","))
    book.active.append(["E-101", "NM-40-01-L", date(2024, 3, 31), None, None, 1.5, "Sheet"])
    book.save(data)
    assert load(data.getvalue(), *HOME, name="history.xlsx").outcomes == ["add"]
    assert str(LearningEvent.objects.get().hours) == "1.50"


def test_other_headings_are_told_and_missing_ones_refused(programs, load):
    answer = load(b"Employee ID,Course,Date,Remark\nE-101,NM-101,2024-01-01,hm", *HOME)
    assert answer.json["notes"][0] == "The column “Employee ID” was read as person_key."
    assert answer.json["notes"][-1] == "Columns that were not read: Remark."
    error = str(load(b"who,credential\nE-101,NM-101", *HOME).error)
    assert error.startswith("Columns that are missing: person_key.")


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04", b'a,"b\n'])
def test_what_is_no_table_is_refused_in_words(programs, load, data):
    assert load(data).error is not None
    assert nothing_written()


def test_the_result_file_is_formula_safe_with_one_line_per_row(programs, load, tmp_path):
    out = tmp_path / "result.csv"
    answer = load(["=HYPERLINK(1),NM-101,2024-01-01,,,,", PAPER], *HOME, "--out", str(out))
    assert answer.error is not None
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert [(row["row"], row["outcome"]) for row in rows] == [("2", "error"), ("3", "add")]
    assert rows[0]["person_key"] == "'=HYPERLINK(1)"
    assert rows[1]["id"] == ""
    load(FILE, *HOME, "--out", str(out))
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert [bool(row["id"]) for row in rows] == [True, True]


def test_the_result_never_overwrites_the_file_and_is_tried_before_the_import(
    programs, load, tmp_path
):
    same = load(FILE, *HOME, "--out", str(tmp_path / "history.csv"))
    assert "overwrite" in str(same.error)
    assert (tmp_path / "history.csv").read_text().startswith(HEAD)
    assert "cannot be written" in str(load(FILE, *HOME, "--out", str(tmp_path)).error)
    assert nothing_written()


# --- size -----------------------------------------------------------------------------------
def both(people):
    """Return one row of training and one licence for each."""
    rows = []
    for key in people:
        rows.append(f"{key}@example.org,NM-40-01-L,2024-01-01,,,1,")
        rows.append(f"{key}@example.org,LICENCE,,2024-01-01,,,")
    return rows


def test_statements_do_not_grow_with_rows(programs, load, statements):
    load(both(["hannah"]))  # the programs are read once by a process
    counts = []
    for people in (["alma"], ["bo", "kofi", "teo"]):
        with statements() as counted:
            assert set(load(both(people)).outcomes) == {"add"}
        counts.append(len(counted))
    assert counts == [counts[0]] * 2


def test_ten_thousand_rows_are_planned(programs, load):
    days = [date.fromordinal(date(1990, 1, 1).toordinal() + n).isoformat() for n in range(10_000)]
    answer = load([f"E-101,NM-40-01-L,{day},,,1," for day in days], *HOME, "--dry-run")
    assert answer.json["counts"] == {"add": 10_000, "on_record": 0, "error": 0}
