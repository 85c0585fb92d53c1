"""What a program may say of prior learning, and what is nonsense."""

import pytest

from certification.engine.requirements import walk
from certification.programs.document import ProgramError, parse

TEXT = """
program: sample
title: Sample
version: "1"
as_of: 2026-01-01
zone: America/Denver
issuer: Sample
own_rule: false
adopted: nobody
basis: exist=V
credentials: []
provisional: null
{prior}
requirements:
  - {{id: R-1, title: One, kind: live_session, hours: 2, roles: [all], gate: [certify],
     basis: "{basis}"{extra}}}
"""


def read(prior="", extra="", basis="exist=V hours=V"):
    return parse(TEXT.format(prior=prior, extra=extra, basis=basis))


def problems(**parts):
    with pytest.raises(ProgramError) as told:
        read(**parts)
    return list(told.value.problems)


def only(program):
    [(_, node)] = walk(program.requirements)
    return node


def test_a_program_that_says_nothing_has_no_limit_and_waives_what_it_likes():
    program = read()
    assert program.prior_learning is None
    assert (only(program).lookback_months, only(program).waivable) == (None, True)


def test_the_limit_of_a_program_carries_its_basis():
    rule = read(
        prior='prior_learning: {lookback_months: 36, basis: "exist=V(Oregon) lookback=V"}'
    ).prior_learning
    assert rule.lookback_months == 36
    assert dict(rule.basis) == {"exist": "V", "lookback": "V"}
    assert rule.source == "prior learning: sourced (Oregon)"


def test_a_limit_without_a_basis_of_its_own_is_an_assumption():
    rule = read(prior='prior_learning: {lookback_months: 12, basis: "exist=V"}').prior_learning
    assert rule.basis["lookback"] == "A"
    assert "look-back limit: assumption" in rule.source


def test_a_requirement_may_have_its_own_limit_or_be_done_anew():
    assert only(read(extra=", lookback_months: 12")).lookback_months == 12
    anew = only(read(extra=", waivable: false"))
    assert anew.waivable is False
    assert anew.source == "R-1: sourced; cannot be waived: assumption"
    cited = only(read(extra=", waivable: false", basis="exist=V hours=V waivable=V"))
    assert cited.source == "R-1: sourced"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"prior": "prior_learning: 36"}, "prior_learning: is not a mapping"),
        (
            {"prior": 'prior_learning: {basis: "exist=V"}'},
            "prior_learning: lookback_months is missing",
        ),
        (
            {"prior": "prior_learning: {lookback_months: 36}"},
            "prior_learning: basis is missing or is not text",
        ),
        (
            {"prior": 'prior_learning: {lookback_months: 0, basis: "exist=V"}'},
            "prior_learning: lookback_months is not a whole number from 1 to 1200",
        ),
        (
            {"prior": 'prior_learning: {lookback_months: 36, days: 1, basis: "exist=V"}'},
            "prior_learning: unknown field 'days'",
        ),
        (
            {"extra": ", lookback_months: 1.5"},
            "R-1: lookback_months is not a whole number from 1 to 1200",
        ),
        ({"extra": ", waivable: no way"}, "R-1: waivable must be true or false"),
        (
            {"extra": ", waivable: false, lookback_months: 12"},
            "R-1: lookback_months has no meaning where waivable is false",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place(parts, said):
    assert said in problems(**parts)


def test_what_others_grant_has_no_look_back():
    text = TEXT.format(prior="", basis="exist=V", extra=", lookback_months: 12")
    with pytest.raises(ProgramError, match="what others grant has its own dates"):
        parse(text.replace("kind: live_session, hours: 2", "kind: credential"))
