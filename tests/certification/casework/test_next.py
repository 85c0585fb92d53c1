"""An officer issues the next period where rules alone may not, and never what rules deny."""

from datetime import date

import pytest

from certification.credentials.models import Credential, CredentialEvent
from certification.credentials.operations import evaluate, revoke
from certification.programs.operations import load_programs
from courses.learning.models import LearningEvent
from courses.public import reverse
from tests.certification.learning import finish_mrss_101

DAY = date(2026, 5, 4)


@pytest.fixture
def programs(cast):
    load_programs()
    return cast


@pytest.fixture
def revoked(programs):
    """Return the number that Alma lost."""
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    (held,) = evaluate(person_ids=[alma.pk], on=DAY).issued
    officers = {
        "actor_id": programs.user("ines").pk,
        "proposed_by_id": programs.user("odette").pk,
    }
    revoke(code=held.code, reason="issued_in_error", **officers)
    return held.code


def test_after_a_revocation_an_officer_issues_anew_and_both_stay(client, programs, revoked):
    client.force_login(programs.user("ines"))
    url = f"/certificates/{revoked}/next/"
    assert client.get(f"/certificates/{revoked}/life/").content.decode().count(url) == 1
    assert client.get(url).status_code == 200
    assert client.post(url, {"note": ""}).status_code == 400
    answer = client.post(url, {"note": "The mistake was ours."})
    new = Credential.objects.get(period=2)
    assert answer["Location"] == f"/certificates/{new.code}/life/"
    event = CredentialEvent.objects.get(credential=new)
    assert (event.actor, event.note) == (programs.user("ines"), "The mistake was ours.")
    assert client.post(url, {"note": "Again"}).status_code == 400
    assert Credential.objects.count() == 2


def test_what_the_rules_deny_is_listed_and_not_issued(client, programs, revoked):
    for event in LearningEvent.objects.filter(person=programs.person("alma")).order_by("pk"):
        reverse(evidence_id=str(event.uuid), actor_id=programs.user("ines").pk, reason="Copied")
    client.force_login(programs.user("ines"))
    page = client.get(f"/certificates/{revoked}/next/").content.decode()
    assert "What is missing today" in page
    assert client.post(f"/certificates/{revoked}/next/", {"note": "Please"}).status_code == 400
    assert Credential.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("alma", 403), ("bo", 403), ("dee", 403), ("lucia", 404)]
)
def test_nobody_else_issues(client, programs, revoked, who, status):
    client.force_login(programs.user(who))
    assert client.get(f"/certificates/{revoked}/next/").status_code == status
