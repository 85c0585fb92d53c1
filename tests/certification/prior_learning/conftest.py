"""The cast under a small program with a look-back limit, and requests as people make them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from certification.prior_learning import operations, papers
from certification.prior_learning.operations import Asked
from certification.programs.operations import adopt, load_programs

PROGRAM = "sample"
TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 a certificate"
TEXT = """
program: sample
title: Sample program
version: "1"
as_of: 2025-01-01
zone: America/Denver
issuer: Sample
own_rule: false
adopted: nobody
basis: exist=V
prior_learning:
  lookback_months: 36
  basis: exist=V(Oregon) lookback=V
credentials:
  - {key: sample-certified, title: Sample certified, kind: certification, gates: [certify],
     roles: [responder], basis: exist=V}
provisional: null
requirements:
  - {id: S-LIVE, title: Live, kind: live_session, hours: 6, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: S-SELF, title: Self, kind: self_paced, hours: 4, pass: 80, roles: [all],
     gate: [certify], basis: exist=V}
  - {id: S-CHECK, title: Check, kind: quiz, pass: 80, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: S-SEEN, title: Seen, kind: observed_skill, count: 3, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: S-SHORT, title: Short, kind: live_session, hours: 2, roles: [all], gate: [report_only],
     lookback_months: 12, basis: exist=V}
  - {id: S-POLICY, title: Policy, kind: self_paced, hours: 1, roles: [all], gate: [report_only],
     waivable: false, basis: exist=V}
  - {id: S-LICENCE, title: Licence, kind: credential, roles: [all], gate: [report_only],
     basis: exist=V}
"""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    """Keep papers in a folder of this test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def _noon():
    """Let it be noon on 1 June 2026 in Denver."""
    with time_machine.travel(NOON, tick=False):
        yield


def publish(tmp_path, cast):
    """Publish the sample program; High Desert adopts it."""
    file = tmp_path / "sample.yaml"
    file.write_text(TEXT)
    load_programs(path=file)
    place = cast.organisation("high-desert").pk
    adopt(organisation_id=place, program_key=PROGRAM, starts_on=date(2025, 1, 1))
    return cast


@pytest.fixture
def sample(cast, tmp_path):
    return publish(tmp_path, cast)


def paper(data=PDF, name="certificate.pdf"):
    return papers.paper_of(name, data)


def asked(cast, who="alma", *requirements, **more):
    """Return what somebody asks for: by default credit for six live hours."""
    values = {
        "kind": "equivalency",
        "what": "Crisis course",
        "provider": "Harbor College",
        "completed_on": date(2025, 6, 1),
        "hours": Decimal(6),
        "evidence_type": "certificate",
        "papers": (paper(),),
        "form_key": uuid4(),
    }
    return Asked(
        person_id=cast.person(who).pk,
        program_key=PROGRAM,
        requirements=requirements or ("S-LIVE",),
        **(values | more),
    )


def ask(cast, who="alma", *requirements, by=None, **more):
    """Make a request and return its uuid."""
    return operations.ask(
        actor_id=cast.user(by or who).pk, asked=asked(cast, who, *requirements, **more)
    )


def decide(cast, uuid, verdicts, *, by="ines", note="Seen.", form_key=None):
    return operations.decide(
        actor_id=cast.user(by).pk,
        uuid=uuid,
        verdicts=verdicts,
        note=note,
        form_key=form_key or uuid4(),
    )


def take_back(cast, uuid, *, by="ines", reason="in_error", form_key=None):
    return operations.reverse(
        actor_id=cast.user(by).pk,
        uuid=uuid,
        reason=reason,
        note="A mistake.",
        form_key=form_key or uuid4(),
    )
