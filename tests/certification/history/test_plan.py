"""What a row would write, by what its name stands for and what is on record."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from certification.engine.requirements import Group, Kind, Requirement
from certification.history.meanings import Meaning, Way, meanings_of
from certification.history.plan import plan_history
from certification.history.reading import HistoryRow
from certification.history.records import (
    FactKey,
    Known,
    KnownFact,
    KnownLicence,
    LicenceKey,
    Outcome,
    Who,
)
from certification.history.wording import SENTENCES, sentence

ALMA = Who(1, "a" * 32, "Alma Reyes")
DAY = date(2024, 3, 31)


def need(name, kind, *, hours=None, mark=None, counts=()):
    return Requirement(
        id=name, title=name, kind=kind, roles=("all",), gates=("certify",),
        hours=hours, pass_percent=mark, counts=counts,
    )  # fmt: skip


NODES = [
    need("X-S", Kind.SELF_PACED, hours=Decimal(2), mark=Decimal(80), counts=("module:x",)),
    need("X-L", Kind.LIVE_SESSION, hours=Decimal(3), counts=("session:x",)),
    need("X-O", Kind.OBSERVED_SKILL, mark=Decimal(80), counts=("rubric:x",)),
    need("X-C", Kind.SELF_PACED, hours=Decimal(1), counts=("course:x",)),
    need("X-D", Kind.SELF_PACED, hours=Decimal(1), mark=Decimal(80), counts=("course:x",)),
    need("X-LIC", Kind.CREDENTIAL),
    need("X-BG", Kind.BACKGROUND, counts=("background:check",)),
    Group(
        id="X-ANY", title="", roles=("all",), gates=("certify",), needed=1,
        members=(need("X-P", Kind.CREDENTIAL, counts=("credential:CPSW", "credential:FOREIGN")),),
    ),
]  # fmt: skip
NAMES = meanings_of(NODES, ours={"our-responder"}, licence_kinds=["CPSW", "BACKGROUND", "OTHER"])


def known(facts=None, licences=None, people=None):
    return Known(NAMES, people or {"E-1": [ALMA]}, facts or {}, licences or {}, True)


def training(credential="X-L", **more):
    return HistoryRow(**{
        "number": 2, "person_key": "E-1", "credential": credential, "completed_on": DAY,
        "hours": Decimal("3.00"), **more,
    })  # fmt: skip


def licence(credential="CPSW", **more):
    return HistoryRow(**{
        "number": 2, "person_key": "E-1", "credential": credential, "valid_from": DAY,
        "valid_until": date(2026, 3, 31), "evidence": "Board of Peers; P-17", **more,
    })  # fmt: skip


def plan(*rows, **more):
    return plan_history(rows, known(**more))


def codes(planned):
    return [(remark.column, remark.code) for remark in (*planned.faults, *planned.notes)]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("X-S", Meaning(Way.TRAINING, "self_paced", timed=("X-S",))),
        ("X-L", Meaning(Way.TRAINING, "live", timed=("X-L",))),
        ("X-O", Meaning(Way.TRAINING, "practice", plain=("X-O",))),
        ("module:x", Meaning(Way.TRAINING, "self_paced", marked=("X-S",))),
        ("course:x", Meaning(Way.TRAINING, "self_paced", timed=("X-C",), marked=("X-D",))),
        ("X-LIC", Meaning(Way.LICENCE, kind="OTHER", requirement="X-LIC")),
        ("X-BG", Meaning(Way.LICENCE, kind="BACKGROUND", requirement="X-BG")),
        ("background:check", Meaning(Way.LICENCE, kind="BACKGROUND")),
        ("CPSW", Meaning(Way.LICENCE, kind="CPSW")),
        ("credential:CPSW", Meaning(Way.LICENCE, kind="CPSW")),
        (
            "credential:FOREIGN",
            Meaning(Way.LICENCE, kind="OTHER", requirement="credential:FOREIGN"),
        ),
        ("our-responder", Meaning(Way.OURS)),
        ("credential:our-responder", Meaning(Way.OURS)),
        ("X-ANY", Meaning(Way.GROUP)),
    ],
)
def test_what_a_name_stands_for(name, meaning):
    assert NAMES[name] == meaning


def test_training_becomes_a_fact():
    [row] = plan(training(evidence="Sign-in sheet 12"))
    assert (row.outcome, row.way, row.notes) == (Outcome.ADD, Way.TRAINING, ())
    assert (row.fact.person_id, row.fact.subject, row.fact.day) == (1, "X-L", DAY)
    assert (row.fact.hours, row.fact.hours_type) == (Decimal("3.00"), "live")
    assert row.fact.detail == {"source": "history import", "evidence": "Sign-in sheet 12"}


def test_the_act_is_the_statement_and_nothing_else():
    [first] = plan(training())
    [moved] = plan(training(number=9, evidence="other words"))
    [longer] = plan(training(hours=Decimal("3.50")))
    assert first.fact.act == moved.fact.act != longer.fact.act
    assert len(first.fact.act) <= 160


def test_a_licence_ends_the_day_after_its_last_valid_day():
    [row] = plan(licence())
    assert (row.paper.valid_from, row.paper.until) == (DAY, date(2026, 4, 1))
    assert (row.paper.kind, row.paper.issuer, row.paper.number) == (
        "CPSW",
        "Board of Peers",
        "P-17",
    )
    assert codes(row) == [("credential", "unverified")]


def test_a_licence_may_have_no_end_and_no_number():
    [row] = plan(licence(valid_until=None, evidence="Board of Peers"))
    assert (row.paper.until, row.paper.issuer, row.paper.number) == (None, "Board of Peers", "")


def test_what_a_licence_has_no_place_for_is_said():
    [row] = plan(licence(completed_on=DAY, hours=Decimal(3)))
    assert codes(row)[1] == ("completed_on", "not_kept")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (training(person_key="Alma Reyes"), ("person_key", "nobody")),
        (training("our-responder"), ("credential", "ours")),
        (training("X-ANY"), ("credential", "group")),
        (training("Y"), ("credential", "unknown")),
        (training("x-l"), ("credential", "unknown_near")),
        (training(completed_on=None), ("completed_on", "no_completed_on")),
        (licence(valid_from=None), ("valid_from", "no_valid_from")),
        (licence(evidence="i" * 121), ("evidence", "long_evidence")),
        (licence(evidence=f"Board; {'1' * 61}"), ("evidence", "long_evidence")),
    ],
)
def test_what_cannot_be_written_is_an_error(row, fault):
    [planned] = plan(row)
    assert (planned.outcome, codes(planned)) == (Outcome.ERROR, [fault])
    assert planned.fact is None and planned.paper is None


def test_somebody_whom_two_people_could_be_is_nobody():
    bo = Who(2, "b" * 32, "Bo Castillo")
    [row] = plan(training(), people={"E-1": [ALMA, bo]})
    assert codes(row) == [("person_key", "many_people")]
    assert sentence(row.faults[0]).endswith(f"{ALMA.uuid}, {bo.uuid}")


def test_a_row_that_says_the_same_again_names_the_first():
    rows = plan(training(), training(number=3, hours=Decimal(1)), licence(), licence(number=5))
    assert [row.outcome for row in rows] == ["add", "error", "add", "error"]
    assert [row.faults[0].values["row"] for row in rows if row.faults] == [2, 2]


@pytest.mark.parametrize(
    ("told", "outcome", "said"),
    [
        ([KnownFact("training", Decimal("3.00"), False)], Outcome.ON_RECORD, []),
        ([KnownFact("training", Decimal("3.00"), True)], Outcome.ON_RECORD, ["taken_back"]),
        ([KnownFact("training", Decimal("2.00"), False)], Outcome.ERROR, ["other_hours"]),
        ([KnownFact("training", Decimal("2.00"), True)], Outcome.ADD, []),
        ([KnownFact("session", Decimal("3.00"), False)], Outcome.ERROR, ["own_record"]),
        ([KnownFact("session", Decimal("3.00"), True)], Outcome.ADD, []),
    ],
)
def test_what_is_on_record_is_never_counted_twice(told, outcome, said):
    [row] = plan(training(), facts={FactKey(1, "X-L", DAY): told})
    assert (row.outcome, [code for _, code in codes(row)]) == (outcome, said)


HELD = KnownLicence(date(2026, 4, 1), "Board of Peers", "P-17", False)


@pytest.mark.parametrize(
    ("told", "outcome", "said"),
    [
        (HELD, Outcome.ON_RECORD, []),
        (HELD._replace(corrected=True), Outcome.ON_RECORD, ["corrected"]),
        (HELD._replace(until=None), Outcome.ERROR, ["other_licence"]),
        (HELD._replace(issuer="Else", number=""), Outcome.ERROR, ["other_licence"]),
        (HELD._replace(number="P-18"), Outcome.ADD, ["unverified"]),
        (HELD._replace(until=None, corrected=True), Outcome.ADD, ["unverified"]),
    ],
)
def test_a_licence_on_record_is_left_alone(told, outcome, said):
    [row] = plan(licence(), licences={LicenceKey(1, "CPSW", "", DAY): [told]})
    assert (row.outcome, [code for _, code in codes(row)]) == (outcome, said)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (training("X-S"), []),
        (training("X-S", hours=None), ["adds_no_hours"]),
        (training("X-O", hours=None), []),
        (training("module:x"), ["only_scores"]),
        (training("course:x"), ["no_score"]),
        (training("course:x", hours=None), ["adds_no_hours", "no_score"]),
        (training(valid_until=DAY), ["program_decides"]),
    ],
)
def test_what_a_fact_will_not_do_is_said(row, said):
    [planned] = plan(row)
    assert (planned.outcome, [code for _, code in codes(planned)]) == (Outcome.ADD, said)


def test_dates_of_training_are_noted_in_its_detail():
    [row] = plan(training(valid_from=DAY, valid_until=DAY))
    assert row.fact.detail["valid_from"] == row.fact.detail["valid_through"] == "2024-03-31"


def test_every_remark_has_a_sentence_with_its_values():
    rows = [
        replace(row, person_key="nobody" if n % 2 else "E-1")
        for n, row in enumerate([training(), licence(evidence="i" * 130), training("module:x")])
    ]
    for planned in plan(*rows):
        for remark in (*planned.faults, *planned.notes):
            assert "%(" not in sentence(remark)
    assert all(str(words).strip() for words in SENTENCES.values())
