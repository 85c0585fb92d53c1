"""The page that lays what was known beside what is known now."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils.html import escape

from courses.public import record_training
from lms.people.models import Employment

TEAM = "/agency/rio-vista/"
EARLIER = datetime(2026, 1, 10, 18, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 18, tzinfo=UTC)
ASKED = {"as_of": "2026-03-01", "known_on": "2026-03-01", "program": "nm-mrss"}


def attest(person, at):
    with time_machine.travel(at, tick=False):
        record_training(
            person_id=person.pk,
            kind="session",
            subject="NM-40-01-L",
            hours=1,
            hours_type="live",
            occurred_at=datetime(2026, 2, 10, 18, tzinfo=UTC) if at == LATER else EARLIER,
            actor_id=None,
            act=f"late:{person.pk}",
        )


@pytest.fixture
def known(programs):
    """Give the cast, whose employment was written down in January."""
    # The cast was made today; what the rows say is what is asked about here.
    Employment.objects.update(recorded_at=EARLIER)
    return programs


def page(client, person, **asked):
    return client.get(f"{TEAM}people/{person.uuid}/then/", ASKED | asked)


def test_late_evidence_is_shown_as_a_difference(known, sign_in):
    alma = known.person("alma")
    attest(alma, LATER)
    text = page(sign_in(known, "bo"), alma).content.decode()
    assert "1 answer differs" in text
    same = page(sign_in(known, "bo"), alma, known_on="2026-04-30").content.decode()
    assert "0 answers differ" in same


def test_the_page_leads_from_the_record_and_back(known, sign_in):
    alma = known.person("alma")
    client = sign_in(known, "bo")
    record = client.get(f"{TEAM}people/{alma.uuid}/", ASKED).content.decode()
    assert f"{TEAM}people/{alma.uuid}/then/" in record
    assert (
        escape(f"{TEAM}people/{alma.uuid}/?as_of=2026-03-01") in page(client, alma).content.decode()
    )


@pytest.mark.parametrize(("key", "status"), [("alma", 403), ("bo", 200), ("dee", 200)])
def test_it_opens_for_whoever_may_open_the_record(known, sign_in, key, status):
    assert page(sign_in(known, key), known.person("kofi")).status_code == status


def test_a_coach_learns_nothing_of_licences_here_either(known, sign_in):
    teo = known.person("teo")
    assert "credential" in page(sign_in(known, "bo"), teo).content.decode()
    assert "CPSW" not in page(sign_in(known, "renata"), teo).content.decode()


def test_nonsense_is_answered_calmly(known, sign_in):
    response = page(sign_in(known, "bo"), known.person("alma"), known_on="soon", as_of="x")
    assert response.status_code == 200
    assert "could not read that date" in response.content.decode()


def test_the_number_of_statements_does_not_grow_with_the_evidence(known, sign_in, statements):
    alma = known.person("alma")
    client = sign_in(known, "bo")
    page(client, alma)
    with statements() as first:
        page(client, alma)
    attest(alma, EARLIER)
    with statements() as second:
        page(client, alma)
    assert len(first) == len(second)
