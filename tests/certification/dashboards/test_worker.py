"""The worker's page: what is left comes from the decision, and every total is the same."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from certification.dashboards.queries.standing import person_standings
from certification.public import evaluate, status_on
from courses.coaching.models import Observation, Rubric
from courses.public import evidence_for, hours_by_type, record_training, reverse
from lms.kit import clock
from lms.people.models import Duty, Employment
from lms.public import today
from tests.certification.dashboards.conftest import PROGRAM

MINE = {"program": PROGRAM}


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def learned(person, subject, *, hours=0, hours_type="none", days=1, score=90):
    return record_training(
        person_id=person.pk,
        kind="training",
        subject=subject,
        hours=hours,
        hours_type=hours_type,
        score=score,
        passed=True,
        occurred_at=clock.now() - timedelta(days=days),
        actor_id=None,
        act=f"test:{person.pk}:{subject}:{days}",
    )


@pytest.fixture
def alma(programs):
    """Alma, hired 20 days ago, with one self-paced part and one live session on record."""
    person = programs.person("alma")
    Employment.objects.filter(person=person).update(starts_on=today() - timedelta(days=20))
    learned(person, "NM-40-01-S", hours=Decimal("1.5"), hours_type="self_paced")
    learned(person, "NM-40-01-L", hours=1, hours_type="live")
    evaluate(person_ids=[person.pk])
    return person


def test_the_sentence_says_what_the_decision_says(programs, alma, sign_in):
    page = sign_in(programs, "alma").get("/me/", MINE)
    text = page.content.decode()
    report = status_on(person_id=alma.pk, program_key=PROGRAM)
    unmet = [f for f in report.decision.findings if not f.met and "/" not in f.requirement]
    decisive = [f for f in unmet if f.requirement != "NM-REN"]
    assert f"Alma, you have 2.5 of 41.5 hours and {len(decisive)} items left." in text
    assert len(page.context["desk"].findings.left) == len(decisive)


def test_hours_by_kind_add_up_to_the_hours_of_the_standing(programs, alma):
    [standing] = [
        each for each in person_standings(person_id=alma.pk, on=today()) if each.key == PROGRAM
    ]
    from certification.dashboards.findings import read_findings

    found = read_findings(standing.decision(), standing.rules, standing.facts, {})
    assert sum(each.have for each in found.hours) == standing.standing.have_hours == Decimal("2.5")
    assert sum(each.need for each in found.hours) == standing.standing.need_hours


def test_each_line_says_who_must_act(programs, alma, sign_in):
    left = sign_in(programs, "alma").get("/me/", MINE).context["desk"].findings.left
    actors = {each.id: each.actor for each in left}
    assert actors["NM-40-02-S"] == "worker"
    assert actors["NM-40-02-L"] == "trainer"
    assert actors["NM-TOOL"] == "coach"


def test_assumed_deadlines_carry_their_mark(programs, alma, sign_in):
    rows = sign_in(programs, "alma").get("/me/", MINE).context["left"]
    assert {row.due_mark for row in rows if row.due} == {"A"}


def test_overdue_is_said_in_words(programs, alma, sign_in):
    Employment.objects.filter(person=alma).update(starts_on=today() - timedelta(days=30))
    text = sign_in(programs, "alma").get("/me/", MINE).content.decode()
    assert "16 days late" in text  # MRSS 101 is due 14 days after hire
    assert "The first deadline was" in text


def test_what_is_left_as_csv_is_what_is_on_the_page(programs, alma, sign_in):
    client = sign_in(programs, "alma")
    rows = lines(client.get("/me/left.csv", MINE))
    left = client.get("/me/", MINE).context["desk"].findings.left
    assert [row["requirement"] for row in rows] == [each.id for each in left]
    assert rows[0]["who_must_act"] == "You"


def test_finishing_the_last_thing_shows_the_certificate(programs, sign_in):
    person = programs.person("kofi")
    learned(person, "course:mrss-101", hours=Decimal("1.5"), hours_type="self_paced")
    learned(person, "quiz:mrss-101-check")
    evaluate(person_ids=[person.pk])
    page = sign_in(programs, "kofi").get("/me/", {"program": "mrss-101"})
    [row] = page.context["certificates"]
    text = page.content.decode()
    assert row.status == "valid" and f"/certificates/{row.code}/" in text
    assert "You are certified" in text and "Nothing is left" in text
    all_of_them = sign_in(programs, "kofi").get("/me/certificates/").content.decode()
    assert row.code in all_of_them and "first period" in all_of_them


def test_totals_are_the_same_on_the_page_the_csv_and_the_ledger(programs, alma, sign_in):
    wrong = learned(alma, "NM-40-02-S", hours=1, hours_type="self_paced")
    reverse(evidence_id=wrong, actor_id=None, reason="Entered twice")
    client = sign_in(programs, "alma")
    page = client.get("/me/transcript/")
    ledger = hours_by_type(evidence=evidence_for(person_ids=[alma.pk]))
    assert page.context["record"].total == sum(ledger.values()) == Decimal("2.5")
    text = page.content.decode()
    assert "Corrected: no longer counts" in text and "2.5\u00a0h of training count" in text
    rows = lines(client.get("/me/transcript.csv"))
    assert sum(Decimal(row["hours_counted"]) for row in rows) == Decimal("2.5")
    assert sorted(row["corrected"] for row in rows) == ["FALSE", "FALSE", "TRUE"]


def test_the_transcript_is_a_pdf_too(programs, alma, sign_in):
    answer = sign_in(programs, "alma").get("/me/transcript.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_public_learner_is_told_to_begin(programs, sign_in):
    programs.add_person("nia", "Nia", "Soto")
    text = sign_in(programs, "nia").get("/me/").content.decode()
    assert "Start with a course" in text and "not on the roster" not in text
    assert sign_in(programs, "nia").get("/me/transcript/").status_code == 200
    assert sign_in(programs, "nia").get("/me/certificates/").status_code == 200
    assert lines(sign_in(programs, "nia").get("/me/left.csv")) == []


def test_an_account_without_a_worker_is_told_so(programs, client):
    from tests.cast import make_user

    client.force_login(make_user("root@example.org"))
    assert "belongs to no worker" in client.get("/me/").content.decode()
    for path in ("/me/left.csv", "/me/certificates/", "/me/transcript/", "/me/transcript.pdf"):
        assert client.get(path).status_code == 404


def test_the_page_takes_as_many_statements_with_one_fact_as_with_three(
    programs, alma, sign_in, statements
):
    client = sign_in(programs, "alma")
    client.get("/me/", MINE)
    with statements() as few:
        client.get("/me/", MINE)
    for subject in ("NM-40-02-S", "NM-40-03-S", "NM-40-03-L"):
        learned(alma, subject, hours=1, hours_type="self_paced")
    with statements() as many:
        client.get("/me/", MINE)
    assert (len(few), len(many)) == (ME_STATEMENTS, ME_STATEMENTS)


ME_STATEMENTS = 15  # The last of them: where the worker stopped reading.


def test_a_name_is_text(programs, alma, sign_in):
    alma.given_name = "<b onmouseover=alert(1)>"
    alma.save(update_fields=["given_name"])
    assert "<b onmouseover" not in sign_in(programs, "alma").get("/me/", MINE).content.decode()


def test_the_agency_reads_the_same_findings(programs, alma, sign_in):
    own = sign_in(programs, "alma").get("/me/", MINE).context["desk"].findings
    theirs = sign_in(programs, "bo").get(f"/agency/rio-vista/people/{alma.uuid}/", MINE)
    assert theirs.context["findings"] == own


def test_an_observation_waits_at_the_top_for_its_worker(programs, alma, sign_in):
    cast = programs
    seen = observed(cast, alma)
    page = sign_in(cast, "alma").get("/me/", MINE)
    assert page.context["step"].href == f"/coach/observations/{seen.uuid}/"
    text = page.content.decode()
    assert "Renata Ortiz saw you practice." in text and "Read and acknowledge" in text


def observed(cast, person):
    rubric = Rubric.objects.create(
        key="engagement-conversation",
        version="1",
        digest="0",
        title="Engagement conversation",
        course_key="mrss-101",
        items=[],
        benchmark_percent=80,
    )
    return Observation.objects.create(
        form_key=uuid4(),
        person=person,
        observer=cast.person("renata"),
        duty=Duty.objects.get(person=cast.person("renata"), kind="coach"),
        rubric=rubric,
        setting="simulation",
        observed_on=today(),
        ratings={},
        score=90,
        passed=True,
        signed_by=cast.user("renata"),
    )
