"""Certificates of every status, and secrets that could leak."""

from datetime import date

import pytest

from certification.credentials import tasks
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate, revoke, suspend
from certification.programs.operations import adopt, load_programs
from courses.public import evidence_recorded
from tests.cast import HIRED
from tests.certification.learning import finish_mrss_101, finish_program

TODAY = date(2026, 11, 21)


@pytest.fixture
def today(time_machine):
    """Stop the clock at noon in Denver on 21 November 2026."""
    time_machine.move_to("2026-11-21T19:00:00Z", tick=False)
    return TODAY


@pytest.fixture
def certificates(cast, today):
    """Give five people of the cast a certificate each; return their codes by status."""
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    cast.employ("joaquin", "rio-vista-south", "responder", since=date(2023, 1, 1), until=HIRED)
    cast.employ("celeste", "llano-main", "responder", since=date(2026, 3, 1))
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        codes = {
            "valid": _issue(cast, "lucia", date(2026, 2, 3)),
            "expired": _issue(cast, "joaquin", date(2023, 12, 12)),
            "revoked": _issue(cast, "celeste", date(2026, 5, 22)),
            "suspended": _issue(cast, "hannah", date(2026, 5, 1)),
        }
    finally:
        tasks.connect()
    ines = cast.user("ines").pk
    revoke(
        code=codes["revoked"], actor_id=ines, proposed_by_id=cast.user("odette").pk,
        reason="issued_in_error",
        effective_on=date(2026, 11, 9), note="Secret note of the officer",
    )  # fmt: skip
    suspend(
        code=codes["suspended"], actor_id=ines, reason="under_review",
        effective_on=date(2026, 11, 1), note="Secret suspicion",
    )  # fmt: skip
    return codes


def _issue(cast, key, day):
    person = cast.person(key)
    finish_mrss_101(person, day)
    finish_program(person, "nm-mrss", day)
    evaluate(person_ids=[person.pk], program_key="nm-mrss", on=day)
    return Credential.objects.get(person=person, program_key="nm-mrss").code
