"""Read a portable record strictly: everything that is wrong is said, nothing is guessed; pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar
from uuid import UUID

from certification.portable.records import (
    FORMAT,
    Origin,
    Part,
    PortableRecord,
    SourceCredential,
    SourceEvent,
    SourceFact,
    SourceLicence,
    SourceProgram,
    SourceSpell,
)
from certification.signing.jcs import NotCanonical, read

MOST_BYTES: Final = 4_000_000
MOST_PROBLEMS: Final = 20
MOST: Final[Mapping[str, int]] = {
    "facts": 10_000,
    "taken_back": 10_000,
    "licences": 500,
    "employment": 500,
    "credentials": 1_000,
    "programs": 40,
}
"""How many of each a record may hold: more is no career."""
LONGEST: Final = 1_000
LONGEST_RULES: Final = 300_000
MOST_HOURS: Final = Decimal(10_000)

_PREFIX: Final = "mrss-portable-record/"
_UUID: Final = "urn:uuid:"
_CENT: Final = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?")
_Row = TypeVar("_Row")


class NotARecord(ValueError):
    """The file is no portable record that this version reads.

    `code`: `large`, `json`, `other` (no such record), `format` (another version of the format, in
    `problems`), `content` (with every problem found).
    """

    def __init__(self, code: str, problems: Sequence[str] = ()) -> None:
        super().__init__(code, *problems)
        self.code = code
        self.problems = tuple(problems)


def document_in(data: bytes) -> dict[str, Any]:
    """Return the document that a file holds, of our format; nothing in it is believed yet.

    Raises:
        NotARecord: it is too large, no JSON, no portable record, or of another format.
    """
    if len(data) > MOST_BYTES:
        raise NotARecord("large")
    try:
        document = read(data)
    except NotCanonical as error:
        raise NotARecord("json", [str(error)[:200]]) from error
    name = document.get("format") if isinstance(document, dict) else None
    if not isinstance(name, str) or not name.startswith(_PREFIX):
        raise NotARecord("other")
    if name != FORMAT:
        raise NotARecord("format", [name[:60]])
    return dict(document)


def record_in(document: Mapping[str, Any]) -> PortableRecord:
    """Return the record of a document whose signature was checked.

    Raises:
        NotARecord: with what is wrong in it.
    """
    problems: list[str] = []
    top = _Fields(document, "record", problems)
    issuer = _Fields(document.get("issuer"), "issuer", problems)
    person = _Fields(document.get("person"), "person", problems)
    record = PortableRecord(
        id=top.urn("id"),
        did=issuer.text("id", 200),
        issuer_name=issuer.text("name", 160),
        issuer_url=issuer.text("url", 200),
        issued_at=top.instant("issued_at"),
        person=person.urn("id"),
        name=person.text("name", 170),
        parts=_parts(top),
        facts=top.rows("facts", _fact),
        taken_back=top.words("taken_back"),
        licences=top.rows("licences", _licence),
        spells=top.rows("employment", _spell),
        credentials=top.rows("credentials", _credential),
        programs=top.rows("programs", _program),
    )
    for name, ids in (
        ("facts", [each.id for each in record.facts]),
        ("programs", [each.key for each in record.programs]),
    ):
        if len(set(ids)) != len(ids):
            problems.append(f"{name}: one is there twice")
    if problems:
        raise NotARecord("content", problems[:MOST_PROBLEMS])
    return record


class _Fields:
    """One object of the document, read field by field; every complaint is collected."""

    def __init__(self, data: Any, where: str, problems: list[str]) -> None:
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self.where = where
        self.problems = problems
        if not isinstance(data, Mapping):
            problems.append(f"{where}: is missing")

    def complain(self, name: str, what: str) -> None:
        """Collect what is wrong with a field."""
        self.problems.append(f"{self.where}: {name} {what}")

    def text(self, name: str, most: int = LONGEST) -> str:
        """Return a text; it may be empty, but must be there."""
        value = self.data.get(name)
        if isinstance(value, str) and len(value) <= most:
            return value
        self.complain(name, f"is no text of at most {most} letters")
        return ""

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.data.get(name)
        if not isinstance(value, bool):
            self.complain(name, "is neither true nor false")
        return value is True

    def whole(self, name: str) -> int:
        """Return a whole number that counts something."""
        value = self.data.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000:
            return value
        self.complain(name, "is no whole number")
        return 0

    def optional_whole(self, name: str) -> int | None:
        """Return a whole number, or None."""
        return None if self.data.get(name) is None else self.whole(name)

    def number(self, name: str, most: Decimal) -> Decimal:
        """Return a number written as text with at most two decimals."""
        value = self.data.get(name)
        try:
            if isinstance(value, str) and _CENT.fullmatch(value) and Decimal(value) <= most:
                return Decimal(value).quantize(Decimal("0.01"))
        except InvalidOperation:
            pass
        self.complain(name, f"is no number from 0 to {most}, written as text")
        return Decimal(0)

    def day(self, name: str) -> date:
        """Return a date."""
        value = self.data.get(name)
        try:
            if isinstance(value, str) and len(value) == 10:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.complain(name, "is no date such as 2026-03-31")
        return date.min

    def optional_day(self, name: str) -> date | None:
        """Return a date, or None."""
        return None if self.data.get(name) is None else self.day(name)

    def instant(self, name: str) -> datetime:
        """Return an aware instant."""
        value = self.data.get(name)
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.complain(name, "is no instant such as 2026-03-31T17:00:00Z")
            return datetime.min.replace(tzinfo=UTC)
        return found

    def uuid(self, name: str, prefix: str = "") -> UUID:
        """Return a uuid, written after a prefix."""
        value = self.data.get(name)
        try:
            if isinstance(value, str) and value.startswith(prefix):
                return UUID(value.removeprefix(prefix))
        except ValueError:
            pass
        self.complain(name, "is no uuid")
        return UUID(int=0)

    def urn(self, name: str) -> UUID:
        """Return a uuid written as urn:uuid:…"""
        return self.uuid(name, _UUID)

    def items(self, name: str) -> list[Any]:
        """Return a list that is not too long."""
        value = self.data.get(name)
        if not isinstance(value, list):
            self.complain(name, "is no list")
            return []
        if len(value) > MOST[name]:
            self.complain(name, f"holds more than {MOST[name]}")
            return []
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of short texts."""
        found = self.items(name)
        if not all(isinstance(each, str) and len(each) <= 64 for each in found):
            self.complain(name, "holds what is no id")
            return ()
        return tuple(found)

    def rows(self, name: str, make: Callable[["_Fields"], _Row]) -> tuple[_Row, ...]:
        """Return a list of objects, each made from its fields."""
        found = []
        for number, each in enumerate(self.items(name), start=1):
            if len(self.problems) >= MOST_PROBLEMS:
                break
            found.append(make(_Fields(each, f"{name} {number}", self.problems)))
        return tuple(found)


def _parts(top: _Fields) -> frozenset[Part]:
    value = top.data.get("included")
    if isinstance(value, list) and all(each in set(Part) for each in map(str, value)):
        return frozenset(Part(str(each)) for each in value)
    top.complain("included", "names what no record includes")
    return frozenset()


def _fact(row: _Fields) -> SourceFact:
    origin = None
    if row.data.get("origin") is not None:
        inner = _Fields(row.data["origin"], f"{row.where} origin", row.problems)
        origin = Origin(inner.text("issuer", 200), inner.text("id", 64))
    scored = row.data.get("score") is not None
    return SourceFact(
        id=str(row.uuid("id")),
        kind=row.text("kind", 40),
        subject=row.text("subject", 160),
        title=row.text("title", 300),
        occurred_at=row.instant("occurred_at"),
        recorded_at=row.instant("recorded_at"),
        hours=row.number("hours", MOST_HOURS),
        hours_type=row.text("hours_type", 20),
        score=row.number("score", Decimal(100)) if scored else None,
        passed=row.flag("passed"),
        content_revision=row.text("content_revision", 60),
        attested_by=row.text("attested_by", 40),
        origin=origin,
    )


def _licence(row: _Fields) -> SourceLicence:
    return SourceLicence(
        id=row.uuid("id"),
        kind=row.text("kind", 12),
        requirement=row.text("requirement", 40),
        number=row.text("number", 60),
        issuer=row.text("issuer", 120),
        valid_from=row.day("from"),
        until=row.optional_day("until"),
        verified=row.flag("verified"),
        recorded_at=row.instant("recorded_at"),
    )


def _spell(row: _Fields) -> SourceSpell:
    return SourceSpell(
        role=row.text("role", 16),
        from_on=row.day("from"),
        until=row.optional_day("until"),
        first_service_on=row.optional_day("first_service_on"),
        supervised=row.flag("supervised"),
        organisation=row.text("organisation", 160) if "organisation" in row.data else "",
    )


def _credential(row: _Fields) -> SourceCredential:
    events = row.data.get("events")
    found = events if isinstance(events, list) and len(events) <= 200 else []
    if found is not events:
        row.complain("events", "is no list of at most 200")
    return SourceCredential(
        code=row.text("code", 20),
        title=row.text("title", 160),
        credential=row.text("credential", 60),
        program=row.text("program", 60),
        period=row.whole("period"),
        edition=row.whole("edition"),
        valid_from=row.day("from"),
        until=row.optional_day("until"),
        renew_from=row.optional_day("renew_from"),
        grace_until=row.optional_day("grace_until"),
        decided_on=row.day("decided_on"),
        holder_name=row.text("holder_name", 170),
        events=tuple(
            _event(_Fields(each, f"{row.where} event {number}", row.problems))
            for number, each in enumerate(found, start=1)
        ),
    )


def _event(row: _Fields) -> SourceEvent:
    return SourceEvent(
        number=row.whole("number"),
        kind=row.text("kind", 12),
        effective_on=row.day("effective_on"),
        recorded_at=row.instant("recorded_at"),
        reason=row.text("reason", 40),
        replaced_by=row.text("replaced_by", 20),
        sets_aside=row.optional_whole("sets_aside"),
    )


def _program(row: _Fields) -> SourceProgram:
    decision, earned = row.data.get("decision"), row.data.get("earned")
    if not isinstance(decision, Mapping):
        row.complain("decision", "is missing")
    if not isinstance(earned, Mapping) or not all(
        isinstance(each, str) for each in earned.values()
    ):
        row.complain("earned", "is missing")
        earned = {}
    return SourceProgram(
        key=row.text("program", 60),
        title=row.text("title", 160),
        version=row.text("version", 40),
        digest=row.text("digest", 64),
        version_changed=row.optional_day("version_changed"),
        rules=row.text("rules", LONGEST_RULES),
        as_of=row.day("as_of"),
        decision=decision if isinstance(decision, Mapping) else {},
        earned=earned,
    )
