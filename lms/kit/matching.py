"""Match what people typed to what we expect: column headings, dates and names."""

import enum
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

Synonyms = Mapping[str, Sequence[str]]
"""For each field, the headings that mean it; the field's own key always does."""

PERSON_SYNONYMS: Final[Synonyms] = {
    "person_key": (
        "person id",
        "worker id",
        "employee id",
        "employee number",
        "employee no",
        "staff id",
        "staff number",
        "id",
    ),
    "given_name": ("first name", "first", "forename", "nombre", "primer nombre"),
    "family_name": ("last name", "last", "surname", "apellido", "apellidos"),
    "full_name": ("name", "worker", "employee", "person", "staff name", "nombre completo"),
    "email": ("email address", "mail", "work email", "correo", "correo electronico"),
    "role": ("job", "job title", "title", "position", "function", "puesto", "cargo"),
    "site": ("location", "office", "team", "program site", "sede", "oficina"),
    "fte": ("full time equivalent", "share", "jornada"),
    "employed_from": ("start", "start date", "hire date", "hired", "from", "fecha de inicio"),
    "employed_through": ("end", "end date", "last day", "through", "until", "fecha de fin"),
    "supervisor": ("supervisor email", "manager", "manager email", "reports to", "supervisora"),
    "action": ("change", "accion"),
}
HISTORY_SYNONYMS: Final[Synonyms] = {
    "person_key": (*PERSON_SYNONYMS["person_key"], "email", "email address"),
    "credential": ("certificate", "certification", "course", "training", "credencial"),
    "completed_on": ("completed", "completion date", "date completed", "date", "fecha"),
    "valid_from": ("issued", "issued on", "issue date", "valid since", "effective date"),
    "valid_until": ("expires", "expires on", "expiration date", "expiry", "valid through"),
    "hours": ("contact hours", "credit hours", "duration", "horas"),
    "evidence": ("proof", "document", "source", "evidencia"),
}

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2100

_LETTERS_WITHOUT_ACCENT: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc\u02bb`\u00b4]")

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]00:00(?::00)?Z?)?")
_NUMERIC: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?: 0?0:00(?::00)?)?")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[ .-]+(?:de )?([a-z]{3,10})[ .,-]+(?:de )?([0-9]{4})")
_MONTH_FIRST: Final = re.compile(r"([a-z]{3,10})[ .]+([0-9]{1,2})(?:st|nd|rd|th)?[ ,]+([0-9]{4})")


class DateFault(enum.StrEnum):
    """Why a text was refused as a date."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    AMBIGUOUS = "ambiguous"
    OUT_OF_RANGE = "out_of_range"


_SENTENCES: Final = {
    DateFault.UNREADABLE: _("“%(text)s” is not read as a date. Write it as 2026-03-04."),
    DateFault.IMPOSSIBLE: _("“%(text)s” is a day that does not exist. Write it as 2026-03-04."),
    DateFault.AMBIGUOUS: _(
        "“%(text)s” can be read as two different days. Write it as 2026-03-04 or 4 Mar 2026."
    ),
    DateFault.OUT_OF_RANGE: _("“%(text)s” lies outside the years %(first)d to %(last)d."),
}


class DateUnclear(ValueError):
    """The text is not exactly one real day; `str()` is a sentence for the person who typed it."""

    def __init__(self, text: str, fault: DateFault) -> None:
        super().__init__(text, fault)
        self.text = text if len(text) <= 40 else f"{text[:40]}…"
        self.fault = fault

    def __str__(self) -> str:
        facts = {"text": self.text, "first": EARLIEST_YEAR, "last": LATEST_YEAR}
        return str(_SENTENCES[self.fault]) % facts


def parse_date(text: str) -> date:
    """Return the one day that `text` can mean.

    Read are 2026-03-04, 2026/3/4, 4 Mar 2026, March 4, 2026 (also in Spanish), and 25/12/2026
    or 12/25/2026 where only one order is possible. No order is ever assumed, and two-digit
    years are refused.

    Raises:
        DateUnclear: no date, an impossible one, or one that can be read two ways.
    """
    tidy = " ".join(text.split())
    if found := _ISO.fullmatch(tidy):
        return _day(text, int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMERIC.fullmatch(tidy):
        return _either_order(text, int(found[1]), int(found[3]), int(found[4]))
    words = _without_accents(tidy).casefold()
    if found := _DAY_FIRST.fullmatch(words):
        return _day(text, int(found[3]), _month(text, found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(words):
        return _day(text, int(found[3]), _month(text, found[1]), int(found[2]))
    raise DateUnclear(text, DateFault.UNREADABLE)


def guess_columns(
    headers: Sequence[str],
    synonyms: Synonyms,
    *,
    remembered: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return which header stands for which field, for those that can be told.

    `remembered` (field to header, from this organisation's last upload) comes first, then
    exact keys, then synonyms in their order. Case, accents, spaces and punctuation are ignored.
    A header is used once; a heading shared by two columns is used for none.
    """
    by_key: dict[str, list[str]] = {}
    for header in headers:
        by_key.setdefault(heading_key(header), []).append(header)
    free = {key: same[0] for key, same in by_key.items() if len(same) == 1 and key}
    chosen: dict[str, str] = {}
    ranks = [
        {field: [header] for field, header in (remembered or {}).items() if field in synonyms},
        {field: [field] for field in synonyms},
        {field: list(headings) for field, headings in synonyms.items()},
    ]
    for rank in ranks:
        for field, headings in rank.items():
            if field in chosen:
                continue
            keys = [heading_key(heading) for heading in headings]
            key = next((key for key in keys if key in free), None)
            if key is not None:
                chosen[field] = free.pop(key)
    return {field: chosen[field] for field in synonyms if field in chosen}


def heading_key(text: str) -> str:
    """Return a heading without case, accents, spaces and punctuation, for comparing only.

    "#" is read as "number": an "Employee #" is no "Employee".
    """
    return _NOT_WORDS.sub("", _without_accents(text.replace("#", "number")).casefold())


def name_key(text: str) -> str:
    """Return a name without case, accents, hyphens and doubled spaces, for comparing only.

    Two people may share a key: it finds candidates to show to a person who decides, and never
    merges anybody.
    """
    plain = _without_accents(_APOSTROPHES.sub("", text)).casefold()
    return _NOT_WORDS.sub(" ", plain.translate(_LETTERS_WITHOUT_ACCENT)).strip()


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))


def _month(text: str, word: str) -> int:
    number = _MONTHS.get(word)
    if number is None:
        raise DateUnclear(text, DateFault.UNREADABLE)
    return number


def _either_order(text: str, first: int, second: int, year: int) -> date:
    """Read 25/12/2026 and 12/25/2026; refuse what both orders, or neither, would allow."""
    readings = {
        (month, day) for month, day in ((first, second), (second, first)) if 1 <= month <= 12
    }
    days = {pair for pair in readings if _exists(year, *pair)}
    if len(days) > 1:
        raise DateUnclear(text, DateFault.AMBIGUOUS)
    if not days:
        raise DateUnclear(text, DateFault.IMPOSSIBLE)
    return _day(text, year, *days.pop())


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _day(text: str, year: int, month: int, day: int) -> date:
    if not _exists(year, month, day):
        raise DateUnclear(text, DateFault.IMPOSSIBLE)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise DateUnclear(text, DateFault.OUT_OF_RANGE)
    return date(year, month, day)
