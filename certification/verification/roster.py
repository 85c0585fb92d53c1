"""Answer a roster row by row: whose certificate it is, and whether it qualifies; pure.

A row is matched by its code. A row without a code is matched by name only among the people whom
the asking organisation employs on the date, and only when the name is theirs alone. Everything
else stays unmatched: nobody is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from certification.credentials.fold import Status
from certification.credentials.records import Held
from lms.kit.codes import CodeCheck, check, normalise
from lms.kit.matching import name_key

_ONE_DAY = timedelta(days=1)


class Match(StrEnum):
    """How a row was matched to a person."""

    EXACT_CODE = "exact_code"
    CONFIRMED_NAME = "confirmed_name"
    AMBIGUOUS = "ambiguous"
    NO_MATCH = "no_match"


class Qualification(StrEnum):
    """Whether the person may respond under the program on the date."""

    QUALIFIED = "qualified"
    QUALIFIED_WITH_CONDITIONS = "qualified_with_conditions"
    PROVISIONAL = "provisional"
    NOT_QUALIFIED = "not_qualified"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """One row as it was sent; `number` is that of the spreadsheet."""

    number: int
    record_id: str
    certificate_code: str
    given_name: str
    family_name: str
    role: str

    @property
    def name(self) -> str:
        """Return the name as it was sent."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are answered from.

    `by_code` are certificates by code; `staff` the ids of people employed by the asking
    organisation on the date, by folded name; `theirs` their certificates in the program;
    `provisional` those who may work in a pair; `roles` the roles that each credential covers.
    """

    program_key: str
    on: date
    by_code: Mapping[str, Held]
    staff: Mapping[str, Sequence[int]]
    theirs: Mapping[int, Sequence[Held]]
    provisional: frozenset[int]
    roles: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one row; `reasons` are codes, `valid_until` the last valid day."""

    row: Asked
    match: Match
    status: str
    qualification: Qualification
    valid_until: date | None = None
    reasons: tuple[str, ...] = ()
    certificate_code: str = ""


def answer_rows(rows: Sequence[Asked], known: Known) -> list[Answered]:
    """Return the answers in the order of the rows."""
    used: dict[str, int] = {}
    for row in rows:
        code = normalise(row.certificate_code)
        if code:
            used[code] = used.get(code, 0) + 1
    return [_answer(row, known, used) for row in rows]


def _answer(row: Asked, known: Known, used: Mapping[str, int]) -> Answered:
    code = normalise(row.certificate_code)
    if not code:
        return _by_name(row, known)
    found = known.by_code.get(code)
    if found is None:
        why = {
            CodeCheck.BAD_CHECK_DIGIT: "code_mistyped",
            CodeCheck.MALFORMED: "code_malformed",
            CodeCheck.OK: "code_unknown",
        }[check(code)]
        return _unmatched(row, Match.NO_MATCH, why)
    twice = ("code_twice",) if used[code] > 1 else ()
    if row.name and name_key(row.name) != name_key(found.holder_name):
        status = found.worth(known.on).status
        return Answered(
            row, Match.EXACT_CODE, status.value, Qualification.UNKNOWN, _last(found),
            ("name_differs", *twice), code,
        )  # fmt: skip
    return _judged(row, Match.EXACT_CODE, found, known, twice)


def _by_name(row: Asked, known: Known) -> Answered:
    if not row.name:
        return _unmatched(row, Match.NO_MATCH, "nothing_to_match")
    people = known.staff.get(name_key(row.name), ())
    if not people:
        return _unmatched(row, Match.NO_MATCH, "not_on_staff")
    if len(people) > 1:
        return _unmatched(row, Match.AMBIGUOUS, "name_not_unique")
    [person_id] = people
    certificates = [
        each
        for each in known.theirs.get(person_id, ())
        if each.worth(known.on).status is not Status.NOT_YET_VALID
    ]
    if not certificates:
        pair = person_id in known.provisional
        return Answered(
            row, Match.CONFIRMED_NAME, "not_found",
            Qualification.PROVISIONAL if pair else Qualification.NOT_QUALIFIED,
            reasons=("pairs_only",) if pair else ("no_certificate",),
        )  # fmt: skip
    best = max(certificates, key=lambda each: _rank(each, known.on))
    return _judged(row, Match.CONFIRMED_NAME, best, known, ())


def _rank(held: Held, on: date) -> tuple[bool, date, int]:
    return (held.worth(on).status is Status.VALID, held.valid_from, held.id)


def _judged(
    row: Asked, match: Match, held: Held, known: Known, remarks: tuple[str, ...]
) -> Answered:
    """Return what a matched certificate says about the row."""
    status = held.worth(known.on).status
    reasons = list(remarks)
    qualification = Qualification.QUALIFIED
    if status is not Status.VALID:
        qualification = Qualification.NOT_QUALIFIED
        reasons.append(status.value)
    if held.program_key != known.program_key:
        qualification = Qualification.NOT_QUALIFIED
        reasons.append("other_program")
    elif not _covers(known.roles.get(held.credential_key, frozenset()), row.role):
        qualification = Qualification.NOT_QUALIFIED
        reasons.append("role_not_covered")
    if match is Match.EXACT_CODE and not row.name and qualification is Qualification.QUALIFIED:
        reasons.append("name_not_given")
    if match is Match.CONFIRMED_NAME and qualification is Qualification.NOT_QUALIFIED:
        if held.person_id in known.provisional:
            qualification = Qualification.PROVISIONAL
            reasons.append("pairs_only")
    return Answered(row, match, status.value, qualification, _last(held), tuple(reasons), held.code)


def _covers(roles: frozenset[str], role: str) -> bool:
    """Say whether a credential covers a role; no role asked is covered."""
    wanted = role.strip().casefold().replace(" ", "_")
    return not wanted or "all" in roles or wanted in roles


def _unmatched(row: Asked, match: Match, why: str) -> Answered:
    return Answered(row, match, "not_found", Qualification.UNKNOWN, reasons=(why,))


def _last(held: Held) -> date | None:
    return held.valid_until - _ONE_DAY if held.valid_until else None
