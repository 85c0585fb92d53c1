"""The pages: a worker takes the own record and no other; officers bring records in."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certification.portable.models import (
    EquivalenceMap,
    RecordDownload,
    RecordImport,
    TrustedIssuer,
)
from certification.portable.operations import add_map
from certification.portable.trust import present
from certification.signing.proofs import verify
from lms.audit.models import AuditEntry
from lms.people.models import Employment, Licence
from tests.certification.learning import finish_mrss_101
from tests.certification.portable.conftest import DID, fact, public_key, record, signed
from tests.certification.portable.test_equivalence import MAP
from tests.certification.portable.test_taking_in import FULL, bring_in, facts_of


def url_of(cast, who):
    return f"/me/record/{cast.person(who).uuid}/"


# --- the worker -----------------------------------------------------------------------------
def test_a_worker_downloads_the_own_record_and_sees_it_listed(academy, client):
    alma = academy.person("alma")
    finish_mrss_101(alma, date(2026, 3, 2))
    client.force_login(academy.user("alma"))
    response = client.post(url_of(academy, "alma"))
    document = json.loads(response.content)
    assert response["Content-Disposition"].startswith('attachment; filename="mrss-record-')
    assert (document["person"]["name"], len(document["facts"])) == ("Alma Reyes", 2)
    keys = {
        each["id"]: each["publicKeyMultibase"]
        for each in client.get("/.well-known/did.json").json()["verificationMethod"]
    }
    assert verify(document, keys).valid
    row = RecordDownload.objects.get()
    assert (row.person_id, row.made_by_id, row.facts) == (alma.pk, alma.user_id, 2)
    assert AuditEntry.objects.filter(action="portable.downloaded").count() == 1
    page = client.get("/me/record/").content.decode()
    assert ("Your downloads" in page, "No download yet" in page) == (True, False)


def test_nothing_sensitive_leaves_unless_it_is_ticked(academy, client):
    alma = academy.person("alma")
    for kind, number in (("CPSW", "P-7"), ("LICENCE", "L-9")):
        Licence.objects.create(
            person=alma, kind=kind, number=number, issuer="Board", valid_from=date(2025, 1, 1)
        )
    place = Employment.objects.get(person=alma).organisation.name
    client.force_login(academy.user("alma"))

    def told(**ticks):
        text = client.post(url_of(academy, "alma"), ticks).content.decode()
        return [word in text for word in ("P-7", "L-9", place, "alma@example.org")]

    assert told() == [False, False, False, False]
    assert told(licences="on") == [False, True, False, False]
    assert told(peer="on") == [True, False, False, False]
    assert told(employers="on") == [False, False, True, False]


def test_a_peer_credential_cannot_be_read_out_of_the_decisions(academy, client):
    from certification.engine.requirements import Kind, Requirement, walk
    from certification.programs.queries import catalogue

    alma = academy.person("alma")
    client.force_login(academy.user("alma"))
    before = json.loads(client.post(url_of(academy, "alma")).content)["programs"]
    for versions in catalogue().versions.values():
        for _, node in walk(versions[-1].rules.requirements):
            if isinstance(node, Requirement) and node.kind is Kind.CREDENTIAL:
                Licence.objects.create(
                    person=alma, kind="CPSW", requirement=node.id[:40],
                    valid_from=date(2025, 1, 1), verified_at="2025-01-02T00:00:00Z",
                )  # fmt: skip
    after = json.loads(client.post(url_of(academy, "alma")).content)["programs"]
    assert [each["decision"] for each in after] == [each["decision"] for each in before]


@pytest.mark.parametrize(
    ("who", "status"),
    [("kofi", 404), ("hannah", 404), ("bo", 403), ("renata", 403), ("ines", 403), ("dee", 403)],
)
def test_nobody_downloads_the_record_of_somebody_else(academy, client, who, status):
    client.force_login(academy.user(who))
    assert client.post(url_of(academy, "alma")).status_code == status
    assert RecordDownload.objects.count() == 0


def test_a_download_is_never_made_by_following_a_link(academy, client):
    client.force_login(academy.user("alma"))
    assert client.get(url_of(academy, "alma")).status_code == 405


def test_without_a_key_nothing_is_handed_out_and_the_page_says_so(academy, client, settings):
    settings.SIGNING_KEY_FILE, settings.SECURE = "/nowhere/key.pem", True
    client.force_login(academy.user("alma"))
    response = client.post(url_of(academy, "alma"))
    assert (response.status_code, "cannot sign" in response.content.decode()) == (503, True)


# --- the officer ----------------------------------------------------------------------------
def send(client, data):
    file = SimpleUploadedFile("record.json", data, "application/json")
    return client.post("/state/records/import/", {"file": file})


def test_an_officer_brings_a_record_in_step_by_step(academy, client):
    client.force_login(academy.user("ines"))
    step = send(client, signed(FULL))["Location"]
    assert "Who here is Alma Reyes?" in client.get(step).content.decode()
    found = client.get(step, {"q": "Alma Reyes"}).content.decode()
    chosen = f"{step}?person={academy.person('alma').uuid}"
    assert str(academy.person("alma").uuid) in found
    page = client.get(chosen).content.decode()
    assert ("2 facts would be recorded" in page, "Import this record" in page) == (True, True)
    done = client.post(chosen)
    assert done.status_code == 302
    assert [row[0] for row in facts_of(academy)] == ["NM-40-01-S", "NM-40-01-L"]
    result = client.get(done["Location"]).content.decode()
    assert "2 facts counted." in result
    assert "Alma Reyes" in client.get("/state/records/").content.decode()
    # The same again: nothing new, and the page says so.
    step = send(client, signed(FULL))["Location"]
    again = client.get(f"{step}?person={academy.person('alma').uuid}").content.decode()
    assert ("Nothing new" in again, "Import this record" in again) == (True, False)


def test_another_name_has_to_be_ticked(academy, client):
    client.force_login(academy.user("ines"))
    step = send(client, signed(record(*FULL.facts, name="Alma Whitehorse")))["Location"]
    chosen = f"{step}?person={academy.person('alma').uuid}"
    assert "The names differ" in client.get(chosen).content.decode()
    assert client.post(chosen).status_code == 400
    assert RecordImport.objects.count() == 0
    assert client.post(chosen, {"same_person": "on"}).status_code == 302
    assert RecordImport.objects.count() == 1


def test_a_map_is_chosen_and_what_it_leaves_out_is_shown(academy, client):
    row = add_map(text=MAP, actor_id=academy.user("odette").pk)
    client.force_login(academy.user("ines"))
    told = record(fact("course:core-2025", kind="course", hours="2"), fact("policy:x", hours="1"))
    step = send(client, signed(told))["Location"]
    page = client.get(f"{step}?map={row.pk}&person={academy.person('alma').uuid}").content.decode()
    assert ("Certification office" in page, "It is about another state." in page) == (True, True)
    assert "1 fact is not counted" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (signed(FULL, number=9), "fingerprint"),
        (signed(FULL).replace(b"Alma", b"Elma"), "altered after it was signed"),
        (b"%PDF", "no portable record"),
        (b'{"format": "mrss-portable-record/0"}', "mrss-portable-record/0"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(academy, client, data, said):
    client.force_login(academy.user("ines"))
    response = send(client, data)
    assert (response.status_code, said in response.content.decode()) == (400, True)


def test_an_upload_is_its_officers_own_business(academy, client):
    client.force_login(academy.user("ines"))
    step = send(client, signed(FULL))["Location"]
    client.force_login(academy.user("odette"))
    assert client.get(step).status_code == 404


def test_officers_do_not_find_themselves(academy, client):
    client.force_login(academy.user("ines"))
    step = send(client, signed(record(*FULL.facts, name="Inés Calderón")))["Location"]
    assert (
        "Nobody whom you may decide about"
        in client.get(step, {"q": "Inés Calderón"}).content.decode()
    )
    own = f"{step}?person={academy.person('ines').uuid}"
    assert (client.get(own).status_code, client.post(own).status_code) == (403, 403)


@pytest.mark.parametrize(
    "path",
    [
        "/state/records/",
        "/state/records/import/",
        "/state/records/issuers/",
        "/state/records/maps/",
    ],
)
def test_the_office_is_closed_to_others(academy, client, path):
    for who in ("alma", "bo", "renata"):
        client.force_login(academy.user(who))
        assert client.get(path).status_code == 403
    client.force_login(academy.user("ines"))
    assert client.get(path).status_code == 200


def test_an_auditor_looks_and_does_not_decide(academy, client):
    bring_in(academy, FULL)
    client.force_login(academy.user("dee"))
    done = RecordImport.objects.get()
    assert client.get("/state/records/").status_code == 200
    assert client.get(f"/state/records/{done.uuid}/").status_code == 200
    assert client.post("/state/records/issuers/", {}).status_code == 403
    assert client.post("/state/records/maps/", {}).status_code == 403
    client.force_login(academy.user("bo"))
    assert client.get(f"/state/records/{done.uuid}/").status_code == 404


def test_officers_keep_the_list_of_issuers(academy, client):
    client.force_login(academy.user("odette"))
    new = {"name": "Harbor", "did": "did:web:harbor.example", "from_on": "2026-01-01", "note": "x"}
    wrong = client.post("/state/records/issuers/", new | {"key": "abc"})
    assert (wrong.status_code, "no public key" in wrong.content.decode()) == (400, True)
    assert client.post("/state/records/issuers/", new | {"key": public_key(9)}).status_code == 302
    [row] = [each for each in present() if each.did == "did:web:harbor.example"]
    end = f"/state/records/issuers/{row.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"note": "Key lost."}).status_code == 302
    [row] = [each for each in present() if each.did == "did:web:harbor.example"]
    assert (row.trusted, TrustedIssuer.objects.filter(did=row.did).count()) == (False, 2)
    page = client.get("/state/records/issuers/").content.decode()
    assert ("Not believed" in page, DID in page) == (True, True)


def test_a_map_that_is_not_understood_stays_in_the_form(academy, client):
    client.force_login(academy.user("ines"))
    wrong = client.post("/state/records/maps/", {"text": MAP.replace("exist=O", "who=O")})
    text = wrong.content.decode()
    assert (wrong.status_code, "does not say where the line comes from" in text) == (400, True)
    assert "lakeshore" in text
    kept = client.post("/state/records/maps/", {"text": MAP})
    assert "Half of it is about Lakeshore." in client.get(kept["Location"]).content.decode()
    assert EquivalenceMap.objects.get().added_by == academy.user("ines")


# --- statements -----------------------------------------------------------------------------
def test_lists_ask_as_much_for_three_as_for_one(academy, client, statements):
    client.force_login(academy.user("ines"))

    def counted(path):
        client.get(path)
        with statements() as counted:
            client.get(path)
        return len(counted)

    paths = ["/state/records/", "/state/records/issuers/", "/state/records/maps/"]
    bring_in(academy, FULL, text=MAP.replace("course:core-2025", "NM-40-01-S"))
    one = [counted(path) for path in paths]
    for number, who in enumerate(("kofi", "hannah"), start=2):
        other = academy.person(who)
        told = record(
            *[fact(f"NM-40-0{number}-S", number=number)], name=other.name, person=other.uuid
        )
        bring_in(academy, told, who=who)
        add_map(text=MAP.replace('"1"', f'"{number}"'), actor_id=academy.user("ines").pk)
        client.post(
            "/state/records/issuers/",
            {
                "name": f"N{number}", "did": f"did:web:n{number}.example", "from_on": "2026-01-01",
                "note": "x", "key": public_key(number + 20),
            },
        )  # fmt: skip
    assert RecordImport.objects.count() == 3
    assert [counted(path) for path in paths] == one


def test_the_list_of_downloads_asks_as_much_for_three_as_for_one(academy, client, statements):
    client.force_login(academy.user("alma"))

    def counted():
        client.get("/me/record/")
        with statements() as counted:
            client.get("/me/record/")
        return len(counted)

    client.post(url_of(academy, "alma"))
    one = counted()
    client.post(url_of(academy, "alma"))
    client.post(url_of(academy, "alma"))
    assert counted() == one
