"""Operators read the log and try jobs again; they change no history."""

import pytest
from django.urls import reverse

from lms.audit.models import AuditEntry
from lms.jobs.models import Job, JobState
from lms.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    from tests.cast import give_second_factor

    user = User.objects.create_superuser("operator@example.org", "a-long-passphrase")
    give_second_factor(user)
    client.force_login(user)
    return client


def test_a_failed_job_is_put_back(operator):
    job = Job.objects.create(kind="x", key="x:1", state=JobState.FAILED, attempts=8)
    operator.post(
        reverse("admin:lms_job_changelist"), {"action": "try_again", "_selected_action": [job.pk]}
    )
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("ready", 0)


@pytest.mark.parametrize("model", ["job", "notice", "auditentry"])
def test_lists_open_and_offer_no_change(operator, model):
    AuditEntry.objects.create(action="tested", subject_kind="test", subject="1")
    assert operator.get(reverse(f"admin:lms_{model}_changelist")).status_code == 200
    assert operator.get(reverse(f"admin:lms_{model}_add")).status_code == 403
