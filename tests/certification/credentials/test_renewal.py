"""Periods, not certificates: windows, grace, what the end is reckoned from, and who hands over."""

from datetime import date, timedelta
from itertools import product

import pytest

from certification.credentials.earning import Term, Turn, term_of
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import (
    NotEarned,
    WrongDate,
    WrongState,
    evaluate,
    evaluate_history,
    issue,
    reinstate,
    revoke,
    suspend,
)
from certification.credentials.queries import held_by
from certification.dashboards.queries.state import LAPSED
from certification.engine.requirements import CredentialKind, CredentialRule, Expiry
from certification.programs.operations import adopt, load_programs
from certification.public import status_on
from certification.verification.queries import verify
from tests.cast import HIRED
from tests.certification.duplicates.conftest import join
from tests.certification.learning import learn

PROGRAM = """
program: pairs
title: Pairs
version: "1"
as_of: 2020-01-01
zone: America/Denver
issuer: Test board
own_rule: true
adopted: Nobody
basis: exist=O
credentials:
  - key: pair
    title: Pair
    kind: certification
    gates: [certify]
    roles: [all]
    valid_months: 12
    renewal_gates: [again]
    renewal_window_days: 60
    grace_days: 30
    expiry: EXPIRY
    after_grace: anew
    basis: exist=O
requirements:
  - {id: FIRST, title: First, kind: self_paced, hours: 2, roles: [all], gate: [certify],
     basis: exist=O}
  - {id: AGAIN, title: Again, kind: self_paced, hours: 1, roles: [all], gate: [again],
     basis: exist=O}
"""


def rule(expiry=Expiry.COMPLETION, months=24, window=90, grace=60, fixed=None):
    return CredentialRule(
        key="k", title="K", kind=CredentialKind.CERTIFICATION, gates=("g",), roles=("all",),
        valid_months=months, window_days=window, grace_days=grace, expiry=expiry, fixed_day=fixed,
    )  # fmt: skip


FIRST = Turn(1, None)
OVER = date(2026, 7, 1)
NEXT = Turn(2, date(2024, 6, 1), OVER)
# what, rule, turn, earned on, first day, first day not valid any more
TERMS = [
    ("two years from completion", rule(), FIRST, date(2024, 7, 1), date(2024, 7, 1), OVER),
    (
        "a leap day: through 28 February",
        rule(), FIRST, date(2024, 2, 29), date(2024, 2, 29), date(2026, 3, 1),
    ),
    (
        "renewed early, from completion",
        rule(), NEXT, date(2026, 5, 2), date(2026, 5, 2), date(2028, 5, 2),
    ),
    (
        "renewed early, from the previous end: no day is lost",
        rule(Expiry.PREVIOUS_EXPIRY), NEXT, date(2026, 5, 2), OVER, date(2028, 7, 1),
    ),
    (
        "renewed late, from the previous end: the days between are lost",
        rule(Expiry.PREVIOUS_EXPIRY), NEXT, date(2026, 8, 9), date(2026, 8, 9), date(2028, 7, 1),
    ),
    (
        "so late that the previous end reaches no further: from the day",
        rule(Expiry.PREVIOUS_EXPIRY), NEXT, date(2029, 1, 5), date(2029, 1, 5), date(2031, 1, 5),
    ),
    (
        "a fixed day: the last 30 June that two years still reach",
        rule(Expiry.FIXED_DATE, fixed=(6, 30)), FIRST,
        date(2024, 11, 22), date(2024, 11, 22), date(2026, 7, 1),
    ),
    (
        "a fixed day, renewed early",
        rule(Expiry.FIXED_DATE, fixed=(6, 30)), NEXT, date(2026, 5, 2), OVER, date(2028, 7, 1),
    ),
    (
        "a fixed day further away than the term: the next one",
        rule(Expiry.FIXED_DATE, months=6, fixed=(6, 30)), FIRST,
        date(2024, 7, 1), date(2024, 7, 1), date(2025, 7, 1),
    ),
    (
        "29 February as a fixed day",
        rule(Expiry.FIXED_DATE, months=12, fixed=(2, 29)), FIRST,
        date(2025, 6, 1), date(2025, 6, 1), date(2026, 3, 1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule_", "turn", "on", "starts", "ends"),
    [each[1:] for each in TERMS],
    ids=[each[0] for each in TERMS],
)
def test_when_a_period_begins_and_ends(rule_, turn, on, starts, ends):
    window, grace = ends - timedelta(days=90), ends + timedelta(days=60)
    assert term_of(rule_, turn, on) == Term(starts, ends, window, grace)


@pytest.mark.parametrize("expiry", list(Expiry))
def test_a_period_always_begins_before_it_ends(expiry):
    made = rule(expiry, months=1, fixed=(2, 29) if expiry is Expiry.FIXED_DATE else None)
    for turn, days in product((FIRST, NEXT), range(800)):
        term = term_of(made, turn, date(2025, 12, 31) + timedelta(days))
        assert term.valid_from < term.valid_until < term.grace_until
        assert term.valid_from <= term.renew_from


def test_what_never_ends_has_no_window():
    assert term_of(rule(months=None), FIRST, OVER) == Term(OVER, None, None, None)


# --- with people ----------------------------------------------------------------------------
BEGUN = date(2025, 3, 3)
ENDS = date(2026, 3, 3)
OPENS = ENDS - timedelta(days=60)


@pytest.fixture
def pairs(cast, tmp_path):
    """Publish the program once for each way to reckon the end; return who publishes it."""

    def publish(expiry="completion"):
        file = tmp_path / "pairs.yaml"
        file.write_text(PROGRAM.replace("EXPIRY", expiry), "utf-8")
        load_programs(path=file)
        adopt(
            organisation_id=cast.organisation("rio-vista").pk, program_key="pairs", starts_on=HIRED
        )
        alma = cast.person("alma")
        learn(alma, "FIRST", BEGUN, hours=2, hours_type="self_paced")
        evaluate(person_ids=[alma.pk], on=BEGUN)
        return alma

    return publish


def periods(person):
    held = held_by(person_ids=[person.pk])[person.pk]
    return [(each.period, each.valid_from, each.valid_until) for each in held]


def phase(person, on):
    found = StandingSpan.objects.filter(person=person, program_key="pairs", from_on__lte=on)
    span = found.order_by("-from_on").first()
    report = status_on(person_id=person.pk, program_key="pairs", on=on)
    assert (report.status, report.phase) == (span.status, span.phase)
    return span.status, span.phase


def test_rules_renew_in_the_window_and_the_first_number_stays(pairs):
    alma = pairs()
    learn(alma, "AGAIN", BEGUN + timedelta(days=100), hours=1, hours_type="self_paced")
    assert not evaluate(person_ids=[alma.pk], on=OPENS - timedelta(days=1)).issued
    (new,) = evaluate(person_ids=[alma.pk], on=OPENS).issued
    assert periods(alma) == [(1, BEGUN, ENDS), (2, OPENS, date(2027, 1, 2))]
    first = Credential.objects.get(period=1)
    old = verify(code=first.code, on=OPENS)
    assert (old.status, old.replaced_by, old.reason) == ("superseded", new.code, "renewed")
    assert verify(code=first.code, on=OPENS - timedelta(days=1)).status == "valid"
    assert verify(code=new.code, on=OPENS).status == "valid"
    assert not evaluate(person_ids=[alma.pk], on=OPENS).issued
    expired = StandingSpan.objects.filter(person=alma, status="expired").order_by("from_on")
    assert expired[0].from_on == date(2027, 1, 2)


def test_reckoned_from_the_previous_end_no_day_is_lost(pairs):
    alma = pairs("previous_expiry")
    learn(alma, "AGAIN", OPENS + timedelta(days=5), hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk], on=OPENS + timedelta(days=5))
    assert periods(alma) == [(1, BEGUN, ENDS), (2, ENDS, date(2027, 3, 3))]
    codes = list(Credential.objects.order_by("period").values_list("code", flat=True))
    day_before = ENDS - timedelta(days=1)
    assert [verify(code=code, on=day_before).status for code in codes] == ["valid", "not_yet_valid"]
    assert [verify(code=code, on=ENDS).status for code in codes] == ["superseded", "valid"]


def test_window_and_grace_are_phases_of_the_standing(pairs):
    alma = pairs()
    days = [OPENS - timedelta(days=1), OPENS, ENDS - timedelta(days=1), ENDS]
    days += [ENDS + timedelta(days=29), ENDS + timedelta(days=30)]
    assert [phase(alma, day) for day in days] == [
        ("certified", ""),
        ("certified", "renewal"),
        ("certified", "renewal"),
        ("expired", "grace"),
        ("expired", "grace"),
        ("expired", ""),
    ]
    assert "expired" in LAPSED


def test_in_grace_a_renewal_is_enough_and_later_all_is_earned_anew(pairs):
    alma = pairs()
    late = ENDS + timedelta(days=30)
    learn(alma, "AGAIN", ENDS, hours=1, hours_type="self_paced")
    assert not evaluate(person_ids=[alma.pk], on=late).issued, "the grace is over"
    (renewed,) = evaluate(person_ids=[alma.pk], on=late - timedelta(days=1), dry_run=True).earned
    assert renewed.turn.period == 2
    learn(alma, "FIRST", late, hours=2, hours_type="self_paced")
    (anew,) = evaluate(person_ids=[alma.pk], on=late).issued
    assert (anew.period, anew.valid_from) == (2, late)


def test_what_renewed_once_does_not_renew_again(pairs):
    alma = pairs()
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk], on=OPENS)
    second_window = date(2026, 11, 3)
    assert not evaluate(person_ids=[alma.pk], on=second_window).issued
    learn(alma, "AGAIN", OPENS + timedelta(days=1), hours=1, hours_type="self_paced")
    assert evaluate(person_ids=[alma.pk], on=second_window).issued


def test_a_suspended_certificate_is_not_renewed_by_rules(pairs, cast):
    alma = pairs()
    code = Credential.objects.get().code
    suspend(code=code, actor_id=cast.user("ines").pk, reason="under_review", effective_on=BEGUN)
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    assert not evaluate(person_ids=[alma.pk], on=OPENS).issued


def test_history_is_renewed_period_by_period_on_the_days_it_was_earned(pairs, cast):
    kofi = cast.person("kofi")
    pairs()
    learn(kofi, "FIRST", BEGUN, hours=2, hours_type="self_paced")
    learn(kofi, "AGAIN", OPENS + timedelta(days=3), hours=1, hours_type="self_paced")
    evaluate_history(person_ids=[kofi.pk])
    assert periods(kofi) == [(1, BEGUN, ENDS), (2, OPENS + timedelta(days=3), date(2027, 1, 5))]
    events = CredentialEvent.objects.filter(credential__person=kofi).order_by("pk")
    assert [each.kind for each in events] == ["issued", "issued", "superseded"]


def test_an_officer_renews_like_the_rules_and_never_backwards(pairs, cast):
    alma, ines = pairs(), cast.user("ines").pk
    who = {"person_id": alma.pk, "program_key": "pairs", "credential_key": "pair", "actor_id": ines}
    with pytest.raises(WrongState):
        issue(**who, on=BEGUN + timedelta(days=1))
    with pytest.raises(NotEarned):
        issue(**who, on=OPENS)
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    for day in (BEGUN - timedelta(days=1), date(2099, 1, 1)):
        with pytest.raises(WrongDate):
            issue(**who, on=day)
    assert Credential.objects.get(code=issue(**who, on=OPENS)).period == 2


@pytest.fixture
def waiting(pairs):
    """Return Alma, whose renewal waits for the first period to end, and both numbers."""
    alma = pairs("previous_expiry")
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk], on=OPENS)
    return alma, list(Credential.objects.order_by("period").values_list("code", flat=True))


def worth_of(code, *on):
    return [str(verify(code=code, on=day).status) for day in on]


def test_what_is_taken_from_a_period_does_not_come_back_with_the_one_that_waits(waiting, cast):
    alma, (old, new) = waiting
    ines, odette = cast.user("ines").pk, cast.user("odette").pk
    day = OPENS + timedelta(days=9)
    suspend(code=old, actor_id=ines, reason="under_review", effective_on=day)
    assert worth_of(new, day, ENDS) == ["not_yet_valid", "suspended"]
    reinstate(code=old, actor_id=ines, reason="review_closed", effective_on=day + timedelta(days=1))
    assert worth_of(new, ENDS) == ["valid"]
    revoke(
        code=old, actor_id=ines, proposed_by_id=odette, reason="dishonesty",
        effective_on=day + timedelta(days=2),
    )  # fmt: skip
    assert worth_of(new, day, ENDS) == ["not_yet_valid", "revoked"]
    assert phase(alma, ENDS)[0] == "revoked"


def test_what_is_taken_follows_to_the_record_that_the_holder_is_read_as(pairs, cast):
    alma = pairs("previous_expiry")
    cast.add_person("twin", "Alma", "Reyes")
    cast.employ("twin", "rio-vista", "responder")
    join(cast, kept="twin", absorbed="alma")
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk], on=OPENS)
    old, new = Credential.objects.order_by("period")
    assert (old.person_id, new.person_id) == (alma.pk, cast.person("twin").pk)
    revoke(
        code=old.code, actor_id=cast.user("ines").pk, proposed_by_id=cast.user("odette").pk,
        reason="dishonesty", effective_on=OPENS,
    )  # fmt: skip
    assert worth_of(new.code, OPENS - timedelta(days=1), ENDS) == ["not_yet_valid", "revoked"]
    assert phase(cast.person("twin"), ENDS)[0] == "revoked"
