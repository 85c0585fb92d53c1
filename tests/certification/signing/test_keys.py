"""The key lies in a file that only the server reads; its public half is for everybody."""

import io
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from certification.signing.keyfile import NoSigningKey, key_ring, make_key
from certification.signing.multikey import fingerprint, multikey
from certification.signing.operations import sign
from certification.signing.proofs import verify
from certification.signing.queries import did_document
from lms.checks import signing_key_is_kept


@pytest.fixture
def key_file(settings, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys" / "signing-key.pem")
    return Path(settings.SIGNING_KEY_FILE)


def test_on_trial_a_key_is_made_on_first_use_for_its_owner_alone(key_file):
    first = key_ring()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert key_ring().public == first.public
    assert make_key(key_file) is False
    assert [each.name for each in key_file.parent.iterdir()] == ["signing-key.pem"]


def test_in_production_a_missing_key_is_never_made(key_file, settings):
    settings.SECURE = True
    with pytest.raises(NoSigningKey, match="SIGNING_KEY_FILE"):
        key_ring()
    assert not key_file.exists()


def test_in_production_a_key_that_others_can_read_is_refused(key_file, settings):
    make_key(key_file)
    key_file.chmod(0o640)
    settings.SECURE = True
    with pytest.raises(NoSigningKey, match="others can read"):
        key_ring()


@pytest.mark.parametrize("text", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_file_without_a_key_is_refused(key_file, text):
    key_file.parent.mkdir()
    key_file.write_bytes(text)
    with pytest.raises(NoSigningKey):
        key_ring()


def test_the_system_check_names_the_variable(key_file, settings):
    settings.SECURE = True
    assert [each.id for each in signing_key_is_kept()] == ["lms.E006"]
    make_key(key_file)
    assert signing_key_is_kept() == []
    key_file.chmod(0o644)
    [error] = signing_key_is_kept()
    assert (error.id, "SIGNING_KEY_FILE" in error.msg) == ("lms.E007", True)
    settings.SECURE = False
    assert signing_key_is_kept() == []


def test_what_we_sign_is_checked_by_our_did_document(key_file, client, settings):
    settings.SITE_URL = "https://academy.example.org"
    document = client.get("/.well-known/did.json").json()
    made = sign({"a": 1})
    keys = {each["id"]: each["publicKeyMultibase"] for each in document["verificationMethod"]}
    assert document == did_document()
    assert document["id"] == "did:web:academy.example.org"
    assert document["assertionMethod"] == list(keys)
    assert verify(made, keys).valid


def test_earlier_keys_stay_announced_and_the_first_one_signs(key_file):
    make_key(key_file)
    earlier = Ed25519PrivateKey.generate().public_key()
    with key_file.open("ab") as file:
        file.write(
            earlier.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    ring = key_ring()
    assert ring.public == (ring.public[0], multikey(earlier.public_bytes_raw()))
    assert sign({})["proof"]["verificationMethod"] == ring.method


def test_a_stranger_learns_that_there_is_no_key_and_no_more(key_file, client, settings):
    settings.SECURE = True
    response = client.get("/.well-known/did.json")
    assert (response.status_code, str(key_file) in response.content.decode()) == (503, False)


def test_the_command_prints_the_public_half_alone(key_file):
    out, err = io.StringIO(), io.StringIO()
    call_command("signing_key", "--make", stdout=out, stderr=err)
    key = key_ring().public[0]
    assert out.getvalue().splitlines()[1:] == [
        f"key          {key}",
        f"fingerprint  {fingerprint(key)}",
    ]
    assert "PRIVATE" not in out.getvalue() + err.getvalue()


def test_the_command_makes_no_key_unasked_in_production(key_file, settings):
    settings.SECURE = True
    with pytest.raises(CommandError, match="signing_key --make"):
        call_command("signing_key", stdout=io.StringIO())
