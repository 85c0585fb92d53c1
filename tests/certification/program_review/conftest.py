"""The cast under a small program, two officers, and drafts as they make them."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine

from certification.program_review import operations
from certification.programs.operations import adopt, load_programs
from certification.programs.queries import forget

PROGRAM = "plain"
TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
TEXT = """
program: plain
title: Plain program
version: "1"
as_of: 2025-01-01
zone: America/Denver
issuer: Plain office
own_rule: false
adopted: High Desert
basis: exist=V
credentials:
  - {key: plain-certified, title: Plain certificate, kind: certification, gates: [certify],
     roles: [responder, peer], valid_months: 24, basis: exist=V valid=A}
provisional: {requirements: [P-FIRST], basis: exist=A}
requirements:
  - {id: P-FIRST, title: First things, kind: self_paced, hours: 2, roles: [all], gate: [certify],
     due: {from: hire, days: 30}, basis: exist=V hours=A due=A}
  - {id: P-LIVE, title: Live training, kind: live_session, hours: 6, roles: [all],
     gate: [certify], due: {from: hire, days: 700}, basis: exist=V hours=A due=A}
  - {id: P-CHECK, title: Check, kind: quiz, pass: 80, roles: [all], gate: [certify],
     basis: exist=V pass=A}
"""


@pytest.fixture(autouse=True)
def _noon():
    """Let it be noon on 1 June 2026 in Denver."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def _programs_anew():
    """Forget the programs of the test before."""
    forget()


def publish_base(tmp_path, cast):
    """Publish the first version; High Desert adopts it."""
    file = tmp_path / "plain.yaml"
    file.write_text(TEXT)
    load_programs(path=file)
    place = cast.organisation("high-desert").pk
    adopt(organisation_id=place, program_key=PROGRAM, starts_on=date(2025, 1, 1))
    return cast


@pytest.fixture
def plain(cast, tmp_path):
    return publish_base(tmp_path, cast)


def add_stranger(cast, duty=None):
    """Add Una, who works in another state, perhaps with a duty for that state."""
    cast.add_person("una", "Una", "Shore")
    cast.employ("una", "harbor-main", "responder")
    if duty:
        cast.give_duty("una", duty, "lakeshore")
    return cast


def second(label="2", **changes):
    """Return the text as another version; `changes` are (old, new) by any name."""
    text = TEXT.replace('version: "1"', f'version: "{label}"')
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return text


LONGER = {"live": ("hours: 6", "hours: 8")}


def write(cast, who="ines", text=None, **more):
    values = {
        "actor_id": cast.user(who).pk,
        "text": text or second(**LONGER),
        "note": "Eight hours, as the standard says.",
        "form_key": uuid4(),
    }
    return operations.write_draft(**(values | more))


def hand_in(cast, who="ines", text=None, **more):
    """Write a draft and hand it in."""
    uuid = write(cast, who, text, **more)
    operations.submit(actor_id=cast.user(who).pk, uuid=uuid)
    return uuid


def look(cast, uuid, on=TODAY, who="odette"):
    """Work out who is affected."""
    return operations.preview(actor_id=cast.user(who).pk, uuid=uuid, effective_on=on)


def publish(cast, uuid, on=TODAY, who="odette", reason=""):
    """Look at who is affected, and publish."""
    look(cast, uuid, on, "odette")
    return operations.publish(actor_id=cast.user(who).pk, uuid=uuid, effective_on=on, reason=reason)
