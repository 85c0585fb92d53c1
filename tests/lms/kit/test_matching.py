from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit.matching import (
    HISTORY_SYNONYMS,
    PERSON_SYNONYMS,
    DateFault,
    DateUnclear,
    guess_columns,
    heading_key,
    name_key,
    parse_date,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        (" 2026-3-4 ", date(2026, 3, 4)),
        ("2026/03/04", date(2026, 3, 4)),
        ("2026-03-04T00:00:00", date(2026, 3, 4)),
        ("2026-03-04 00:00:00", date(2026, 3, 4)),
        ("4 Mar 2026", date(2026, 3, 4)),
        ("4-Mar-2026", date(2026, 3, 4)),
        ("04 MARCH 2026", date(2026, 3, 4)),
        ("March 4, 2026", date(2026, 3, 4)),
        ("Mar. 4th 2026", date(2026, 3, 4)),
        ("4 de marzo de 2026", date(2026, 3, 4)),
        ("29 Feb 2028", date(2028, 2, 29)),
        ("25/12/2026", date(2026, 12, 25)),
        ("12/25/2026", date(2026, 12, 25)),
        ("3/3/2026", date(2026, 3, 3)),
        ("31.12.2026", date(2026, 12, 31)),
    ],
)
def test_dates_that_can_mean_one_day_are_read(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("31/06/2012", DateFault.IMPOSSIBLE),  # from the sample roster of a well-known product
        ("2026-02-29", DateFault.IMPOSSIBLE),
        ("13/13/2026", DateFault.IMPOSSIBLE),
        ("0/5/2026", DateFault.IMPOSSIBLE),
        ("31 Feb 2026", DateFault.IMPOSSIBLE),
        ("0000-01-01", DateFault.IMPOSSIBLE),
        ("03/04/2026", DateFault.AMBIGUOUS),
        ("12-11-2026", DateFault.AMBIGUOUS),
        ("3/4/26", DateFault.UNREADABLE),
        ("46085", DateFault.UNREADABLE),
        ("20260304", DateFault.UNREADABLE),
        ("2026-03-04 14:30", DateFault.UNREADABLE),
        ("yesterday", DateFault.UNREADABLE),
        ("4 Foo 2026", DateFault.UNREADABLE),
        ("2026-03", DateFault.UNREADABLE),
        ("2026-03/04", DateFault.UNREADABLE),
        ("٢٠٢٦-٠٣-٠٤", DateFault.UNREADABLE),
        ("", DateFault.UNREADABLE),
        ("1626-03-04", DateFault.OUT_OF_RANGE),
        ("2626-03-04", DateFault.OUT_OF_RANGE),
    ],
)
def test_other_dates_are_refused_with_the_reason(text, fault):
    with pytest.raises(DateUnclear) as refusal:
        parse_date(text)
    assert refusal.value.fault is fault


def test_the_refusal_quotes_the_text_and_says_what_to_write():
    with pytest.raises(DateUnclear) as refusal:
        parse_date("03/04/2026")
    assert str(refusal.value) == (
        "“03/04/2026” can be read as two different days. Write it as 2026-03-04 or 4 Mar 2026."
    )


@given(st.text())
def test_no_text_makes_reading_a_date_fail_otherwise(text):
    try:
        parse_date(text)
    except DateUnclear as refusal:
        assert str(refusal)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_iso_date_is_read_back(day):
    assert parse_date(day.isoformat()) == day


def test_headings_are_guessed_without_case_accents_or_punctuation():
    headers = ["Employee #", "FIRST NAME", "Apellidos", "E-Mail", "Puesto", "Start_Date", "Notes"]
    assert guess_columns(headers, PERSON_SYNONYMS) == {
        "person_key": "Employee #",
        "given_name": "FIRST NAME",
        "family_name": "Apellidos",
        "email": "E-Mail",
        "role": "Puesto",
        "employed_from": "Start_Date",
    }


def test_our_own_column_names_always_fit():
    for synonyms in (PERSON_SYNONYMS, HISTORY_SYNONYMS):
        assert guess_columns(list(synonyms), synonyms) == {key: key for key in synonyms}


def test_a_remembered_mapping_comes_before_a_guess():
    headers = ["Name", "Preferred name"]
    assert guess_columns(headers, PERSON_SYNONYMS)["full_name"] == "Name"
    remembered = {"full_name": "Preferred name", "gone": "Name", "email": "Not in this file"}
    assert guess_columns(headers, PERSON_SYNONYMS, remembered=remembered) == {
        "full_name": "Preferred name"
    }


def test_a_heading_is_used_once_and_a_doubtful_one_for_nothing():
    assert guess_columns(["Email"], HISTORY_SYNONYMS) == {"person_key": "Email"}
    assert guess_columns(["E-mail", "email"], PERSON_SYNONYMS) == {}
    assert guess_columns(["", "!!"], PERSON_SYNONYMS) == {}


def test_no_synonym_stands_for_two_fields():
    for synonyms in (PERSON_SYNONYMS, HISTORY_SYNONYMS):
        keys = [heading_key(heading) for headings in synonyms.values() for heading in headings]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lucía Tafoya-Begay", "LUCIA  TAFOYA BEGAY"),
        ("Inés Calderón", "Ine\u0301s Caldero\u0301n"),
        ("O’Neil", "O'Neil"),
        ("Søren Łuk", "soren luk"),
        ("Groß", "GROSS"),
    ],
)
def test_spellings_of_a_name_share_a_key(one, other):
    assert name_key(one) == name_key(other)


def test_different_names_keep_different_keys():
    assert name_key("Alma Reyes") != name_key("Alma Reyna")
    assert name_key("王小明") == "王小明"
