"""Read what a program grants: credentials and their renewal, provisional work, prior learning."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from certification.engine.basis import source_text
from certification.engine.requirements import (
    ROLES,
    CredentialKind,
    CredentialRule,
    Expiry,
    Node,
    PriorLearningRule,
    ProvisionalRule,
)
from certification.programs.reading import Row

_CREDENTIAL = (
    "key title kind gates roles valid_months hours renewal_gates renewal_only"
    " renewal_window_days grace_days after_grace expiry fixed_day basis note"
)
_PROVISIONAL = "requirements until supervised basis note"
_PRIOR_LEARNING = "lookback_months basis note"
_MOST_HOURS = Decimal(10_000)
_MOST_MONTHS = 1_200


def credentials(row: Row, known: Mapping[str, Node], own_rule: bool) -> tuple[CredentialRule, ...]:
    """Read the credential rules, each gate of which must be the gate of some requirement."""
    gates = {gate for node in known.values() for gate in node.gates}
    rules: list[CredentialRule] = []
    for at, data in enumerate(row.items("credentials")):
        where = data.get("key") if isinstance(data, Mapping) else None
        each = Row(data, f"credential {where or at + 1}", row.problems, _CREDENTIAL)
        basis = each.basis(own_rule)
        rule = CredentialRule(
            key=each.identifier("key"),
            title=each.text("title"),
            kind=each.choice("kind", CredentialKind, CredentialKind.CERTIFICATION),
            gates=each.needed("gates", each.words("gates", gates)),
            roles=each.needed("roles", each.words("roles", ROLES)),
            valid_months=each.whole("valid_months", 1, _MOST_MONTHS),
            hours=each.number("hours", _MOST_HOURS),
            renewal_gates=each.words("renewal_gates", gates),
            **_renewal(each),
            basis=basis.codes,
            note=each.text("note", ""),
            source=source_text(str(where), basis),
        )
        if rule.key in {other.key for other in rules}:
            each.complain("duplicate key")
        rules.append(rule)
    return tuple(rules)


def renewal_gates(row: Row) -> frozenset[str]:
    """Return the gates that are for renewal only: no credential asks for them at first."""
    rules = [each for each in row.items("credentials") if isinstance(each, Mapping)]
    first, renewing = (
        {gate for each in rules if isinstance(each.get(name), list) for gate in each[name]}
        for name in ("gates", "renewal_gates")
    )
    return frozenset(str(gate) for gate in renewing - first)


def _renewal(row: Row) -> dict[str, Any]:
    """Read when and how a credential is renewed, and refuse what could never happen."""
    expiry = Expiry.COMPLETION
    if row.data.get("expiry") is not None:
        expiry = row.choice("expiry", Expiry, Expiry.COMPLETION)
    after_grace = row.text("after_grace", "renewal")
    if after_grace not in ("renewal", "anew"):
        row.complain(f"unknown after_grace {after_grace!r}: renewal or anew")
    fixed_day = _fixed_day(row)
    if (expiry is Expiry.FIXED_DATE) != (fixed_day is not None):
        row.complain("fixed_day goes with expiry: fixed_date")
    only = row.flag("renewal_only")
    if only and not row.data.get("renewal_gates"):
        row.complain("renewal_only has no meaning without renewal_gates")
    window = row.whole("renewal_window_days", 0, 3_650) or 0
    grace = row.whole("grace_days", 0, 3_650) or 0
    if row.data.get("valid_months") is None and (window or grace or fixed_day):
        row.complain("what has no valid_months does not end: no window, grace or fixed day")
    return {
        "renewal_only": only,
        "window_days": window,
        "grace_days": grace,
        "anew_after_grace": after_grace == "anew",
        "expiry": expiry,
        "fixed_day": fixed_day,
    }


def _fixed_day(row: Row) -> tuple[int, int] | None:
    text = row.text("fixed_day", "")
    if not text:
        return None
    try:
        # A leap year, so that 29 February can be said.
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        row.complain(f"fixed_day {text!r} is not a month and a day, such as 06-30")
        return None
    return day.month, day.day


def provisional(row: Row, known: Mapping[str, Node], own_rule: bool) -> ProvisionalRule | None:
    data = row.data.get("provisional")
    if data is None:
        return None
    each = Row(data, "provisional", row.problems, _PROVISIONAL)
    basis = each.basis(own_rule)
    return ProvisionalRule(
        requirements=each.needed("requirements", each.words("requirements", known)),
        until=each.due("until"),
        supervised=each.flag("supervised"),
        basis=basis.codes,
        note=each.text("note", ""),
        source=source_text("provisional", basis),
    )


def prior_learning(row: Row, own_rule: bool) -> PriorLearningRule | None:
    data = row.data.get("prior_learning")
    if data is None:
        return None
    each = Row(data, "prior_learning", row.problems, _PRIOR_LEARNING)
    basis = each.basis(own_rule)
    if each.data.get("lookback_months") is None:
        each.complain("lookback_months is missing")
    return PriorLearningRule(
        lookback_months=each.whole("lookback_months", 1, _MOST_MONTHS) or _MOST_MONTHS,
        basis=basis.codes,
        note=each.text("note", ""),
        source=source_text("prior learning", basis),
    )
