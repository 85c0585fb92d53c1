"""Publishing programs: by digest, by date, all or nothing; and adopting them."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from certification.programs.models import Adoption, Program, ProgramVersion
from certification.programs.operations import (
    DATA,
    BrokenPrograms,
    LabelTaken,
    adopt,
    load_programs,
)
from certification.programs.queries import UnknownProgram, catalogue, rules_of
from lms.audit.models import AuditEntry

TEXT = (DATA / "mrss-101.yaml").read_text("utf-8")


def later(label="2026.2", text=TEXT):
    return text.replace('version: "2026.1"', f'version: "{label}"')


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mrss-101.yaml").write_text(TEXT, "utf-8")
    return tmp_path


def test_loading_twice_changes_nothing(db):
    first = {each.key: each.result for each in load_programs()}
    assert set(first.values()) == {"new"}
    again = {each.key: each.result for each in load_programs()}
    assert set(again.values()) == {"unchanged"}
    assert ProgramVersion.objects.count() == len(first) == Program.objects.count()
    assert AuditEntry.objects.filter(action="program.published").count() == len(first)


def test_a_changed_program_is_a_new_version_from_its_date_on(db, folder):
    load_programs(path=folder)
    (folder / "mrss-101.yaml").write_text(later(), "utf-8")
    [loaded] = load_programs(path=folder, effective_on=date(2027, 1, 1))
    assert (loaded.result, loaded.version) == ("new version", "2026.2")
    known = catalogue()
    labels = [
        known.version("mrss-101", on).label
        for on in (date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert labels == ["2026.1", "2026.1", "2026.2"]


def test_a_changed_text_under_a_published_label_is_refused(db, folder):
    load_programs(path=folder)
    (folder / "mrss-101.yaml").write_text(TEXT.replace("80", "70"), "utf-8")
    with pytest.raises(LabelTaken, match=r"2026\.1"):
        load_programs(path=folder)
    assert ProgramVersion.objects.count() == 1


def test_one_broken_file_stops_all_and_every_fault_is_named(db, folder):
    (folder / "broken.yaml").write_text("program: x\n", "utf-8")
    with pytest.raises(BrokenPrograms) as caught:
        load_programs(path=folder)
    assert all(problem.startswith("broken.yaml: ") for problem in caught.value.problems)
    assert len(caught.value.problems) > 1
    assert not Program.objects.exists()


def test_a_dry_run_publishes_nothing(db):
    assert load_programs(dry_run=True)
    assert not Program.objects.exists()


def test_only_programs_that_ask_for_no_employment_are_open(db):
    load_programs()
    assert set(Program.objects.filter(open_to_all=True).values_list("key", flat=True)) == {
        "mrss-101"
    }


def test_published_rules_are_never_rewritten(db):
    load_programs()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ProgramVersion.objects.update(source="")


def test_the_text_is_read_once_per_process(db, statements):
    load_programs()
    digest = ProgramVersion.objects.get(program__key="mrss-101").digest
    rules_of(digest)
    with statements() as counted:
        rules_of(digest)
        catalogue()
    assert len(counted) == 2  # the catalogue, read again after loading
    with statements() as counted:
        catalogue()
    assert len(counted) == 0


def test_adopting_twice_is_one_adoption(cast):
    load_programs()
    place = cast.organisation("rio-vista")
    facts = {"organisation_id": place.pk, "program_key": "nm-mrss", "starts_on": date(2025, 1, 1)}
    assert [adopt(**facts), adopt(**facts)] == [True, False]
    assert Adoption.objects.count() == 1
    with pytest.raises(UnknownProgram):
        adopt(**(facts | {"program_key": "none"}))


def test_a_program_counts_below_who_adopted_it_between_its_dates(cast):
    load_programs()
    adopt(
        organisation_id=cast.organisation("rio-vista").pk, program_key="nm-mrss",
        starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1),
    )  # fmt: skip
    north = cast.organisation("rio-vista-north").path
    llano = cast.organisation("llano-main").path
    known = catalogue()
    assert known.keys_on([north], date(2026, 6, 30)) == ["mrss-101", "nm-mrss"]
    for path, on in (
        (north, date(2026, 7, 1)),
        (north, date(2025, 12, 31)),
        (llano, date(2026, 3, 1)),
    ):
        assert known.keys_on([path], on) == ["mrss-101"]
    assert "nm-mrss" in known.keys_for([(north, date(2026, 6, 30), None)])
    assert "nm-mrss" not in known.keys_for([(north, date(2026, 7, 1), None)])
    assert "nm-mrss" not in known.keys_for([(north, date(2025, 1, 1), date(2026, 1, 1))])


# --- the command ----------------------------------------------------------------------------
def test_the_command_says_what_it_did(db, folder, capsys):
    call_command("load_programs", str(folder))
    assert capsys.readouterr().out == "mrss-101 2026.1: new, effective 2026-11-21\n"
    call_command("load_programs", str(folder), "--dry-run")
    assert "unchanged" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["/nowhere"], ["--effective-on", "soon"]])
def test_the_command_refuses_nonsense(db, arguments):
    with pytest.raises(CommandError):
        call_command("load_programs", *arguments)
