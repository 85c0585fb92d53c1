"""The desk of duplicates: who may open it, what it shows, and the way of two officers."""

import re
from uuid import uuid4

import pytest

from certification.credentials.operations import evaluate
from certification.duplicates import operations
from certification.duplicates.models import DuplicateAnswer, DuplicateProposal
from certification.public import status_on
from lms.people.models import Person, PersonMerge, PersonUnmerge
from tests.certification.duplicates.conftest import PROGRAM, join, proposed
from tests.certification.duplicates.test_joining import certify

DESK = "/state/duplicates/"


def compare_url(cast, kept="alma", other="twin"):
    pair = cast.person(kept).uuid, cast.person(other).uuid
    return "{}compare/?kept={}&other={}".format(DESK, *pair)


def page(client, cast, url, who="ines"):
    client.force_login(cast.user(who))
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def addresses(cast):
    merge = join(cast, "kofi", "hannah")
    waiting = proposed(cast)
    return [
        DESK, compare_url(cast), f"{DESK}proposals/{waiting}/", f"{DESK}merges/{merge}/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["alma", "bo", "renata", "dee"])
def test_nobody_but_officers_opens_any_page(pair, client, who):
    for url in addresses(pair):
        client.force_login(pair.user(who))
        assert client.get(url).status_code in (403, 404), url
        assert client.post(url).status_code in (403, 404, 405), url


def test_an_officer_of_another_state_finds_nothing_of_this_one(pair, client):
    pair.add_person("far", "Fay", "Away")
    pair.give_duty("far", "certification_officer", "lakeshore")
    _, *others = addresses(pair)
    client.force_login(pair.user("far"))
    assert "Alma" not in page(client, pair, DESK, "far")
    for url in others:
        assert client.get(url).status_code == 404, url


def test_the_desk_suggests_who_looks_alike_and_joins_nobody(pair, client):
    text = page(client, pair, DESK)
    assert "Same name" in text
    assert text.count("twin@example.org") == 1
    assert not PersonMerge.objects.exists()


def test_an_answered_pair_is_suggested_no_more(pair, client):
    uuid = proposed(pair)
    operations.refuse(actor_id=pair.user("odette").pk, uuid=uuid)
    assert "Same name" not in page(client, pair, DESK)


def test_a_parted_pair_is_suggested_no_more(pair, client):
    merge = join(pair)
    operations.part(actor_id=pair.user("ines").pk, merge_uuid=merge, reason="Two people.")
    assert "Same name" not in page(client, pair, DESK)


def test_two_known_records_are_found_by_their_addresses(pair, client):
    client.force_login(pair.user("ines"))
    found = client.get(DESK, {"first": "alma@example.org", "second": "twin@example.org"})
    assert found.status_code == 302
    assert found["Location"] == compare_url(pair)
    unknown = client.get(DESK, {"first": "alma@example.org", "second": "nobody@example.org"})
    assert unknown.status_code == 400
    assert "Nobody is found by this." in unknown.content.decode()


def test_the_comparison_shows_both_and_what_changes(pair, client):
    certify(pair.person("twin"))
    text = page(client, pair, compare_url(pair))
    assert {"alma@example.org", "twin@example.org"} <= set(re.findall(r"\w+@example.org", text))
    assert "Both accounts sign in to the one record" in text
    assert "In training" in text
    assert "Certified" in text


def post(client, cast, url, who, **values):
    client.force_login(cast.user(who))
    return client.post(url, values, follow=True)


def test_two_officers_join_and_one_takes_it_back(pair, client):
    form = {"reason": "Same papers.", "form_key": str(uuid4())}
    refused = post(client, pair, compare_url(pair), "ines", **form)
    assert refused.status_code == 400
    assert "Tick each of them" in refused.content.decode()

    first = post(client, pair, compare_url(pair), "ines", seen=["accounts"], **form)
    assert "Another officer has to agree" in first.content.decode()
    again = post(client, pair, compare_url(pair), "ines", seen=["accounts"], **form)
    assert again.status_code == 200
    found = DuplicateProposal.objects.get()
    url = f"{DESK}proposals/{found.uuid}/"
    alone = post(client, pair, url, "ines", answer="join", note="")
    assert "It takes another officer" in alone.content.decode()

    joined = post(client, pair, url, "odette", answer="join", note="Seen.")
    assert "Both records are read as one person now." in joined.content.decode()
    merge = PersonMerge.objects.get()
    assert (merge.proposed_by, merge.actor) == (pair.user("ines"), pair.user("odette"))

    back = f"{DESK}merges/{merge.uuid}/"
    empty = post(client, pair, back, "ines", reason="")
    assert empty.status_code == 400
    parted = post(client, pair, back, "ines", reason="Two birthdays.")
    assert "Two people after all" in parted.content.decode()
    assert "Two birthdays." in parted.content.decode()
    assert PersonUnmerge.objects.count() == 1


def test_an_officer_declines(pair, client):
    uuid = proposed(pair)
    post(client, pair, f"{DESK}proposals/{uuid}/", "odette", answer="refuse", note="Twins.")
    assert DuplicateAnswer.objects.get().note == "Twins."
    assert not PersonMerge.objects.exists()


def test_the_absorbed_account_shows_the_kept_record(pair, client):
    certify(pair.person("alma"))
    Person.objects.filter(pk=pair.person("twin").pk).update(given_name="Almita")
    join(pair)
    text = page(client, pair, "/me/", "twin")
    assert "Almita" not in text
    report = status_on(person_id=pair.person("alma").pk, program_key=PROGRAM)
    assert report.held[0].code in page(client, pair, "/me/certificates/", "twin")


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_do_not_grow_with_the_rows(pair, client, statements, rows):
    for n in range(rows):
        for half in "ab":
            key = f"{half}{n}"
            pair.add_person(key, f"Nina{n}", "Twice")
            pair.employ(key, "llano", "responder")
        pair.add_person(f"x{n}", f"Xena{n}", "Once")
        pair.add_person(f"y{n}", f"Yara{n}", "Once")
        proposed(pair, f"x{n}", f"y{n}")
    evaluate(person_ids=[])
    client.force_login(pair.user("ines"))
    with statements() as counted:
        response = client.get(DESK)
    assert response.status_code == 200
    assert len(counted) == 13


def test_the_state_desk_offers_it_to_officers_only(pair, client):
    assert 'href="/state/duplicates/"' in page(client, pair, "/state/")
    assert 'href="/state/duplicates/"' not in page(client, pair, "/state/", "dee")
