"""Read one row of a roster file: what it says, or in words what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.matching import PERSON_SYNONYMS, DateUnclear, name_key, parse_date
from lms.people.models.workers import Role

FIELDS: Final = {
    "record_id": gettext_lazy("Record ID"),
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "email": gettext_lazy("E-mail"),
    "role": gettext_lazy("Role"),
    "site": gettext_lazy("Site"),
    "fte": gettext_lazy("FTE"),
    "start_date": gettext_lazy("First day"),
    "end_date": gettext_lazy("Last day"),
    "supervisor_record_id": gettext_lazy("Supervisor’s record ID"),
    "action": gettext_lazy("Action"),
}
"""The columns of a roster, in the order of the example file."""

SYNONYMS: Final = {
    "record_id": PERSON_SYNONYMS["person_key"],
    "given_name": PERSON_SYNONYMS["given_name"],
    "family_name": PERSON_SYNONYMS["family_name"],
    "email": PERSON_SYNONYMS["email"],
    "role": PERSON_SYNONYMS["role"],
    "site": PERSON_SYNONYMS["site"],
    "fte": PERSON_SYNONYMS["fte"],
    "start_date": (*PERSON_SYNONYMS["employed_from"], "employed from", "first day"),
    "end_date": (*PERSON_SYNONYMS["employed_through"], "employed through"),
    "supervisor_record_id": ("supervisor id", "manager id", "reports to id", "supervisor number"),
    "action": PERSON_SYNONYMS["action"],
}

ROLE_WORDS: Final = {
    "peer support worker": Role.PEER,
    "peer support specialist": Role.PEER,
    "therapist": Role.CLINICIAN,
    "crisis responder": Role.RESPONDER,
    "mobile responder": Role.RESPONDER,
    "administrator": Role.ADMIN,
    "call taker": Role.ACCESS_STAFF,
}
LONGEST: Final = {"record_id": 80, "given_name": 80, "family_name": 80, "email": 254}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What one row says; None and "" mean that it does not say. ``ends_on`` is exclusive."""

    number: int
    record_id: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    role: str = ""
    site_id: int | None = None
    fte: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    supervisor_record_id: str = ""
    action: str = ""
    errors: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The name as the row writes it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def folded_name(self) -> str:
        """The name for comparing only."""
        return name_key(self.name)


def read_row(number: int, values: Mapping[str, str], sites: Mapping[str, int | None]) -> RosterRow:
    """Return what a row says, with every error in it.

    ``values``: text by field. ``sites``: organisation id by folded key and name; None where two
    sites share a name.
    """
    errors: list[str] = []
    text = {name: " ".join(values.get(name, "").split()) for name in FIELDS}
    for name, most in LONGEST.items():
        if len(text[name]) > most:
            errors.append(
                _("%(column)s is longer than %(most)d characters. Shorten it.")
                % {"column": FIELDS[name], "most": most}
            )
    return RosterRow(
        number=number,
        record_id=text["record_id"],
        given_name=text["given_name"],
        family_name=text["family_name"],
        email=_email(text["email"], errors),
        role=_role(text["role"], errors),
        site_id=_site(text["site"], sites, errors),
        fte=_fte(text["fte"], errors),
        starts_on=_date("start_date", text["start_date"], errors),
        ends_on=_day_after("end_date", text["end_date"], errors),
        supervisor_record_id=text["supervisor_record_id"],
        action=_action(text["action"], errors),
        errors=tuple(errors),
    )


def _email(text: str, errors: list[str]) -> str:
    tidy = text.replace(" ", "")
    if tidy:
        try:
            validate_email(tidy)
        except ValidationError:
            errors.append(_("“%(text)s” is not an e-mail address.") % {"text": text[:60]})
    return tidy


def _role(text: str, errors: list[str]) -> str:
    if not text:
        return ""
    wanted = name_key(text)
    for role in Role:
        if wanted in {name_key(role.value), name_key(str(role.label)), name_key(role.name)}:
            return role.value
    if wanted in ROLE_WORDS:
        return ROLE_WORDS[wanted].value
    errors.append(
        _("“%(text)s” is not a role. Use one of: %(roles)s.")
        % {"text": text[:40], "roles": ", ".join(role.value for role in Role)}
    )
    return ""


def _site(text: str, sites: Mapping[str, int | None], errors: list[str]) -> int | None:
    if not text:
        return None
    found = sites.get(name_key(text), 0)
    if found:
        return found
    if found is None:
        errors.append(_("Two sites are called “%(text)s”. Use the key.") % {"text": text[:60]})
    else:
        errors.append(_("There is no site “%(text)s” here.") % {"text": text[:60]})
    return None


def _fte(text: str, errors: list[str]) -> Decimal | None:
    if not text:
        return None
    try:
        share = Decimal(text.replace(" ", "").rstrip("%").replace(",", "."))
        share = share / 100 if text.endswith("%") else share
        if share.is_finite() and 0 <= share <= 1:
            return share.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    errors.append(
        _("“%(text)s” is not a share from 0 to 1, such as 0.8 or 80%%.") % {"text": text[:20]}
    )
    return None


def _date(name: str, text: str, errors: list[str]) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except DateUnclear as unclear:
        errors.append(f"{FIELDS[name]}: {unclear}")
        return None


def _day_after(name: str, text: str, errors: list[str]) -> date | None:
    last = _date(name, text, errors)
    return last + timedelta(days=1) if last else None


def _action(text: str, errors: list[str]) -> str:
    wanted = name_key(text)
    if wanted in {"", "add", "end"}:
        return wanted
    errors.append(
        _("“%(text)s” is not an action. Write add or end, or nothing.") % {"text": text[:20]}
    )
    return ""
