"""One definition of hours, and parts that add up to it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.hours import hours_by_competency, hours_by_type, total_hours
from courses.learning.records import EvidenceRecord

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
TYPES = ("self_paced", "live", "practice", "coaching")


def fact(number, hours, *, kind="live", taken_back=False):
    return EvidenceRecord(
        id=str(number), person_id=1, kind="training", subject=f"S-{number}", hours_type=kind,
        hours=Decimal(hours), score=None, passed=True, occurred_at=WHEN, recorded_at=WHEN,
        content_revision="", reversed=taken_back,
    )  # fmt: skip


HOURS = st.decimals(0, 9999, places=2)
FACTS = st.lists(st.tuples(HOURS, st.sampled_from(TYPES), st.booleans()), max_size=12)
TAUGHT = st.lists(st.lists(st.sampled_from("ABCDE"), unique=True, max_size=5), max_size=12)


def test_what_was_taken_back_does_not_count():
    facts = [fact(1, "1.5"), fact(2, 2, taken_back=True), fact(3, 1, kind="coaching")]
    assert hours_by_type(evidence=facts) == {"live": Decimal("1.5"), "coaching": Decimal(1)}
    assert total_hours(evidence=facts) == Decimal("2.5")


@pytest.mark.parametrize(
    ("hours", "taught", "parts"),
    [
        ("1.5", "AB", {"A": "0.75", "B": "0.75"}),
        ("1", "ABC", {"A": "0.34", "B": "0.33", "C": "0.33"}),
        ("0.01", "AB", {"A": "0.01"}),
        ("2", "", {None: "2"}),
        ("0", "A", {}),
    ],
)
def test_hours_are_shared_out_among_what_they_teach(hours, taught, parts):
    found = hours_by_competency(evidence=[fact(1, hours)], competencies={"1": tuple(taught)})
    assert found == {key: Decimal(value) for key, value in parts.items()}


@given(FACTS, TAUGHT)
def test_by_type_and_by_competency_add_up_to_the_same(told, taught):
    facts = [fact(n, h, kind=kind, taken_back=back) for n, (h, kind, back) in enumerate(told)]
    known = {str(number): each for number, each in enumerate(taught)}
    by_competency = hours_by_competency(evidence=facts, competencies=known)
    assert sum(by_competency.values()) == total_hours(evidence=facts)
    assert sum(hours_by_type(evidence=facts).values()) == total_hours(evidence=facts)
    assert all(part > 0 for part in by_competency.values())
