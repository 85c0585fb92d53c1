"""Two officers at once: one proposal, one answer, one event; one appeal, one decision."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certification.casework import operations
from certification.casework.models import (
    Appeal,
    AppealDecision,
    RevocationAnswer,
    RevocationProposal,
)
from certification.credentials.models import CredentialEvent
from lms.notices.models import Notice

from .conftest import appeal, decide, office, propose

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(refusal, *acts):
    """Run every act in its own thread, together; return which of them were refused."""
    gate = Barrier(len(acts))

    def click(act):
        try:
            gate.wait(timeout=30)
            act()
        except refusal:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(click, acts))


def events(kind):
    return CredentialEvent.objects.filter(kind=kind).count()


def test_a_whole_case_by_many_hands_is_written_once():
    desk = office()
    desk.give_duty("dee", "certification_officer", "high-desert")

    found = at_once(
        operations.AlreadyProposed, *[lambda who=who: propose(desk, who) for who in ("ines", "dee")]
    )
    assert found == [False, True]
    assert (RevocationProposal.objects.count(), events("suspended")) == (1, 1)

    proposal = RevocationProposal.objects.get()
    [second] = {"ines", "dee"} - {
        key for key in ("ines", "dee") if desk.user(key) == proposal.proposed_by
    }

    def answer(act, who):
        return lambda: act(actor_id=desk.user(who).pk, uuid=proposal.uuid, note="Read.")

    found = at_once(
        operations.AlreadyAnswered,
        answer(operations.agree, "odette"),
        answer(operations.agree, second),
        answer(operations.agree, "odette"),
    )
    assert found == [False, True, True]
    assert (RevocationAnswer.objects.count(), events("revoked")) == (1, 1)
    assert Notice.objects.filter(subject__contains="is revoked").count() == 1

    found = at_once(operations.AlreadyAppealed, *[lambda: appeal(desk)] * 3)
    assert found == [False, True, True]
    waits = Appeal.objects.get()
    found = at_once(
        operations.AlreadyDecided,
        lambda: decide(desk, waits),
        lambda: decide(desk, waits, "facts_stand"),
    )
    assert found == [False, True]
    decision = AppealDecision.objects.get()
    assert events("set_aside") == (2 if decision.outcome == "set_aside" else 0)
