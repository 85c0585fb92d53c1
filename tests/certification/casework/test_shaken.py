"""A certificate whose evidence is taken back stays, and the officers hear of it once."""

from datetime import date

import pytest

from certification.casework import tasks
from certification.casework.shaken import shaken, shaken_of
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate
from courses.public import evidence_for, reverse, taken_back
from lms.notices.models import Notice
from tests.certification.learning import finish_mrss_101, finish_program, learn

from .conftest import DAY, TODAY, revoke, statuses

SESSION = "NM-40-01-L"
TITLE = "MRSS design, system-of-care values and your role - live"


def take_back(desk, subject=SESSION, who="alma", reason="Somebody else had signed the sheet."):
    facts = evidence_for(person_ids=[desk.person(who).pk])
    [found] = [each for each in facts if each.subject == subject]
    reverse(evidence_id=found.id, actor_id=desk.user("ines").pk, reason=reason)


def found(desk):
    return shaken_of(person_id=desk.person("alma").pk)


def told():
    notices = Notice.objects.filter(kind="casework", subject__contains="taken back")
    return sorted(notices.values_list("address", flat=True))


def test_it_stays_in_force_and_says_what_it_has_lost(desk):
    assert found(desk) == []
    take_back(desk)
    [each] = found(desk)
    assert (each.held.code, each.missing) == (desk.code, (TITLE,))
    [(title, fact)] = each.taken
    assert (fact.subject, fact.reason) == (SESSION, "Somebody else had signed the sheet.")
    assert title
    assert statuses(desk, TODAY) == ["valid"]


def test_every_officer_hears_of_it_once_however_many_nights_pass(desk):
    take_back(desk)
    for _night in range(3):
        tasks.tell_of_shaken()
    assert told() == ["ines@example.org", "odette@example.org", "samir@example.org"]


def test_what_is_learned_anew_carries_it_again(desk):
    take_back(desk)
    learn(
        desk.person("alma"), SESSION, date(2026, 5, 30), kind="session", hours=1, hours_type="live"
    )
    assert found(desk) == []
    tasks.tell_of_shaken()
    assert told() == []


def test_what_was_recorded_twice_carries_it_still(desk):
    learn(desk.person("alma"), SESSION, DAY, kind="session", hours=1, hours_type="live")
    facts = evidence_for(person_ids=[desk.person("alma").pk])
    first = next(each for each in facts if each.subject == SESSION)
    reverse(evidence_id=first.id, actor_id=None, reason="Written twice.")
    assert found(desk) == []


def test_a_revoked_one_is_settled(desk):
    take_back(desk)
    revoke(desk)
    assert found(desk) == []


def test_officers_and_auditors_read_it_on_the_page_of_its_life(desk, client):
    take_back(desk)
    for who in ("ines", "dee"):
        client.force_login(desk.user(who))
        page = client.get(f"/certificates/{desk.code}/life/").content.decode()
        assert "Evidence behind it was taken back" in page
        assert "Somebody else had signed the sheet." in page
        assert "one requirement is not met" in page


@pytest.mark.parametrize("others", [1, 3])
def test_statements_do_not_grow_with_the_people(desk, statements, others):
    for name in ("kofi", "hannah", "teo")[:others]:
        person = desk.person(name)
        finish_mrss_101(person, DAY)
        finish_program(person, "nm-mrss", DAY)
        evaluate(person_ids=[person.pk], program_key="nm-mrss", on=DAY)
        take_back(desk, who=name)
    take_back(desk)
    codes = Credential.objects.filter(program_key="nm-mrss").count()
    facts = taken_back()
    shaken(facts=facts)
    with statements() as counted:
        assert len(shaken(facts=facts)) == codes == others + 1
    assert len(counted) <= 6
