"""Alma twice: the cast under a small program, with a second record of the same human."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine

from certification.credentials.operations import evaluate_everybody
from certification.duplicates import operations
from certification.programs.operations import adopt, load_programs

PROGRAM = "pair"
TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
TEXT = """
program: pair
title: Pair program
version: "1"
as_of: 2025-01-01
zone: America/Denver
issuer: Pair Office
own_rule: false
adopted: nobody
basis: exist=V
credentials:
  - {key: pair-certified, title: Pair certified, kind: certification, gates: [certify],
     valid_months: 24, roles: [responder], basis: exist=V}
provisional: null
requirements:
  - {id: P-LIVE, title: Live, kind: live_session, hours: 6, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: P-CHECK, title: Check, kind: quiz, pass: 80, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: P-SEEN, title: Seen, kind: observed_skill, count: 3, roles: [all], gate: [certify],
     basis: exist=V}
  - {id: P-LICENCE, title: Licence, kind: credential, roles: [all], gate: [certify],
     basis: exist=V}
"""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    """Keep certificates in a folder of this test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def noon():
    """Let it be noon on 1 June 2026 in Denver; ``noon.shift(seconds)`` goes on."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def publish(tmp_path, cast):
    """Publish the program, let High Desert adopt it, and record Alma a second time."""
    file = tmp_path / "pair.yaml"
    file.write_text(TEXT)
    load_programs(path=file)
    place = cast.organisation("high-desert").pk
    adopt(organisation_id=place, program_key=PROGRAM, starts_on=date(2025, 1, 1))
    cast.add_person("twin", "Alma", "Reyes")
    cast.employ("twin", "llano", "responder", since=date(2025, 7, 1))
    evaluate_everybody()
    return cast


@pytest.fixture
def pair(noon, cast, tmp_path):
    return publish(tmp_path, cast)


def proposed(cast, kept="alma", absorbed="twin", by="ines", keep=(), **more):
    """Propose to join two people of the cast with every concern ticked; return the uuid."""
    ids = {"kept_id": cast.person(kept).pk, "absorbed_id": cast.person(absorbed).pk}
    actor_id = cast.user(by).pk
    compared = operations.compare(actor_id=actor_id, **ids, keep=keep)
    values = {"reason": "Same date of birth on both papers.", "form_key": uuid4()} | more
    values = {"seen": [each.key for each in compared.concerns]} | values
    return operations.propose(actor_id=actor_id, **ids, keep=keep, **values)


def join(cast, kept="alma", absorbed="twin", *, by="ines", agreed="odette", keep=()):
    """Join two people of the cast; return the merge's uuid."""
    uuid = proposed(cast, kept, absorbed, by, keep)
    return operations.agree(actor_id=cast.user(agreed).pk, uuid=uuid)
