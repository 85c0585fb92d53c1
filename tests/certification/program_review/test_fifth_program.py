"""A program that nobody wrote code for: pasted, published, adopted, finished, verified."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from certification.credentials.models import Credential
from certification.credentials.operations import evaluate
from certification.program_review.models import ProgramDraft
from certification.program_review.queries import read_text
from certification.programs.queries import catalogue, forget
from certification.verification.queries import verify
from lms.jobs.operations import drain
from lms.people.models import Employment
from tests.certification.learning import finish_program, learn

PRAIRIE = """
# An invented program, to show that a fifth one needs no code.
program: prairie-youth
title: Prairie Youth Response Certificate
version: 2026-a
as_of: 2026-01-15
zone: America/Chicago
issuer: Prairie Compact (invented)
own_rule: false
adopted: Invented for a test; nobody has adopted it
basis: exist=A title=A zone=A issuer=A
note: Two levels, one choice, one count of three out of four.
credentials:
  - key: prairie-foundations
    title: Prairie Foundations
    kind: certificate_of_completion
    gates: [foundations]
    roles: [all]
    hours: 6
    basis: exist=A hours=A
  - key: prairie-responder
    title: Prairie Youth Responder
    kind: certification
    gates: [foundations, respond]
    roles: [responder, clinician, peer]
    valid_months: 12
    renewal_gates: [renew]
    basis: exist=A valid=A renewal=A
provisional:
  requirements: [PY-1]
  basis: exist=A requirements=A
prior_learning: {lookback_months: 24, basis: exist=A lookback=A}
requirements:
  - {id: PY-1, title: Foundations, kind: self_paced, hours: 6, roles: [all],
     gate: [foundations], due: {from: hire, days: 45}, basis: exist=A hours=A due=A}
  - {id: PY-2, title: Foundations check, kind: quiz, pass: 75, roles: [all],
     gate: [foundations], basis: exist=A pass=A}
  - id: PY-CORE
    title: Three of four practice days
    n: 3
    of:
      - {id: PY-A, title: Farm visit, kind: live_session, hours: 4, basis: exist=A hours=A}
      - {id: PY-B, title: Winter visit, kind: live_session, hours: 4, basis: exist=A hours=A}
      - {id: PY-C, title: School visit, kind: live_session, hours: 4, basis: exist=A hours=A}
      - {id: PY-D, title: Night visit, kind: live_session, hours: 4, basis: exist=A hours=A}
    roles: [responder, clinician, peer]
    gate: [respond]
    basis: exist=A
  - id: PY-PATH
    title: A licence, or two observed visits with a supervisor's word
    any:
      - {id: PY-LIC, title: Licence, kind: credential, counts: [credential:LMHP],
         basis: exist=A counts=A}
      - id: PY-SEEN
        title: Observed
        all:
          - {id: PY-OBS, title: Observed visits, kind: observed_skill, count: 2, pass: 70,
             basis: exist=A count=A pass=A}
          - {id: PY-EXP, title: Months of service, kind: experience, count: 1,
             basis: exist=A count=A}
        basis: exist=A
    roles: [responder, clinician, peer]
    gate: [respond]
    due: {from: assignment, days: 180}
    basis: exist=A due=A
  - {id: PY-REN, title: Refresher, kind: self_paced, hours: 4, valid_months: 12,
     roles: [responder, clinician, peer], gate: [renew], basis: exist=A hours=A valid=A}
"""
NOON = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _june():
    forget()
    with time_machine.travel(NOON, tick=False):
        yield
    forget()


def post(client, cast, who, name, values=None, **where):
    client.force_login(cast.user(who))
    answer = client.post(reverse(name, kwargs=where), values or {}, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def bring_in(client, cast):
    """Let Inés paste it and Odette publish it; then High Desert's Llano adopts it."""
    form = {"text": PRAIRIE, "note": "The compact asks for it.", "form_key": str(uuid4())}
    page = post(client, cast, "ines", "program-new", form)
    assert "What the program says" in page
    uuid = ProgramDraft.objects.get().uuid
    post(client, cast, "ines", "program-submit", uuid=uuid)
    page = post(client, cast, "odette", "program-preview", {"effective_on": TODAY}, uuid=uuid)
    assert "Nothing changes for anybody" in page
    page = post(client, cast, "odette", "program-publish", {"effective_on": TODAY}, uuid=uuid)
    assert "Nobody works under it yet" in page
    llano = cast.organisation("llano").pk
    values = {"organisation": llano, "starts_on": TODAY, "last_day": ""}
    post(client, cast, "odette", "program-adopt", values, key="prairie-youth")
    drain()


def test_a_fifth_program_works_from_pasting_to_a_certificate_that_verifies(cast, client):
    bring_in(client, cast)
    assert catalogue().version("prairie-youth", TODAY).label == "2026-a"
    lucia = cast.person("lucia")
    Employment.objects.filter(person=lucia).update(starts_on=date(2026, 5, 1))
    for subject, hours in (("PY-1", 6), ("PY-A", 4), ("PY-C", 4), ("PY-D", 4)):
        learn(lucia, subject, date(2026, 5, 20), hours=hours, hours_type="live")
    learn(lucia, "PY-2", date(2026, 5, 21), kind="quiz", score=76)
    for day in (22, 23):
        learn(lucia, "PY-OBS", date(2026, 5, day), kind="observation", score=80)
    evaluate(person_ids=[lucia.pk])
    assert set(Credential.objects.values_list("credential_key", flat=True)) == {
        "prairie-foundations"
    }
    learn(lucia, "PY-EXP", date(2026, 5, 30), kind="experience")
    evaluate(person_ids=[lucia.pk])
    [responder] = Credential.objects.filter(credential_key="prairie-responder")
    assert (responder.valid_from, responder.valid_until) == (TODAY, date(2027, 6, 1))
    assert (responder.issuer, responder.zone) == ("Prairie Compact (invented)", "America/Chicago")
    told = verify(code=responder.code, on=TODAY)
    assert (told.status.value, told.credential) == ("valid", "Prairie Youth Responder")

    client.force_login(lucia.user)
    mine = re.sub(r"\s+", " ", client.get(reverse("me")).content.decode())
    assert "Prairie Youth Response Certificate" in mine or "Prairie Youth Responder" in mine
    client.logout()
    public = client.get(f"/verify/{responder.code}/")
    assert public.status_code == 200
    assert "Prairie Youth Responder" in public.content.decode()


def test_people_of_other_agencies_are_not_measured_against_it(cast, client):
    bring_in(client, cast)
    finish_program(cast.person("celeste"), "prairie-youth", date(2026, 2, 1))
    finish_program(cast.person("kofi"), "prairie-youth", date(2026, 2, 1))
    evaluate(person_ids=[cast.person("kofi").pk])
    assert not Credential.objects.exists()


def test_its_next_version_is_foreseen_too(cast, client):
    bring_in(client, cast)
    lucia = cast.person("lucia")
    finish_program(lucia, "prairie-youth", TODAY - timedelta(days=3))
    evaluate(person_ids=[lucia.pk])
    text = (
        PRAIRIE.replace("2026-a", "2026-b").replace("n: 3", "n: 4").replace("pass: 75", "pass: 100")
    )
    later = {"text": text, "note": "Four of four.", "form_key": str(uuid4())}
    page = post(client, cast, "odette", "program-new-version", later, key="prairie-youth")
    assert "How many of them: from <del>3</del> to <ins>4</ins>" in page
    uuid = ProgramDraft.objects.get(label="2026-b").uuid
    post(client, cast, "odette", "program-submit", uuid=uuid)
    page = post(client, cast, "ines", "program-preview", {"effective_on": TODAY}, uuid=uuid)
    assert "Nothing changes for anybody" in page


@pytest.mark.django_db
def test_the_example_in_the_documentation_is_a_program():
    page = (Path(__file__).parents[3] / "docs" / "programs.md").read_text("utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert read_text(text).problems == ()
