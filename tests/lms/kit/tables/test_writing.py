import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from lms.kit.tables import (
    csv_response,
    csv_text,
    defuse,
    read_table,
    safe_filename,
    write_csv,
    xlsx_bytes,
    xlsx_response,
)

COLUMNS = [("name", lambda row: row[0]), ("value", lambda row: row[1])]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@sum(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "=", "-"],
)
def test_text_that_could_be_a_formula_gets_an_apostrophe(text):
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "Río", "5-1", "'x", "1/2", "0123"])
def test_other_text_is_left_alone(text):
    assert defuse(text) == text


def test_numbers_stay_numbers_and_others_become_text():
    assert defuse(-3) == -3
    assert defuse(Decimal("-1.5")) == Decimal("-1.5")
    assert defuse(-2.5) == -2.5
    assert defuse(None) == ""
    assert defuse(True) == "TRUE"
    assert defuse(date(2026, 3, 4)) == "2026-03-04"
    assert defuse(datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC)) == "2026-03-04T05:06:07+00:00"
    assert defuse(gettext_lazy("=x")) == "'=x"


def test_csv_has_headings_and_rfc_4180_lines():
    text = csv_text(COLUMNS, [("a,b", -1), ('c"d', None), ("e\nf", "=x")])
    assert text == 'name,value\r\n"a,b",-1\r\n"c""d",\r\n"e\nf",\'=x\r\n'


@given(st.lists(st.tuples(st.text(), st.text() | st.integers() | st.none())))
def test_no_cell_of_any_csv_starts_a_formula(rows):
    for record in csv.reader(io.StringIO(csv_text([COLUMNS[0]], rows), newline="")):
        for cell in record:
            assert not cell.lstrip(" \u00a0\ufeff").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_rows_are_written_one_at_a_time():
    taken = []

    def rows():
        for number in range(3):
            taken.append(number)
            yield ("x", number)

    lines = write_csv(COLUMNS, rows())
    next(lines)
    assert taken == []
    next(lines)
    assert taken == [0]


def test_the_download_streams_utf_8_with_a_mark_and_a_plain_name():
    response = csv_response("Río Vista: équipe.csv", COLUMNS, [("Inés", 1)])
    assert b"".join(response) == "\ufeffname,value\r\nInés,1\r\n".encode()
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="rio-vista-equipe.csv"'
    assert response["Content-Type"].startswith("text/csv")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roster", "roster.csv"),
        ("roster.csv", "roster.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"\r\nSet-Cookie: x', "a-set-cookie-x.csv"),
        ("王小明", "download.csv"),
        ("", "download.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_file_names_are_plain(name, expected):
    assert safe_filename(name, "csv") == expected


def test_a_workbook_holds_typed_cells_and_no_formula():
    data = xlsx_bytes(
        COLUMNS,
        [
            ("=1+1", -3),
            ("Río\x07", Decimal("1.5")),
            ("day", date(2026, 3, 4)),
            ("moment", datetime(2026, 3, 4, 5, tzinfo=UTC)),
            ("none", None),
        ],
        sheet="A/B: [team]",
    )
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in page["A"]] == ["name", "=1+1", "Río", "day", "moment", "none"]
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert page["A2"].quotePrefix
    assert not page["A3"].quotePrefix
    assert page["A1"].font.bold
    assert page["B2"].value == -3
    assert page["B4"].value.date() == date(2026, 3, 4)
    assert page["B5"].value == "2026-03-04T05:00:00+00:00"
    assert page.freeze_panes == "A2"


def test_a_workbook_is_read_back_by_our_reader():
    table = read_table(xlsx_bytes(COLUMNS, [("=1+1", 2), ("Ana", date(2026, 3, 4))]))
    assert [row.values for row in table.rows] == [
        {"name": "=1+1", "value": "2"},
        {"name": "Ana", "value": "2026-03-04"},
    ]


def test_a_workbook_download_has_its_type_and_name():
    response = xlsx_response("Team", COLUMNS, [])
    assert response["Content-Disposition"] == 'attachment; filename="team.xlsx"'
    assert "spreadsheetml" in response["Content-Type"]
