"""Importing rosters: nothing is guessed, nothing ends by omission, and twice is once."""

import csv
import io
import json
import threading
import time
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from lms.audit.models import AuditEntry
from lms.kit import clock
from lms.kit.tables import read_table, xlsx_bytes
from lms.notices.models import Notice
from lms.people.authority import today
from lms.people.models import Employment, Person, PersonKey, RosterImport, RosterMapping
from lms.people.operations import AlreadyApplied, PlanChanged, apply_import, decide, start_import
from lms.people.queries import memberships_on
from lms.people.roster_plan import counts
from lms.people.rosters import digest_of, plan_of
from tests.cast import HIRED

HEAD = (
    "record_id,given_name,family_name,email,role,site,fte,start_date,end_date,"
    "supervisor_record_id,action"
)
ALMA = "E-101,Alma,Reyes,alma@example.org,responder,rio-vista-north,1,2025-01-06,,E-100,"
NEW = "E-900,Nadia,Luján,nadia@example.org,peer,South site,0.5,2026-03-02,,E-100,"


def draft_of(cast, *lines, head=HEAD, place="rio-vista"):
    return start_import(
        actor_id=cast.user("bo").pk if place == "rio-vista" else None,
        organisation_id=cast.organisation(place).pk,
        file_name="roster.csv",
        table=read_table("\n".join([head, *lines]).encode()),
    )


def planned(cast, *lines, decisions=None, **more):
    draft = draft_of(cast, *lines, **more)
    draft.decisions = decisions or {}
    return plan_of(draft, today=today())


def outcomes(cast, *lines, **more):
    return [each.outcome.value for each in planned(cast, *lines, **more)]


def says(cast, *lines, **more):
    return [" ".join(each.says) for each in planned(cast, *lines, **more)]


def current(key_or_person):
    return Employment.objects.filter(person=key_or_person, replaced_at=None).order_by("starts_on")


def everything():
    return (
        Person.objects.count(),
        Employment.objects.count(),
        PersonKey.objects.count(),
        AuditEntry.objects.count(),
    )


# --- what a row does ------------------------------------------------------------------------
def test_known_person_with_the_same_facts_is_unchanged(cast):
    assert outcomes(cast, ALMA) == ["unchanged"]


def test_new_person_is_added_with_supervisor_site_and_key(cast):
    apply_import(actor_id=cast.user("bo").pk, draft=draft_of(cast, NEW))
    person = PersonKey.objects.get(key="E-900").person
    [spell] = current(person)
    assert person.name == "Nadia Luján"
    assert (spell.organisation.key, spell.role, str(spell.fte)) == (
        "rio-vista-south",
        "peer",
        "0.50",
    )
    assert (spell.starts_on, spell.supervisor) == (date(2026, 3, 2), cast.person("bo"))


def test_second_run_changes_nothing(cast):
    lines = [ALMA, NEW, "E-102,Kofi,Mensah,,,,,,2026-10-31,,end", NEW.replace("E-900", "E-901")]
    lines[3] = "E-901,Omar,Dunn,,responder,,,2026-04-01,,E-900,"
    first = apply_import(actor_id=None, draft=draft_of(cast, *lines))
    assert first.counts | {"unchanged": 1, "add": 2, "end": 1} == first.counts
    before = everything()
    assert outcomes(cast, *lines) == ["unchanged"] * 4
    apply_import(actor_id=None, draft=draft_of(cast, *lines))
    assert everything()[:3] == before[:3]


def test_omission_ends_nobody(cast):
    apply_import(actor_id=None, draft=draft_of(cast, NEW))
    assert current(cast.person("kofi")).get().ends_on is None


def test_end_action_ends_after_the_last_day(cast):
    apply_import(actor_id=None, draft=draft_of(cast, "E-102,Kofi,Mensah,,,,,,2026-10-31,,end"))
    assert current(cast.person("kofi")).get().ends_on == date(2026, 11, 1)
    assert Employment.objects.filter(person=cast.person("kofi")).count() == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("E-102,Kofi,Mensah,,,,,,,,end", "The action “end” needs the last day."),
        (
            "E-102,Kofi,Mensah,,,,,,2026-10-31,,",
            "A last day alone ends nobody. Write “end” in the action column, or clear the date.",
        ),
        (
            "E-102,Kofi,Mensah,,,,,,2024-10-31,,end",
            "The last day lies before the first day, 6 Jan 2025.",
        ),
        (
            "E-102,Kofi,Mensah,,,,,2026-05-01,2026-04-01,,end",
            "The last day lies before the first day.",
        ),
        (
            "E-9,No,Body,,,,,,2026-10-31,,end",
            "This person is not employed here, so nothing can end.",
        ),
        ("E-9,No,Body,,,,,,,,", "New employment needs a role. New employment needs the first day."),
        ("E-9,,Body,,peer,,,2026-01-01,,,", "A new person needs a given name."),
        (",No,Body,,peer,,,2026-01-01,,,", "A row needs a record ID or an e-mail address."),
        (
            "E-9,No,Body,,peer,,,2026-01-01,,E-777,",
            "No person has the record ID “E-777” of the supervisor.",
        ),
        ("E-102,Kofi,Mensah,,,,,,,E-102,", "Nobody supervises themselves."),
        ("E-9,No,Body,,peer,,,2026-01-01,,E-9,", "Nobody supervises themselves."),
        (
            "E-102,Kofi,Mensah,alma@example.org,,,,,,,",
            "This record ID belongs to one person, the address to another.",
        ),
    ],
)
def test_what_cannot_be_applied_is_said(cast, line, said):
    [each] = planned(cast, line)
    assert (each.outcome.value, " ".join(each.says)) == ("error", said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("E-101,Alma,Reyes,,clinician,,,,,,", "role: Responder → Clinician"),
        ("E-101,Alma,Reyes,,,rio-vista-south,,,,,", "site: North site → South site"),
        ("E-101,Alma,Reyes,,,,0.8,,,,", "FTE: 1.00 → 0.80"),
        ("E-101,Alma,Reyes,,,,,2025-02-03,,,", "first day: 6 Jan 2025 → 3 Feb 2025"),
        ("E-101,Alma,Reyes,,,,,,,E-106,", "Another supervisor."),
    ],
)
def test_correction_is_told_and_written_as_a_new_version(cast, line, said):
    assert says(cast, line) == [said]
    apply_import(actor_id=None, draft=draft_of(cast, line))
    assert Employment.objects.filter(person=cast.person("alma")).count() == 2
    assert outcomes(cast, line) == ["unchanged"]


def test_another_site_from_a_later_day_is_a_move_that_keeps_the_first_spell(cast):
    line = "E-101,Alma,Reyes,,,rio-vista-south,,2026-05-01,,,"
    assert says(cast, line) == ["From 1 May 2026: Responder at South site."]
    apply_import(actor_id=None, draft=draft_of(cast, line))
    first, second = current(cast.person("alma"))
    assert (first.ends_on, second.starts_on) == (date(2026, 5, 1), date(2026, 5, 1))
    assert first.spell != second.spell
    assert outcomes(cast, line) == ["unchanged"]


def test_two_rows_of_one_person_are_two_jobs(cast):
    lines = [ALMA, "E-101,Alma,Reyes,,coach,rio-vista,0.2,2026-05-01,,,"]
    assert outcomes(cast, *lines) == ["unchanged", "add"]
    apply_import(actor_id=None, draft=draft_of(cast, *lines))
    assert outcomes(cast, *lines) == ["unchanged", "unchanged"]
    assert {spell.role for spell in current(cast.person("alma"))} == {"responder", "coach"}
    unclear = "E-101,Alma,Reyes,,,,0.5,,,,"
    assert says(cast, unclear) == [
        "This person is employed here more than once. Give role, site and first day."
    ]


def test_names_and_addresses_are_not_changed_by_a_roster(cast):
    line = ALMA.replace("Reyes,alma@", "Reyes-Brandt,alma.new@")
    [each] = planned(cast, line)
    assert each.outcome.value == "unchanged"
    assert len(each.says) == 2
    apply_import(actor_id=None, draft=draft_of(cast, line))
    assert Person.objects.get(pk=cast.person("alma").pk).name == "Alma Reyes"


# --- rows against each other ----------------------------------------------------------------
def test_rows_of_a_file_that_contradict_each_other_are_refused(cast):
    other = "E-905,Ned,New,nadia@example.org,peer,,,2026-01-01,,,"
    assert says(cast, NEW, NEW, NEW.replace("Nadia", "Nora"), other)[1:] == [
        "Row 2 says the same already.",
        "Row 2 has this record ID with another name.",
        "Row 2 has this e-mail address too.",
    ]


def test_supervisor_may_stand_in_the_same_file_in_any_order(cast):
    lines = [
        "E-901,Omar,Dunn,,responder,,,2026-04-01,,E-902,",
        "E-902,Pia,Soto,,supervisor,,,2026-04-01,,,",
    ]
    assert outcomes(cast, *lines) == ["add", "add"]
    apply_import(actor_id=None, draft=draft_of(cast, *lines))
    keys = {key.key: key.person for key in PersonKey.objects.filter(key__startswith="E-90")}
    assert current(keys["E-901"]).get().supervisor == keys["E-902"]


def test_row_whose_supervisor_is_left_out_is_left_out_too(cast):
    lines = [
        "E-901,Omar,Dunn,,responder,,,2026-04-01,,E-902,",
        "E-902,Pia,Soto,,supervisor,,,2026-04-01,,E-903,",
        "E-903,Kay,Vance,,wizard,,,2026-04-01,,,",
    ]
    assert outcomes(cast, *lines) == ["error"] * 3


# --- who is who -----------------------------------------------------------------------------
STRANGER = "E-900,Lucía,Tafoya-Begay,LUCIA@example.org,clinician,,,2026-03-02,,,"
NAMESAKE = "E-900,Alma,Reyes,,responder,,,2026-03-02,,,"


def test_address_of_somebody_employed_here_now_is_enough(cast):
    line = ",Alma,Reyes,ALMA@example.org,,,0.5,,,,"
    [each] = planned(cast, line)
    assert (each.person_id, each.outcome.value) == (cast.person("alma").pk, "change")


def test_record_id_is_learned_from_such_a_match(cast):
    line = ALMA.replace("E-101", "NEW-7")
    apply_import(actor_id=None, draft=draft_of(cast, line))
    assert PersonKey.objects.get(key="NEW-7").person == cast.person("alma")
    assert outcomes(cast, line) == ["unchanged"]


@pytest.mark.parametrize(("line", "who"), [(STRANGER, "lucia"), (NAMESAKE, "alma")])
def test_same_address_elsewhere_or_same_name_here_asks_a_human(cast, line, who):
    [each] = planned(cast, line)
    assert each.outcome.value == "decide"
    assert [person.id for person in each.candidates] == [cast.person(who).pk]
    before = everything()
    apply_import(actor_id=None, draft=draft_of(cast, line))
    assert everything()[:3] == before[:3]


def test_same_name_at_another_agency_is_not_told(cast):
    line = "E-900,Lucía,Tafoya-Begay,,clinician,,,2026-03-02,,,"
    [each] = planned(cast, line)
    assert (each.outcome.value, each.candidates) == ("add", ())


@pytest.mark.parametrize("choice", ["new", "skip", "link"])
def test_the_decision_is_followed(cast, choice):
    lucia = cast.person("lucia")
    draft = draft_of(cast, STRANGER)
    value = f"link:{lucia.uuid}" if choice == "link" else choice
    decide(actor_id=cast.user("bo").pk, draft=draft, decisions={"2": value})
    apply_import(actor_id=cast.user("bo").pk, draft=draft)
    held = PersonKey.objects.filter(key="E-900").first()
    if choice == "skip":
        assert held is None
    elif choice == "new":
        assert held.person not in {lucia}
    else:
        assert held.person == lucia
        assert len(memberships_on(person_id=lucia.pk, on=today())) == 2
        notice = Notice.objects.get(kind="roster_linked")
        assert (notice.address, notice.person) == ("lucia@example.org", lucia)
        assert outcomes(cast, STRANGER) == ["unchanged"]


@pytest.mark.parametrize("choice", ["link:{dee}", "link:nonsense", "link:"])
def test_only_a_suggested_person_can_be_linked(cast, choice):
    value = choice.format(dee=cast.person("dee").uuid)
    assert outcomes(cast, STRANGER, decisions={"2": value}) == ["decide"]


def test_key_of_another_agency_means_nothing_here(cast):
    """E-107 is Lucía at Llano."""
    assert PersonKey.objects.get(key="E-107").organisation == cast.organisation("llano")
    [each] = planned(cast, "E-107,Nadia,Luján,,peer,,,2026-03-02,,,")
    assert (each.outcome.value, each.new_person) == ("add", True)


# --- applying -------------------------------------------------------------------------------
def test_plan_that_changed_since_it_was_shown_is_not_applied(cast):
    draft = draft_of(cast, ALMA.replace(",1,", ",0.5,"))
    shown = digest_of(plan_of(draft, today=today()))
    Employment.objects.filter(person=cast.person("alma")).update(fte="0.7")
    with pytest.raises(PlanChanged):
        apply_import(actor_id=None, draft=draft, digest=shown)
    draft.refresh_from_db()
    assert draft.applied_at is None


def test_applied_once_only(cast):
    draft = draft_of(cast, NEW)
    apply_import(actor_id=None, draft=draft)
    with pytest.raises(AlreadyApplied):
        apply_import(actor_id=None, draft=draft)


def test_audit_says_who_imported_what(cast):
    draft = draft_of(cast, ALMA, NEW)
    apply_import(actor_id=cast.user("bo").pk, draft=draft)
    entry = AuditEntry.objects.get(action="roster_applied")
    assert (entry.actor, entry.subject, entry.detail["add"]) == (
        cast.user("bo"),
        str(draft.uuid),
        1,
    )


def test_preview_costs_the_same_for_one_and_three_rows(cast, statements):
    lines = [ALMA, NEW, STRANGER.replace("E-900", "E-903")]
    found = []
    for some in (lines[:1], lines):
        draft = draft_of(cast, *some)
        with statements() as counted:
            plan_of(draft, today=today())
        found.append(len(counted))
    assert found[0] == found[1] <= 11


def test_ten_thousand_rows_take_seconds(cast):
    lines = [
        f"R-{n},Given{n},Family{n},g{n}@example.org,responder,rio-vista-north,1,2026-01-05,,"
        f"{'R-0' if n else ''},"
        for n in range(10_000)
    ]
    draft = draft_of(cast, *lines)
    began = time.perf_counter()
    assert counts(plan_of(draft, today=today()))["add"] == 10_000
    planning = time.perf_counter() - began
    apply_import(actor_id=None, draft=draft)
    applying = time.perf_counter() - began - planning
    assert outcomes(cast, *lines).count("unchanged") == 10_000
    assert (planning < 8, applying < 25) == (True, True), (planning, applying)


@pytest.mark.django_db(transaction=True)
def test_two_files_with_one_new_person_make_one_person(cast):
    drafts = [draft_of(cast, NEW) for _ in range(2)]
    gate, failures = threading.Barrier(2), []

    def run(draft):
        gate.wait()
        try:
            apply_import(actor_id=None, draft=draft)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[draft]) for draft in drafts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    assert Person.objects.filter(folded_name="nadia lujan").count() == 1
    assert Employment.objects.filter(person__folded_name="nadia lujan").count() == 1


# --- the wizard -----------------------------------------------------------------------------
@pytest.fixture
def bo(cast):
    client = Client()
    client.force_login(cast.user("bo"))
    return client


def upload(client, text, name="roster.csv", place="rio-vista"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(f"/agency/{place}/roster/", {"file": SimpleUploadedFile(name, data)})


def test_from_file_to_result(cast, bo):
    response = upload(
        bo, "\n".join([HEAD.replace("record_id,", "Employee ID,", 1), ALMA, STRANGER])
    )
    columns = response["Location"]
    page = bo.get(columns)
    chosen = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert chosen["record_id"] == "Employee ID"
    preview = bo.post(columns, chosen)["Location"]
    page = bo.get(preview)
    assert "Need a decision" in page.content.decode()
    bo.post(preview, {"row-3": "new"})
    page = bo.get(preview)
    digest = page.context["digest"]
    result = bo.post(preview.replace("preview", "apply"), {"digest": digest})["Location"]
    assert "Added" in bo.get(result).content.decode()
    text = b"".join(bo.get(result.rstrip("/") + ".csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["row"], row["outcome"]) for row in rows] == [("2", "unchanged"), ("3", "add")]
    assert RosterMapping.objects.get().columns["record_id"] == "Employee ID"
    again = bo.post(preview.replace("preview", "apply"), {"digest": digest})
    assert again["Location"] == result


def test_workbook_is_read_like_csv(cast, bo):
    names = HEAD.split(",")
    columns = [(name, lambda row, at=at: row[at]) for at, name in enumerate(names)]
    response = upload(bo, xlsx_bytes(columns, [NEW.split(",")]), "roster.xlsx")
    draft = RosterImport.objects.get()
    assert response.status_code == 302
    assert [each.outcome.value for each in plan_of(draft, today=today())] == ["add"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04broken",
        b'a,b\n"open',
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x",
    ],
)
def test_broken_file_is_refused_in_words_and_keeps_nothing(cast, bo, data):
    response = upload(bo, data)
    assert response.status_code == 400
    assert response.context["form"].errors["file"]
    assert not RosterImport.objects.exists()


def test_columns_without_names_or_keys_are_asked_for(cast, bo):
    address = upload(bo, "colour,size\nred,1")["Location"]
    assert bo.post(address, {"role": "colour"}).status_code == 400
    assert bo.post(address, {"given_name": "colour", "email": "colour"}).status_code == 400
    preview = bo.get(address.replace("columns", "preview"))
    assert preview["Location"] == address


def test_markup_in_a_file_stays_text(cast, bo):
    evil = "<script>alert(1)</script>"
    address = upload(bo, f"{HEAD}\nE-9,{evil},{evil},,wizard,,,,,,")["Location"]
    for page in (bo.get(address), bo.get(address.replace("columns", "preview"))):
        assert evil not in page.content.decode()


def test_preview_does_not_tell_whose_address_it_is_elsewhere(cast, bo):
    draft = draft_of(cast, "E-900,Wrong,Name,lucia@example.org,clinician,,,2026-03-02,,,")
    page = bo.get(f"/agency/rio-vista/roster/{draft.uuid}/preview/").content.decode()
    assert "This is lucia@example.org" in page
    assert "Tafoya" not in page


def test_draft_can_be_dropped_and_an_applied_one_cannot(cast, bo):
    draft = draft_of(cast, NEW)
    bo.post(f"/agency/rio-vista/roster/{draft.uuid}/drop/")
    assert not RosterImport.objects.exists()
    draft = draft_of(cast, NEW)
    apply_import(actor_id=None, draft=draft)
    bo.post(f"/agency/rio-vista/roster/{draft.uuid}/drop/")
    assert RosterImport.objects.get().applied_at is not None


@pytest.mark.parametrize(
    ("who", "status"), [("alma", 403), ("renata", 403), ("dee", 403), ("lucia", 404)]
)
@pytest.mark.parametrize("page", ["", "example.csv", "{d}/columns/", "{d}/preview/", "{d}/result/"])
def test_roster_pages_are_for_the_manager(cast, client, who, status, page):
    draft = draft_of(cast, NEW)
    client.force_login(cast.user(who))
    assert client.get(f"/agency/rio-vista/roster/{page.format(d=draft.uuid)}").status_code == status


@pytest.mark.parametrize("step", ["columns", "preview", "apply", "drop", "result"])
def test_draft_of_another_agency_is_absent(cast, bo, step):
    theirs = draft_of(cast, NEW, place="llano")
    address = f"/agency/rio-vista/roster/{theirs.uuid}/{step}/"
    send = bo.get if step in {"columns", "preview", "result"} else bo.post
    assert send(address).status_code == 404
    assert RosterImport.objects.get().applied_at is None


@pytest.mark.parametrize("step", ["", "{d}/columns/", "{d}/preview/", "{d}/apply/", "{d}/drop/"])
def test_forms_need_their_token(cast, step):
    draft = draft_of(cast, NEW)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.user("bo"))
    response = strict.post(f"/agency/rio-vista/roster/{step.format(d=draft.uuid)}", {})
    assert response.status_code == 403


def test_list_of_imports_costs_the_same_for_one_and_three(cast, bo, statements):
    found = []
    for _ in range(3):
        draft_of(cast, NEW)
        with statements() as counted:
            bo.get("/agency/rio-vista/roster/")
        found.append(len(counted))
    assert found[0] == found[2]


# --- the command ----------------------------------------------------------------------------
def run(path, *options):
    out = StringIO()
    call_command("import_roster", str(path), "--organisation", "rio-vista", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([HEAD, ALMA, NEW]))
    return path


def test_dry_run_writes_nothing(cast, file):
    before = everything(), RosterImport.objects.count()
    out = run(file, "--dry-run")
    assert "Would be: 1 add" in out
    assert (everything(), RosterImport.objects.count()) == before


def test_command_is_safe_to_repeat(cast, file):
    assert "Done: 1 add, 0 change, 0 end, 1 unchanged" in run(file)
    assert "Done: 0 add, 0 change, 0 end, 2 unchanged" in run(file)


def test_json_holds_counts_and_rows(cast, file):
    answer = json.loads(run(file, "--dry-run", "--json"))
    assert (answer["dry_run"], answer["counts"]["add"]) == (True, 1)
    assert [row["outcome"] for row in answer["rows"]] == ["unchanged", "add"]


def test_rows_left_out_make_it_fail(cast, file):
    file.write_text("\n".join([HEAD, NEW, "E-9,No,Body,,wizard,,,2026-01-01,,,"]))
    with pytest.raises(CommandError, match="1 of 2 rows were left out"):
        run(file)
    assert PersonKey.objects.filter(key="E-900").exists()


def test_unknown_organisation_and_missing_file_fail(cast, file, tmp_path):
    with pytest.raises(CommandError, match="no organisation"):
        call_command("import_roster", str(file), "--organisation", "nowhere")
    with pytest.raises(CommandError):
        run(tmp_path / "absent.csv")


def test_cast_dates_are_what_the_tests_assume(cast):
    assert HIRED == date(2025, 1, 6)
    assert today() >= clock.today("America/Denver") - timedelta(days=1)
