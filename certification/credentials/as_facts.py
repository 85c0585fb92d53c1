"""Read the credentials that this academy issued as facts that other programs may ask for; pure."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from certification.credentials.records import Held, joined
from certification.engine.facts import Fact, FactKind


def credential_facts(held: Iterable[Held]) -> tuple[Fact, ...]:
    """Return the credentials that this academy issued as facts, for as long as they are valid."""
    return tuple(
        Fact(
            id=f"credential:{each.code}" + (f":{number}" if number else ""),
            kind=FactKind.CREDENTIAL,
            key=credential_fact_key(each.credential_key),
            on=starts,
            hours=Decimal(0),
            score=None,
            passed=True,
            valid_until=ends,
            verified=True,
            hours_type="none",
        )
        for each, stretches in _valid_stretches(held)
        for number, (starts, ends) in enumerate(stretches)
    )


def _valid_stretches(
    held: Iterable[Held],
) -> list[tuple[Held, list[tuple[date, date | None]]]]:
    """Return the first number of each period, with when the period was valid under any number."""
    periods: dict[tuple[object, ...], list[Held]] = {}
    for each in sorted(held, key=lambda each: each.edition):
        periods.setdefault(each.of_period, []).append(each)
    return [
        (editions[0], joined(stretch for each in editions for stretch in each.stretches()))
        for editions in periods.values()
    ]


def credential_fact_key(credential_key: str) -> str:
    """Return the evidence key by which programs name a credential of this academy."""
    return f"credential:{credential_key}"
