"""Checking a certificate: the same answer for everybody, live, and nothing else told."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from certification.credentials.models import Credential
from certification.credentials.operations import retire, revoke
from lms.kit.codes import ALPHABET
from lms.people.models import Licence

GOLDEN = Path(__file__).parents[2] / "golden" / "verify.json"


def mistyped(code):
    """Return the code with another last character."""
    return code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])


def get_json(client, code, **query):
    return client.get(f"/api/v1/verify/{code}", query)


# --- the API --------------------------------------------------------------------------------
def test_the_api_answers_exactly_what_is_promised(client, certificates):
    code = certificates["valid"]
    golden = json.loads(GOLDEN.read_text("utf-8").replace("<CODE>", code))
    answer = get_json(client, code)
    assert answer.status_code == 200
    assert answer.json() == golden
    assert list(answer.json()) == list(golden)


def test_page_json_and_api_say_the_same(client, certificates):
    for code in certificates.values():
        assert client.get(f"/verify/{code}.json").json() == get_json(client, code).json()


@pytest.mark.parametrize("status", ["valid", "expired", "revoked", "suspended"])
def test_every_status_is_told_by_page_and_api(client, certificates, status):
    code = certificates[status]
    assert get_json(client, code).json()["status"] == status
    page = client.get(f"/verify/{code}/")
    assert page.status_code == 200
    assert f"verdict--{status}" in page.content.decode()


def test_a_revocation_counts_from_its_day_and_says_why(client, certificates):
    code = certificates["revoked"]
    before = get_json(client, code, as_of="2026-11-08").json()
    after = get_json(client, code, as_of="2026-11-09").json()
    assert (before["status"], before["reason"]) == ("valid", None)
    assert (after["status"], after["reason"]) == ("revoked", "issued_in_error")
    page = client.get(f"/verify/{code}/").content.decode()
    assert "The issuer withdrew it on 9 Nov 2026." in page
    assert "Issued in error" in page


def test_what_was_laid_down_early_is_ended_with_its_day_and_reason(client, certificates, cast):
    code = certificates["valid"]
    retire(
        code=code, actor_id=cast.user("ines").pk, reason="holder_request",
        effective_on=date(2026, 11, 10), note="Secret plan",
    )  # fmt: skip
    before = get_json(client, code, as_of="2026-11-09").json()
    assert (before["status"], before["reason"], before["valid_until"]) == (
        "valid", None, "2028-02-02",
    )  # fmt: skip
    answer = get_json(client, code).json()
    assert (answer["status"], answer["reason"], answer["valid_until"]) == (
        "expired", "holder_request", "2026-11-09",
    )  # fmt: skip
    assert client.get(f"/verify/{code}.json").json()["status"] == "expired"
    page = client.get(f"/verify/{code}/").content.decode()
    assert "It was laid down early. It was valid through 9 Nov 2026." in page
    assert "At the holder’s request" in page
    assert "says nothing against the holder" in page
    for words in ("None on record", "steps to renew", "Secret plan"):
        assert words not in page


def test_revocation_is_live(client, certificates, cast):
    code = certificates["valid"]
    assert get_json(client, code).json()["status"] == "valid"
    revoke(
        code=code,
        actor_id=cast.user("ines").pk,
        proposed_by_id=cast.user("odette").pk,
        reason="conduct",
    )
    answer = get_json(client, code).json()
    assert (answer["status"], answer["reason"]) == ("revoked", "issuer_decision")


def test_the_last_day_still_counts(client, certificates):
    code = certificates["valid"]
    assert get_json(client, code, as_of="2028-02-02").json()["status"] == "valid"
    assert get_json(client, code, as_of="2028-02-03").json()["status"] == "expired"
    assert get_json(client, code, as_of="2026-02-02").json()["status"] == "not_yet_valid"


def test_an_unknown_code_is_a_plain_404(client, certificates):
    answer = get_json(client, "MRSS-7K3Q-9XPA-G")
    assert answer.status_code == 404
    assert answer.json() == {"status": "not_found"}


def test_a_mistyped_code_is_said_to_be_mistyped(client, certificates):
    code = mistyped(certificates["valid"])
    answer = get_json(client, code)
    assert answer.status_code == 404
    assert answer.json() == {
        "status": "not_found",
        "detail": "The check character does not fit: the code is mistyped.",
    }
    page = client.get(f"/verify/{code}/")
    assert page.status_code == 404
    assert "This code has a typing mistake" in page.content.decode()


@pytest.mark.parametrize("text", ["2026-13-01", "20260301", "tomorrow", "2026-02-30", "9" * 5000])
def test_a_date_that_is_none_is_refused(client, certificates, text):
    answer = get_json(client, certificates["valid"], as_of=text)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 422
    page = client.get(f"/verify/{certificates['valid']}/", {"as_of": text})
    assert page.status_code == 422
    assert "We could not read that date" in page.content.decode()


def test_the_api_describes_itself(client):
    schema = client.get("/api/v1/openapi.json").json()
    answer = schema["components"]["schemas"]["VerifiedCertificate"]
    assert list(answer["properties"]) == list(json.loads(GOLDEN.read_text("utf-8")))
    assert set(schema["paths"]["/api/v1/verify/{code}"]["get"]["responses"]) >= {
        "200",
        "404",
        "422",
    }


# --- ways to write a code -------------------------------------------------------------------
def test_a_code_may_be_written_in_many_ways(client, certificates):
    code = certificates["valid"]
    for text in (code.lower(), code.replace("-", " "), code.replace("-", ""), code[5:]):
        answer = client.get("/verify/", {"code": text})
        assert (answer.status_code, answer["Location"]) == (302, f"/verify/{code}/")
        assert get_json(client, text).json()["code"] == code


def test_the_address_in_the_qr_code_lands_on_the_result(client, certificates):
    code = certificates["valid"]
    for path in (f"/VERIFY/{code}", f"/verify/{code}", f"/verify/{code.lower()}/"):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain == [(f"/verify/{code}/", 302)]
        assert "Lucía Tafoya-Begay" in answer.content.decode()


def test_a_date_survives_the_redirect(client, certificates):
    code = certificates["revoked"]
    answer = client.get(f"/verify/{code.lower()}/", {"as_of": "2026-11-01"})
    assert answer["Location"] == f"/verify/{code}/?as_of=2026-11-01"
    page = client.get(answer["Location"]).content.decode()
    assert "Valid on 1 Nov 2026" in page


def test_an_expired_certificate_leads_to_the_next_period(client, certificates, cast):
    old = Credential.objects.get(code=certificates["expired"])
    decision = old.decision
    decision.pk, decision.uuid = None, "0b8f2a66-2c39-4d4e-9a3d-2f8f4c1f9a01"
    decision.save(force_insert=True)
    new = Credential.objects.create(
        code="MRSS-7K3Q-9XPA-G", person=old.person, program_key=old.program_key,
        credential_key=old.credential_key, period=2, decision=decision,
        holder_name=old.holder_name, title=old.title, program_title=old.program_title,
        issuer=old.issuer, hours=old.hours, zone=old.zone, valid_from=date(2026, 1, 1),
    )  # fmt: skip
    new.events.create(kind="issued", effective_on=new.valid_from)
    assert get_json(client, old.code).json()["replaced_by"] == new.code
    assert f'href="/verify/{new.code}/"' in client.get(f"/verify/{old.code}/").content.decode()


# --- what it costs and leaves behind --------------------------------------------------------
@pytest.mark.parametrize("address", ["/verify/{}/", "/verify/{}.json", "/api/v1/verify/{}"])
def test_one_statement_no_write_no_session(client, certificates, statements, cast, address):
    client.force_login(cast.user("alma"))
    with statements() as counted:
        answer = client.get(address.format(certificates["valid"]))
    assert len(counted) == 1, counted.texts()
    assert counted.texts()[0].startswith("SELECT")
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_looks_the_same_signed_in_or_not(client, certificates, cast):
    path = f"/verify/{certificates['valid']}/"
    stranger = client.get(path).content
    client.force_login(cast.user("lucia"))
    assert client.get(path).content == stranger


def test_plain_http_is_sent_to_https_where_that_is_due(client, certificates, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(f"/verify/{certificates['valid']}/")
    assert answer.status_code == 301
    secure = client.get(f"/verify/{certificates['valid']}/", secure=True)
    assert secure.status_code == 200


def test_a_foreign_host_is_refused(client, certificates):
    answer = client.get(f"/verify/{certificates['valid']}/", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_only_reading_is_allowed(client, certificates):
    for path in (reverse("verify"), f"/verify/{certificates['valid']}/"):
        assert client.post(path).status_code == 405
    assert client.head(f"/verify/{certificates['valid']}/").status_code == 200


def test_who_asks_too_often_must_wait(client, certificates):
    path = f"/api/v1/verify/{certificates['valid']}"
    codes = [client.get(path).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    page = client.get(f"/verify/{certificates['valid']}/")
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0


def test_the_page_speaks_a_language_that_is_offered(client, certificates, settings):
    page = client.get(f"/verify/{certificates['valid']}/", headers={"accept-language": "es"})
    language = "es" if "es" in dict(settings.LANGUAGES) else "en"
    assert f'<html lang="{language}">' in page.content.decode()
    assert page["Content-Language"] == language


# --- what a stranger must not learn ---------------------------------------------------------
def test_no_answer_tells_employer_score_licence_or_notes(client, certificates, cast):
    Licence.objects.create(
        person=cast.person("hannah"), kind="CPSW", number="SECRET-4711",
        issuer="Secret Peer Board", valid_from=date(2026, 1, 1),
    )  # fmt: skip
    secrets = [
        "Río Vista", "Rio Vista", "rio-vista", "Llano", "llano", "High Desert", "Secret",
        "SECRET", "CPSW", "score", "@example.org", "under_review", "review", "Bo Castillo",
    ]  # fmt: skip
    for code in certificates.values():
        for path in (f"/verify/{code}/", f"/verify/{code}.json", f"/api/v1/verify/{code}"):
            for query in ({}, {"as_of": "2026-06-01"}):
                text = client.get(path, query).content.decode()
                assert [each for each in secrets if each in text] == []


def test_nobody_is_found_by_name_or_by_part_of_a_code(client, certificates):
    for text in ("Lucía Tafoya-Begay", "Tafoya", certificates["valid"][:-2], "MRSS-%"):
        page = client.get("/verify/", {"code": text}, follow=True)
        assert page.status_code == 404
        assert "Certified MRSS Responder" not in page.content.decode()


# --- hostile input --------------------------------------------------------------------------
HOSTILE = [
    "A" * 100_000,
    "MRSS-" + "9" * 99_000,
    "' OR 1=1 --",
    '"; DROP TABLE certification_credential; --',
    "<script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "%00",
    "\x00",
    "MRSS\x00-AAAA",
    "..%2f..%2fetc%2fpasswd",
    "../../etc/passwd",
    "MRSS-ＬＵ３９-ＧＭＦＡ-Ｑ",
    "💥" * 50,
    "\u202eQ-AFMG-93UL-SSRM",
    "\ud7ff\uffff",
    "%s%n%x",
    "MRSS-AAAA-AAAA-A\r\nSet-Cookie: x=1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_codes_are_answered_calmly(client, db, text):
    from urllib.parse import quote

    for answer in (
        client.get("/verify/", {"code": text}, follow=True),
        client.get(f"/verify/{quote(text, safe='')}/", follow=True),
        client.get(f"/verify/{quote(text, safe='')}.json", follow=True),
        client.get(f"/api/v1/verify/{quote(text, safe='')}", follow=True),
    ):
        assert answer.status_code in (400, 404)
        body = answer.content.decode()
        assert "<script>alert" not in body
        assert len(body) < 40_000
        assert "Set-Cookie" not in answer.headers or answer["Set-Cookie"] != "x=1"
