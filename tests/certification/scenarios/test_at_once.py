"""Twenty at the same moment, with real threads and commits: one certificate and one mail."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from certification.credentials import integrity, tasks
from certification.credentials.cases import report_on
from certification.credentials.models import (
    CertificateFile,
    Credential,
    CredentialEvent,
    StandingSpan,
)
from certification.credentials.operations import (
    WrongState,
    evaluate,
    issue,
    reinstate,
    revoke,
    suspend,
)
from certification.evidence.models import StoredDecision
from certification.programs.operations import adopt, load_programs
from courses.public import evidence_recorded, record_training
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.jobs.operations import drain
from lms.notices.models import Notice
from tests.cast import make_cast
from tests.certification.scenarios.playing import HERE

pytestmark = pytest.mark.django_db(transaction=True)

HIRED = date(2026, 1, 5)
MORNING = datetime(2026, 2, 2, 15, tzinfo=UTC)
YEAR_LATER = datetime(2027, 2, 3, 15, tzinfo=UTC)
MANY = 20
_acts = count()


def at_once(calls):
    """Run the calls in as many threads, started together; return results and refusals."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            return call()
        except WrongState as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def cast():
    """The cast under the small program since Alma was hired anew."""
    cast = make_cast()
    cast.add_person("ola", "Ola", "Brink")
    cast.employ("ola", "rio-vista-north", "responder", since=HIRED)
    load_programs(path=HERE / "programs" / "small.yaml")
    adopt(organisation_id=cast.organisation("high-desert").pk, program_key="small", starts_on=HIRED)
    return cast


@pytest.fixture
def silent():
    """Let evidence arrive without anybody weighing it."""
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    yield
    tasks.connect()


def learn(cast, subject, *, hours=0, score=None, when=MORNING):
    return record_training(
        person_id=cast.person("ola").pk,
        kind="training",
        subject=subject,
        hours=str(hours),
        hours_type="self_paced" if hours else "none",
        score=score,
        occurred_at=when,
        actor_id=None,
        act=f"at-once:{next(_acts)}",
    )


def learn_all(cast, when=MORNING):
    learn(cast, "S-BASE", hours=2, score=90, when=when)
    learn(cast, "S-EXAM", score=90, when=when)


def weigh(cast):
    return lambda: evaluate(person_ids=[cast.person("ola").pk])


def standing_is_the_fold(cast):
    """Say that Ola's cached standing is what rules and events say, today and ever."""
    ola = cast.person("ola").pk
    assert ola not in set(integrity.wrong_standing())
    for span in StandingSpan.objects.filter(person_id=ola, program_key="small"):
        report = report_on(person_id=ola, program_key="small", on=span.from_on)
        assert (span.status, span.valid_until) == (report.status, report.valid_until)
    return True


@pytest.fixture
def certified(cast, silent):
    """Ola certified from 2 Feb 2026 on."""
    with time_machine.travel(MORNING, tick=False):
        learn_all(cast)
        evaluate(person_ids=[cast.person("ola").pk])
    return Credential.objects.get(person=cast.person("ola"))


def test_twenty_evaluations_issue_one_certificate_one_event_and_one_mail(cast, silent):
    with time_machine.travel(MORNING, tick=False):
        learn_all(cast)
        done = at_once([weigh(cast)] * MANY)
        assert sum(len(each.issued) for each in done) == 1
        [credential] = Credential.objects.all()
        assert (credential.period, credential.valid_from) == (1, date(2026, 2, 2))
        [event] = CredentialEvent.objects.all()
        assert (event.kind, event.credential_id) == ("issued", credential.pk)
        assert StoredDecision.objects.count() == 1
        assert AuditEntry.objects.filter(action="credential.issued").count() == 1
        assert Job.objects.filter(kind="credential_issued").count() == 1
        drain()
        drain()
        assert CertificateFile.objects.count() == 1
        assert Notice.objects.filter(person=cast.person("ola")).count() == 1
    assert standing_is_the_fold(cast)


def test_twenty_renewals_are_one_period(cast, certified):
    with time_machine.travel(YEAR_LATER, tick=False):
        learn(cast, "S-REN", hours=4, when=YEAR_LATER)
        at_once([weigh(cast)] * MANY)
    periods = Credential.objects.order_by("period").values_list("period", "valid_from")
    assert list(periods) == [(1, date(2026, 2, 2)), (2, date(2027, 2, 3))]
    assert Counter(CredentialEvent.objects.values_list("kind", flat=True))["issued"] == 2
    assert Job.objects.filter(kind="credential_issued").count() == 2
    assert standing_is_the_fold(cast)


def test_twenty_officers_issue_one(cast, certified):
    ines, odette = cast.user("ines").pk, cast.user("odette").pk
    with time_machine.travel(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False):
        revoke(code=certified.code, actor_id=ines, proposed_by_id=odette, reason="issued_in_error")
        ola = cast.person("ola").pk

        def by(actor):
            return lambda: issue(
                person_id=ola, program_key="small", credential_key="small-cert", actor_id=actor
            )

        results = at_once([by(ines), by(odette)] * (MANY // 2))
        assert sum(isinstance(each, str) for each in results) == 1
        assert sum(isinstance(each, WrongState) for each in results) == MANY - 1
    assert Credential.objects.count() == 2
    assert standing_is_the_fold(cast)


def test_an_officer_and_the_rules_at_once_issue_one(cast, silent):
    with time_machine.travel(MORNING, tick=False):
        learn_all(cast)
        ola, ines = cast.person("ola").pk, cast.user("ines").pk

        def officer():
            return issue(
                person_id=ola, program_key="small", credential_key="small-cert", actor_id=ines
            )

        results = at_once([officer, weigh(cast)] * (MANY // 2))
    assert Credential.objects.count() == 1
    assert CredentialEvent.objects.count() == 1
    issued = [each for each in results if isinstance(each, str)]
    assert len(issued) <= 1
    assert standing_is_the_fold(cast)


def test_a_suspension_and_a_revocation_at_once_end_in_a_revocation(cast, certified):
    ines, odette = cast.user("ines").pk, cast.user("odette").pk
    code = certified.code
    with time_machine.travel(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False):
        calls = [lambda: suspend(code=code, actor_id=ines, reason="other")] * (MANY // 2)
        calls += [
            lambda: revoke(code=code, actor_id=ines, proposed_by_id=odette, reason="other")
        ] * (MANY // 2)
        at_once(calls)
        kinds = Counter(CredentialEvent.objects.values_list("kind", flat=True))
        assert kinds["revoked"] == 1 and kinds["suspended"] <= 1 and kinds["issued"] == 1
        report = report_on(person_id=cast.person("ola").pk, program_key="small")
        assert report.status == "revoked"
    assert standing_is_the_fold(cast)


def test_twenty_suspensions_are_one_and_twenty_reinstatements_too(cast, certified):
    ines, code = cast.user("ines").pk, certified.code
    with time_machine.travel(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False):
        at_once([lambda: suspend(code=code, actor_id=ines, reason="other")] * MANY)
        assert CredentialEvent.objects.filter(kind="suspended").count() == 1
    with time_machine.travel(datetime(2026, 3, 9, 15, tzinfo=UTC), tick=False):
        at_once([lambda: reinstate(code=code, actor_id=ines, reason="other")] * MANY)
        assert CredentialEvent.objects.filter(kind="reinstated").count() == 1
    assert standing_is_the_fold(cast)


@pytest.mark.parametrize("_again", range(3))
def test_an_evaluation_never_hides_a_suspension_of_the_same_moment(cast, certified, _again):
    """Who read before the suspension must not write the standing after it."""
    ines, code = cast.user("ines").pk, certified.code
    with time_machine.travel(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False):
        calls = [weigh(cast)] * (MANY - 1)
        calls.insert(4, lambda: suspend(code=code, actor_id=ines, reason="other"))
        at_once(calls)
        report = report_on(person_id=cast.person("ola").pk, program_key="small")
        assert report.status == "suspended"
    assert standing_is_the_fold(cast)


@pytest.mark.parametrize("_again", range(3))
def test_twenty_facts_at_once_are_all_in_the_standing(cast, _again):
    """The news of each fact is weighed in its own request; the last to write has read them all."""
    with time_machine.travel(MORNING, tick=False):
        learn(cast, "S-EXAM", score=90)
        at_once([lambda: learn(cast, "S-BASE", hours="0.1", score=90)] * MANY)
    assert standing_is_the_fold(cast)
    assert Credential.objects.count() == 1
