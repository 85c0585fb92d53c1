"""A change of rules lays out anew what follows it, and leaves what stood before as it is."""

from datetime import date

import pytest

from certification.credentials.models import StandingSpan
from certification.credentials.operations import evaluate
from certification.programs.operations import DATA, load_programs
from certification.programs.queries import catalogue
from tests.certification.learning import finish_mrss_101, finish_program, learn

CHANGED = date(2026, 5, 1)
WHO = ("alma", "kofi", "hannah", "bo")


def change(tmp_path, label, *edits):
    """Publish another version of the program from May on."""
    text = (DATA / "nm-mrss.yaml").read_text("utf-8")
    lines = text.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("version:"))
    lines[at] = f"version: {label}"
    text = "\n".join(lines)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "nm-mrss.yaml").write_text(text, "utf-8")
    load_programs(path=tmp_path, effective_on=CHANGED)


@pytest.fixture
def learned(programs):
    """Let four people be in four states, and lay their standing out."""
    finish_mrss_101(programs.person("hannah"), date(2026, 1, 5))
    finish_program(programs.person("hannah"), "nm-mrss", date(2026, 2, 2))
    finish_mrss_101(programs.person("kofi"), date(2026, 1, 5))
    for number in range(1, 5):
        day = date(2026, 2, number)
        subject = f"NM-40-0{number}-L"
        learn(programs.person("kofi"), subject, day, kind="session", hours=1, hours_type="live")
    evaluate(person_ids=ids(programs), on=date(2026, 2, 3))
    return programs


def ids(cast):
    return [cast.person(key).pk for key in WHO]


def spans():
    rows = StandingSpan.objects.order_by("person_id", "program_key", "from_on")
    return list(rows.values_list(*(each.name for each in StandingSpan._meta.fields[1:])))


EDITS = [
    (('"due": {"from": "hire", "days": 14}', '"due": {"from": "hire", "days": 900}'),),
    (('"id": "NM-EXAM", "title"', '"id": "NM-EXAM2", "title"'),),
    (),
]


@pytest.mark.parametrize("edits", EDITS)
def test_what_follows_the_change_equals_laying_everything_out(learned, tmp_path, edits):
    change(tmp_path, "other", *edits)
    evaluate(person_ids=ids(learned), program_key="nm-mrss", since=CHANGED)
    short = spans()
    StandingSpan.objects.all().delete()
    evaluate(person_ids=ids(learned))
    assert short == spans()


def test_a_change_taken_back_joins_what_it_cut(learned, tmp_path):
    before = spans()
    change(tmp_path, "one", *EDITS[0])
    evaluate(person_ids=ids(learned), program_key="nm-mrss", since=CHANGED)
    assert spans() != before
    change(tmp_path, "two")
    evaluate(person_ids=ids(learned), program_key="nm-mrss", since=CHANGED)
    after = spans()
    StandingSpan.objects.all().delete()
    evaluate(person_ids=ids(learned))
    assert after == spans()


def test_where_nothing_differs_nothing_is_written(learned, statements):
    evaluate(person_ids=ids(learned))
    with statements() as counted:
        evaluate(person_ids=ids(learned))
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [text for text in counted.texts() if text.startswith(writes)] == []


@pytest.mark.parametrize("many", [1, 3])
def test_a_rule_change_takes_as_many_statements_for_one_as_for_three(
    learned, tmp_path, statements, many
):
    change(tmp_path, "other", *EDITS[0])
    people = ids(learned)[:many]
    # Programs are read and parsed once per process, and read again after a minute.
    for versions in catalogue().versions.values():
        assert all(each.rules for each in versions)
    with statements() as counted:
        evaluate(person_ids=people, program_key="nm-mrss", since=CHANGED)
    assert len(counted) == 5
