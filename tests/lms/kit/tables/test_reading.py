import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.kit.tables import MAX_BYTES, Row, TableError, csv_text, read_table


def refusal(data):
    with pytest.raises(TableError) as caught:
        read_table(data)
    return caught.value


def values(table):
    return [tuple(row.values.values()) for row in table.rows]


def test_a_plain_file_becomes_rows_numbered_as_a_spreadsheet_shows_them():
    table = read_table(b"Name,E-mail\r\nAlma Reyes,alma@example.org\r\n\r\nBo Castillo,\r\n")
    assert table.headers == ("Name", "E-mail")
    assert table.rows == [
        Row(2, {"Name": "Alma Reyes", "E-mail": "alma@example.org"}),
        Row(4, {"Name": "Bo Castillo", "E-mail": ""}),
    ]
    assert table.notes == ()


def test_quotes_hold_commas_quotes_and_line_breaks():
    table = read_table(b'a,b\r\n"x, ""y""","one\r\ntwo"\r\nlast,row\r\n')
    assert values(table) == [('x, "y"', "one\r\ntwo"), ("last", "row")]
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(end):
    assert values(read_table(f"a,b{end}1,2{end}3,4".encode())) == [("1", "2"), ("3", "4")]


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert read_table("\ufeffname\nRío".encode()).headers == ("name",)


def test_cells_and_headings_are_trimmed():
    table = read_table("\u00a0First   name ,b\n Ana \u00a0,\t2\n".encode())
    assert table.headers == ("First name", "b")
    assert values(table) == [("Ana", "2")]


def test_windows_1252_is_read_and_said():
    table = read_table("name\nInés Calderón – “x”".encode("cp1252"))
    assert values(table) == [("Inés Calderón – “x”",)]
    assert len(table.notes) == 1
    assert "Windows-1252" in table.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark_is_read_and_said(encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    table = read_table(f"{mark}name\tb\nRío\t2".encode(encoding))
    assert values(table) == [("Río", "2")]
    assert len(table.notes) == 2


def test_semicolons_are_read_and_said_only_when_the_heading_has_no_comma():
    assert values(read_table(b"a;b\n1,5;2\n")) == [("1,5", "2")]
    assert "semicolons" in read_table(b"a;b\n1;2\n").notes[0]
    assert read_table(b"a;b,c\n1,2\n").headers == ("a;b", "c")


def test_blank_columns_and_rows_at_the_end_are_left_out():
    assert values(read_table(b"a,b,,\n1,2,,\n,,,\n")) == [("1", "2")]


def test_a_file_with_headings_only_has_no_rows():
    assert read_table(b"a,b\n").rows == []


def test_invisible_characters_are_left_out_and_said():
    table = read_table("a,b\nx\x07y,\u200bz\nc\x1f,d".encode())
    assert values(table) == [("xy", "z"), ("c", "d")]
    assert table.notes == ("Invisible characters were left out of some cells.",)


def test_our_own_exports_are_read_back_as_they_were():
    texts = ["=1+1", "+1 505", "-x", "@a", "'quoted'", "plain", "Río; “x”, y"]
    exported = csv_text([("a", lambda text: text), ("b", lambda text: 1)], texts)
    assert values(read_table(exported.encode())) == [(text, "1") for text in texts]


def test_ragged_rows_are_refused_together_by_number():
    error = refusal(b"a,b\n1\n1,2\n1,2,3\n")
    assert error.rows == (2, 4)
    assert str(error).startswith("Rows 2, 4 do not have the same number of cells")
    assert str(refusal(b"a,b\n1,2\n1\n")).startswith("Row 3 does not")


def test_many_bad_rows_are_counted_and_not_all_named():
    error = refusal(b"a,b\n" + b"1\n" * 30)
    assert len(error.rows) == 30
    assert "and 20 more" in str(error)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\r\n ", "empty"),
        (b"\n1,2\n", "first row"),
        (b"a,,b\n1,2,3", "Column 2 has no heading"),
        (b"Name,E-mail,name\n1,2,3", "Two columns are headed"),
        (b'a,b\n"open', "double quotes near row 2"),
        (b'a,b\n1,"x"y\n', "double quotes near row 2"),
        (b"a,b\n1,\x00\n", "not a text file"),
        ("a,b\n1,2".encode("utf-16-le"), "not a text file"),
        (b"\xff\xfea", "cannot be read"),
        (b"\xef\xbb\xbfa\xff", "cannot be read"),
        (b"name\n\x81", "cannot be read"),
        (b"a\n" + b"x" * 2001, "longer than 2000"),
        (b"a\n" + b"x" * 200_000, "double quotes near row 2"),
        (b"a\n#REF!\n", "formula shows an error"),
        (",".join(f"c{n}" for n in range(201)).encode(), "more than 200 columns"),
        (b"a\n" + b"1\n" * 20_001, "more than 20000 rows"),
        (b"a\n" + b"1" * MAX_BYTES, "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old Excel file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"PK\x03\x04 not really", "cannot be opened"),
        (b"%PDF-1.7\n%\xe2\xe3\x00", "not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(data, words):
    assert words in str(refusal(data))


def test_a_file_at_the_limits_is_read():
    assert len(read_table(b"a\n" + b"1\n" * 20_000).rows) == 20_000
    assert values(read_table(b"a\n" + b"x" * 2000)) == [("x" * 2000,)]


def test_a_lower_limit_of_rows_may_be_asked_for():
    with pytest.raises(TableError, match="more than 1 rows"):
        read_table(b"a\n1\n2\n", max_rows=1)


def test_an_open_file_is_read_no_further_than_the_limit():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert size > 0
            return b"1" * size

    with pytest.raises(TableError, match="larger"):
        read_table(Endless())
    assert read_table(io.BytesIO(b"a\n1")).rows == [Row(2, {"a": "1"})]


csv_like = st.text(alphabet='ab,;"\n\r\t\x00é\ufeff #!').map(lambda text: text.encode("utf-8"))
marked = st.tuples(
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"PK\x05\x06"]),
    st.binary(max_size=200),
).map(b"".join)


@settings(deadline=None, max_examples=400)
@given(st.binary() | csv_like | marked)
def test_no_bytes_raise_anything_but_a_table_error(data):
    try:
        table = read_table(data)
    except TableError as error:
        assert str(error)
    else:
        assert all(tuple(row.values) == table.headers for row in table.rows)
