"""Why somebody is not certified: one sentence, then each requirement, on any date."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from certification.credentials.cases import report_on
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate, revoke, suspend
from certification.dashboards.why import explain
from courses.catalog.packs.readability import grade
from lms.people.models import Licence
from tests.certification.learning import finish_mrss_101, finish_program, learn

DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 18, tzinfo=UTC)
PAGE = "/me/why/"
ASKED = {"program": "nm-mrss", "as_of": "2026-03-03"}


def answer(person, on=DAY, *, mine=True, program="nm-mrss"):
    report = report_on(person_id=person.pk, program_key=program, on=on)
    return explain(report, {}, mine=mine)


def reason(why, requirement):
    return next(each for each in (*why.open, *why.more) if each.item.id == requirement)


@pytest.fixture
def nearly(programs):
    """Return Alma with everything done in February but one live session and the assessment tool."""
    alma = programs.person("alma")
    finish_mrss_101(alma, date(2026, 1, 5))
    finish_program(alma, "nm-mrss", date(2026, 2, 2), skip={"NM-TOOL", "NM-40-01-L", "NM-101"})
    learn(alma, "NM-TOOL", date(2025, 2, 1), kind="observation", score=90)
    return alma


def test_the_first_sentence_counts_what_is_open_and_what_ran_out(nearly):
    assert answer(nearly).headline == (
        "You are not certified as Certified MRSS Responder on 3 Mar 2026 because 1 of 41"
        " requirements is open and 1 ran out."
    )
    assert answer(nearly, mine=False).headline.startswith("Alma Reyes is not certified as")


def test_what_ran_out_is_told_with_its_last_day(nearly):
    tool = reason(answer(nearly), "NM-TOOL")
    assert tool.ran_out
    assert [each.why for each in tool.others] == ["It counted through 31 Jan 2026. It has run out."]


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (
            {"subject": "NM-EXAM", "kind": "quiz", "score": 71},
            "The score is 71 %. You need 80 %.",
        ),
        (
            {"subject": "module:core40-m01", "hours": 1, "hours_type": "self_paced", "score": 60},
            "The score is 60 %. You need 80 %.",
        ),
        (
            {"subject": "session:core40-m01", "hours": 1, "hours_type": "live", "passed": False},
            "It was not passed.",
        ),
        (
            {"subject": "module:core40-m01", "hours": 1, "hours_type": "self_paced"},
            "It has no score. You need 80 %.",
        ),
    ],
)
def test_evidence_that_does_not_count_is_shown_with_the_reason(programs, fact, told):
    kofi = programs.person("kofi")
    learn(kofi, on=date(2026, 2, 1), **fact)
    told_of = [
        each.why.replace("\N{NO-BREAK SPACE}", " ")
        for row in answer(kofi).open
        for each in row.others
    ]
    counted = [row for row in answer(kofi).open if row.counted]
    assert told in told_of or (fact["subject"] == "NM-EXAM" and counted[0].item.id == "NM-EXAM")


def test_a_licence_nobody_has_checked_waits(programs):
    kofi = programs.person("kofi")
    Licence.objects.create(person=kofi, kind="BACKGROUND", valid_from=date(2026, 1, 1))
    found = reason(answer(kofi), "NM-BG")
    assert [each.why for each in found.others] == ["Nobody has checked it yet."]
    assert found.missing == "Somebody must check what is on file"


def test_what_another_role_is_asked_is_told_apart(programs):
    alma = programs.person("alma")
    Licence.objects.create(person=alma, kind="CPSW", valid_from=date(2026, 1, 1), verified_at=NOW)
    assert [each.why for each in answer(alma).not_asked] == ["It is asked of another role."]


def test_each_requirement_says_what_is_asked_missing_by_when_and_who_acts(programs):
    found = reason(answer(programs.person("kofi")), "NM-40-01-S")
    told = [found.asked, found.missing, found.by, str(found.who)]
    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in told] == [
        "1.5 h, with a score of 80 % or more", "1.5 h", "It was due by 7 Mar 2025", "You",
    ]  # fmt: skip
    assert found.item.source.startswith("NM-40-01-S: ")


@pytest.fixture
def certified(programs):
    hannah = programs.person("hannah")
    with time_machine.travel(datetime(2026, 2, 3, 18, tzinfo=UTC), tick=False):
        finish_mrss_101(hannah, date(2026, 1, 5))
        finish_program(hannah, "nm-mrss", date(2026, 2, 2))
        evaluate(person_ids=[hannah.pk])
    return programs, Credential.objects.get(person=hannah, program_key="nm-mrss").code


def test_a_certified_worker_is_told_so_on_each_date(certified):
    hannah = certified[0].person("hannah")
    assert answer(hannah).headline.startswith(
        "You are certified as Certified MRSS Responder on 3 Mar 2026, through "
    )
    assert answer(hannah, date(2026, 1, 2)).headline.startswith("You are not certified")
    ended = answer(hannah, date(2028, 6, 1))
    assert "the certificate has ended" in ended.headline
    assert ended.happened.status == "expired"


def test_what_an_officer_did_comes_first(certified):
    cast, code = certified
    with time_machine.travel(NOW, tick=False):
        suspend(code=code, actor_id=cast.user("ines").pk, reason="under_review")
    first = answer(cast.person("hannah")).happened
    assert (first.status, first.fact) == (
        "suspended", f"The certificate {code} is on hold since 3 Mar 2026.",
    )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        revoke(
            code=code,
            actor_id=cast.user("ines").pk,
            proposed_by_id=cast.user("odette").pk,
            reason="conduct",
        )
    why = answer(cast.person("hannah"))
    assert why.happened.fact == f"The certificate {code} was taken back on 3 Mar 2026."
    assert why.happened.reason == "Professional conduct"
    assert "because the certificate was taken back" in why.headline
    assert answer(cast.person("hannah"), mine=False).happened.reason == ""


def test_the_page_reads_easily(nearly, certified):
    texts = []
    for person in (nearly, certified[0].person("hannah"), certified[0].person("kofi")):
        why = answer(person)
        texts += [why.headline, *(each.why for row in why.open for each in row.others)]
        texts += [row.where for row in why.open if row.where]
    assert grade(" ".join(dict.fromkeys(texts))) <= 8


def test_a_worker_reads_the_page_with_every_open_requirement(nearly, sign_in, programs):
    text = sign_in(programs, "alma").get(PAGE, ASKED).content.decode()
    assert "1 ran out" in text
    for row in answer(nearly).open:
        assert f'<li id="{row.item.id}">' in text


def test_the_basis_mark_stays_visible(nearly, sign_in, programs):
    text = sign_in(programs, "alma").get(PAGE, ASKED).content.decode()
    assert "assumption" in text.split('<li id="NM-TOOL">')[1].split("</li>")[0]


def test_the_agency_reads_the_same_without_what_it_may_not_see(nearly, sign_in, programs):
    url = f"/agency/rio-vista/people/{nearly.uuid}/why/"
    response = sign_in(programs, "bo").get(url, ASKED)
    assert response.status_code == 200
    assert "Alma Reyes is not certified" in response.content.decode()
    assert sign_in(programs, "kofi").get(url, ASKED).status_code in (403, 404)


def test_somebody_in_no_program_is_told_what_to_do(cast, sign_in):
    text = sign_in(cast, "alma").get(PAGE).content.decode()
    assert "Nothing is asked of you yet" in text


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_fact_as_for_three(
    programs, sign_in, statements, many
):
    kofi = programs.person("kofi")
    for number in range(many):
        learn(kofi, f"NM-40-0{number + 1}-L", date(2026, 2, 1), hours=1, hours_type="live")
    client = sign_in(programs, "kofi")
    client.get(PAGE, ASKED)
    with statements() as counted:
        client.get(PAGE, ASKED)
    assert len(counted) == 11


def test_hours_missing_are_what_is_needed_less_what_there_is(programs):
    kofi = programs.person("kofi")
    learn(kofi, "NM-40-08-L", date(2026, 2, 1), hours="0.5", hours_type="live")
    row = reason(answer(kofi), "NM-40-08-L")
    assert Decimal(row.item.need) - Decimal(row.item.have) == Decimal("1.5")
    assert row.missing.replace("\N{NO-BREAK SPACE}", " ") == "1.5 h"
