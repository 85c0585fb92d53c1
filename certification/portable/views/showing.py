"""What the pages of imports share: rows of facts and licences, comparisons, the way back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.portable.comparing import Compared, FindingRow
from certification.portable.outcomes import Outcome
from certification.portable.plan import PlannedFact, PlannedLicence
from certification.portable.wording import (
    DECISIONS,
    OUTCOMES,
    amount,
    reason_words,
    same_words,
    why_words,
)
from lms.kit import formats
from lms.public import licence_kinds, role_title

LICENCES = {Outcome.ADD: ("waiting", _("Would be recorded, to be looked up"))}


def fact_rows(every: Iterable[PlannedFact]) -> list[dict[str, Any]]:
    """Return facts as the tables show them."""
    return [
        {
            "title": each.source.title,
            "subject": each.source.subject,
            "on": each.source.occurred_at,
            "of": each.source.hours,
            "target": each.target,
            "hours": each.hours,
            "reason": reason_words(each),
            "note": each.note,
            "basis": each.basis,
        }
        for each in every
    ]


def why_left(every: Iterable[PlannedFact]) -> list[tuple[str, int]]:
    """Return how many facts are not counted for each reason, the most frequent first."""
    counted = Counter(reason_words(each) for each in every)
    return [(words[:1].upper() + words[1:], n) for words, n in counted.most_common()]


def licence_rows(every: Iterable[PlannedLicence]) -> list[dict[str, Any]]:
    """Return licences as the tables show them."""
    labels = dict(licence_kinds())
    return [
        {
            "title": labels.get(each.kind, each.kind),
            "number": each.source.number,
            "issuer": each.source.issuer,
            "from": each.source.valid_from,
            "until": each.source.until,
            "verified_there": each.source.verified,
            "state": LICENCES.get(each.outcome, OUTCOMES[each.outcome]),
        }
        for each in every
    ]


def programs(every: Sequence[Compared]) -> list[dict[str, Any]]:
    """Return comparisons as the pages show them; programs with a role or training first."""
    return [
        {
            "compared": each,
            "answer": same_words(each),
            "tone": "success" if each.same_now else "info" if each.same else "warning",
            "rulings": _rulings(each),
            "differing": [_row(row) for row in each.rows if not row.same],
            "rows": [_row(row) for row in each.rows],
        }
        for each in every
    ]


def _rulings(each: Compared) -> list[tuple[object, str, tuple[str, object]]]:
    if each.there is None or each.here is None or each.as_if is None:
        return []
    return [
        (name, _roles(ruling.roles), DECISIONS[ruling.decision.outcome.value])
        for name, ruling in (
            (_("There, as the record says"), each.there),
            (_("Here, employed as on record here"), each.here),
            (_("Here, as if employed and certified as there"), each.as_if),
        )
    ]


def _roles(roles: Iterable[str]) -> str:
    named = [str(role_title(role=role)) for role in sorted(roles)]
    return ", ".join(named) if named else str(_("no role on that day"))


def _row(row: FindingRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "depth": row.requirement.count("/"),
        "there": amount(row.there),
        "here": amount(row.here),
        "as_if": amount(row.as_if),
        "due_there": formats.date_short(row.there.due) if row.there else "",
        "due_as_if": formats.date_short(row.as_if.due) if row.as_if else "",
        "met_there": bool(row.there and row.there.met),
        "met_as_if": bool(row.as_if and row.as_if.met),
        "whys": [why_words(each) for each in row.whys],
    }


def crumbs() -> list[dict[str, object]]:
    """Return the way back from a page of the office."""
    return [
        {"label": _("State"), "url": reverse("state")},
        {"label": _("Records from elsewhere"), "url": reverse("records")},
    ]
