"""A certified worker, two officers, and a third one who had no part in anything."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from certification.casework import operations
from certification.casework.models import Appeal, RevocationProposal
from certification.credentials import tasks
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate
from certification.credentials.queries import held_of
from certification.programs.operations import adopt, load_programs
from courses.public import evidence_recorded
from tests.cast import HIRED, make_cast
from tests.certification.learning import finish_mrss_101, finish_program

DAY = date(2026, 5, 4)
NOON = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)
PDF = b"%PDF-1.7 a letter"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def noon():
    """Let it be noon on 1 June 2026 in Denver, and go on; ``noon.shift`` lets days pass.

    The clock ticks: of two events in the same instant a suspension counts as the later one.
    """
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def office():
    """Publish the programs, certify Alma on 4 May 2026, make Samir a third officer."""
    cast = make_cast()
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    cast.give_duty("samir", "certification_officer", "high-desert")
    alma = cast.person("alma")
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        finish_mrss_101(alma, DAY)
        finish_program(alma, "nm-mrss", DAY)
        evaluate(person_ids=[alma.pk], program_key="nm-mrss", on=DAY)
    finally:
        tasks.connect()
    cast.code = Credential.objects.get(program_key="nm-mrss").code
    return cast


@pytest.fixture
def desk(db, noon):
    return office()


def credential(desk):
    return Credential.objects.get(code=desk.code)


def statuses(desk, *days):
    held = held_of(credential(desk))
    return [held.worth(day).status.value for day in days]


def event(desk, kind):
    return credential(desk).events.filter(kind=kind).order_by("pk").last()


def propose(desk, who="ines", *, reason="conduct", on=None, suspend=True):
    uuid = operations.propose_revocation(
        code=desk.code,
        actor_id=desk.user(who).pk,
        reason=reason,
        effective_on=on,
        note="Three families complained.",
        suspend=suspend,
    )
    return RevocationProposal.objects.get(uuid=uuid)


def agree(desk, proposal, who="odette"):
    operations.agree(actor_id=desk.user(who).pk, uuid=proposal.uuid, note="Read and agreed.")


def revoke(desk, **more):
    """Revoke by Inés and Odette."""
    proposal = propose(desk, **more)
    agree(desk, proposal)
    return proposal


def appeal(desk, kind="revoked", who="alma", papers=()):
    uuid = operations.appeal(
        actor_id=desk.user(who).pk,
        code=desk.code,
        event_id=event(desk, kind).pk,
        words="It was not me.",
        papers=papers,
    )
    return Appeal.objects.get(uuid=uuid)


def decide(desk, found, reason="facts_wrong", who="samir", **more):
    operations.decide_appeal(
        actor_id=desk.user(who).pk,
        uuid=found.uuid,
        reason=reason,
        words="We read the roster.",
        **more,
    )
