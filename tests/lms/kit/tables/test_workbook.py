import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.kit.tables import Row, TableError, read_table

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows, **sheets):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, state in sheets.items():
        book.create_sheet(name).sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data, changes=(), *, drop=()):
    """Return the archive with parts replaced or added."""
    out = io.BytesIO()
    changes = dict(changes)
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist() if name not in drop}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | changes).items():
            new.writestr(name, content)
    return out.getvalue()


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


PLAIN = workbook(["Name", "Hours"], ["Alma Reyes", 1.5])


def refusal(data):
    with pytest.raises(TableError) as caught:
        read_table(data)
    return str(caught.value)


def test_cells_come_as_a_person_would_type_them():
    data = workbook(
        ["text", "whole", "part", "day", "moment", "time", "flag", "none"],
        [" Río ", 7, 0.1, date(2026, 3, 4), datetime(2026, 3, 4, 14, 30), time(9, 5), True, None],
        ["x", 7.0, 1e-7, datetime(2026, 3, 4), None, None, False, None],
    )
    table = read_table(data)
    assert [tuple(row.values.values()) for row in table.rows] == [
        ("Río", "7", "0.1", "2026-03-04", "2026-03-04 14:30:00", "09:05:00", "TRUE", ""),
        ("x", "7", "1e-07", "2026-03-04", "", "", "FALSE", ""),
    ]
    assert table.notes == ()


def test_blank_rows_keep_their_numbers_and_short_rows_are_normal():
    data = workbook(["a", "b"], [], ["1"], [None, None], ["2", "3"])
    assert read_table(data).rows == [Row(3, {"a": "1", "b": ""}), Row(5, {"a": "2", "b": "3"})]


def test_a_value_without_a_heading_is_refused():
    assert "Row 2 does not have the same number" in refusal(workbook(["a"], ["1", "2"]))


def test_only_the_first_visible_sheet_is_read_and_that_is_said():
    table = read_table(workbook(["a"], ["1"], Other="visible"))
    assert table.notes == ("Only the sheet “Sheet” was read.",)
    hidden = openpyxl.load_workbook(io.BytesIO(workbook(["a"], ["1"], Second="visible")))
    hidden["Sheet"].sheet_state = "hidden"
    hidden["Second"].append(["b"])
    hidden.active = 1
    out = io.BytesIO()
    hidden.save(out)
    assert read_table(out.getvalue()).headers == ("b",)


def test_a_wrong_declared_size_is_not_believed():
    sheet = part(PLAIN, SHEET).replace(b'ref="A1:B2"', b'ref="A1:A1"')
    assert read_table(repacked(PLAIN, {SHEET: sheet})).headers == ("Name", "Hours")


def test_a_sheet_that_is_formatted_far_down_is_read():
    sheet = part(PLAIN, SHEET).replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
    )
    assert len(read_table(repacked(PLAIN, {SHEET: sheet})).rows) == 1


def test_a_row_number_beyond_every_sheet_is_refused():
    sheet = part(PLAIN, SHEET).replace(
        b"</sheetData>", b'<row r="99999999"><c r="A99999999"/></row></sheetData>'
    )
    assert "cannot be opened" in refusal(repacked(PLAIN, {SHEET: sheet}))


def test_failed_formulas_are_refused_by_row():
    assert "Row 2: a formula shows an error" in refusal(workbook(["a"], ["#REF!"]))


def test_too_many_columns_are_refused():
    assert "more than 200 columns" in refusal(workbook([f"c{n}" for n in range(300)]))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = repacked(PLAIN, {"xl/media/bomb.bin": b"\x00" * (50 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    assert "too large when unpacked" in refusal(bomb)


def test_a_zip_with_thousands_of_parts_is_refused():
    parts = {f"xl/media/{n}": b"" for n in range(1_100)}
    assert "too large when unpacked" in refusal(repacked(PLAIN, parts))


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
def test_declared_entities_are_refused(name):
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    content = part(PLAIN, name)
    start = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
    evil = content[:start] + laughs + content[start:]
    assert "cannot be opened" in refusal(repacked(PLAIN, {name: evil}))


def test_entities_hidden_behind_a_long_comment_are_refused():
    evil = b"<!--" + b"x" * 5000 + b'--><!DOCTYPE x [<!ENTITY a "ha">]>' + part(PLAIN, SHEET)
    assert "cannot be opened" in refusal(repacked(PLAIN, {SHEET: evil}))


def test_links_to_other_files_are_refused():
    linked = repacked(PLAIN, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert "other files" in refusal(linked)


def test_macros_are_refused():
    assert "macros" in refusal(repacked(PLAIN, {"xl/vbaProject.bin": b"x"}))


def test_an_encrypted_archive_is_refused():
    data = bytearray(PLAIN)
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    assert "password" in refusal(bytes(data))


def test_another_kind_of_zip_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "not an Excel workbook" in refusal(out.getvalue())


@pytest.mark.parametrize(
    "drop", [[SHEET], ["xl/_rels/workbook.xml.rels"], ["[Content_Types].xml"], ["xl/styles.xml"]]
)
def test_a_workbook_with_a_part_missing_is_read_or_refused(drop):
    try:
        assert read_table(repacked(PLAIN, drop=drop)).headers == ("Name", "Hours")
    except TableError as error:
        assert "workbook" in str(error)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_workbook_raises_nothing_but_a_table_error(data):
    damaged = bytearray(PLAIN)
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    try:
        read_table(bytes(damaged[: data.draw(st.integers(4, len(damaged)))]))
    except TableError as error:
        assert str(error)


fragments = st.lists(
    st.sampled_from(
        [b"<row>", b"</row>", b'<row r="2">', b'<row r="x">', b'<c t="s"><v>9</v></c>',
         b'<c r="ZZZZ1"><v>1</v></c>', b'<c r="A0"/>', b'<c t="d"><v>no</v></c>',
         b'<c t="n"><v>NaN</v></c>', b"<c><v>1e999</v></c>", b"<c><v>1.0e400</v></c>",
         b'<c t="b"><v>7</v></c>', b"<c><v>" + b"9" * 5000 + b"</v></c>", b'<c s="99"><v>1</v></c>',
         b'<c t="inlineStr"><is><t>x</t></is></c>', b"<f>", b"&x;", b"\xff", b"]]>"]
    ),
    max_size=8,
).map(b"".join)  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None, max_examples=200)
@given(fragments)
def test_a_strange_sheet_raises_nothing_but_a_table_error(fragment):
    sheet = part(PLAIN, SHEET).replace(b"</sheetData>", fragment + b"</sheetData>")
    try:
        read_table(repacked(PLAIN, {SHEET: sheet}))
    except TableError as error:
        assert str(error)
