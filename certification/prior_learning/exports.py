"""The columns of the log of equivalencies and exemptions, one line for each requirement.

Source: report R11 of the domain research: request, worker, item, evidence type and date, age at
request, look-back limit, whether it can be waived, decision, reason code, reviewer, days to decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from certification.prior_learning.queries import ItemRow, RequestRow
from certification.prior_learning.weighing import GRANTING, Code
from lms.kit.tables import Column


class Line(NamedTuple):
    """One requirement of one request."""

    request: RequestRow
    item: ItemRow


def lines(rows: Iterable[RequestRow]) -> Iterator[Line]:
    """Yield one line for each requirement of each request."""
    for row in rows:
        for item in row.items:
            yield Line(row, item)


def decision_of(item: ItemRow) -> str:
    """Return what was decided of one item: granted, partly_granted, refused or waiting."""
    if not item.code:
        return "waiting"
    return item.code if item.code in GRANTING else "refused"


def columns(on: date) -> Sequence[Column]:
    """Return the columns as of a date; the items are `Line`."""
    return [
        ("as_of", lambda line: on),
        ("request", lambda line: line.request.reference),
        ("kind", lambda line: line.request.kind),
        ("program", lambda line: line.request.program_key),
        ("worker", lambda line: line.request.person_name),
        ("person_uuid", lambda line: line.request.person_uuid),
        ("item", lambda line: line.item.clause.requirement),
        ("item_title", lambda line: line.item.clause.title),
        ("evidence_type", lambda line: line.request.evidence_type),
        ("evidence_date", lambda line: line.request.completed_on),
        ("requested_on", lambda line: line.request.requested_on),
        ("age_at_request_days", lambda line: line.request.age_days),
        ("lookback_limit_months", lambda line: line.item.clause.lookback_months),
        ("older_than_lookback", lambda line: line.item.clause.too_old),
        ("non_waivable", lambda line: not line.item.clause.waivable),
        ("decision", lambda line: decision_of(line.item)),
        ("reason_code", lambda line: line.item.code),
        ("credit", lambda line: line.item.amount if line.item.code in set(Code) else ""),
        ("credit_unit", lambda line: line.item.clause.unit.value),
        ("reviewer", lambda line: line.request.decided_by),
        ("decided_on", lambda line: line.request.decided_on),
        (
            "days_to_decide",
            lambda line: line.request.days(on) if line.request.decided_on else "",
        ),
        ("days_waiting", lambda line: "" if line.request.decided_on else line.request.days(on)),
    ]
