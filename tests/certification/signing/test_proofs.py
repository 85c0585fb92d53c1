"""A proof says that nothing was altered, and by whose key; never more, never less."""

import copy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certification.signing.jcs import canonical, read
from certification.signing.multikey import (
    NotAKey,
    base58,
    claimed,
    did_web,
    fingerprint,
    method_of,
    multikey,
    public_bytes,
    unbase58,
)
from certification.signing.proofs import Answer, Reason, add_proof, verify

WHEN = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
# The eddsa-jcs-2022 test vector of the W3C ("Data Integrity EdDSA Cryptosuites v1.0").
W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_PRIVATE = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_VALUE = (
    "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4"
)
W3C_METHOD = f"https://vc.example/issuers/5678#{W3C_KEY}"
W3C_CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2",
]
W3C_DOCUMENT = {
    "@context": W3C_CONTEXT,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}


def key(number):
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(private):
    return multikey(private.public_key().public_bytes_raw())


MINE = key(7)
METHOD = method_of("did:web:academy.example.org", public(MINE))
KEYS = {METHOD: public(MINE)}
DOCUMENT = {"who": "Lucía Tafoya-Begay", "hours": "1.50", "n": 3, "list": [1, {"a": None}]}


def signed(document=None, private=MINE, method=METHOD):
    return add_proof(document or DOCUMENT, private=private, method=method, created=WHEN)


def test_the_vector_of_the_w3c_is_signed_and_verified_byte_for_byte():
    private = Ed25519PrivateKey.from_private_bytes(unbase58(W3C_PRIVATE[1:])[2:])
    made = add_proof(
        W3C_DOCUMENT,
        private=private,
        method=W3C_METHOD,
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )
    assert public(private) == W3C_KEY
    assert made["proof"] == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": W3C_METHOD,
        "proofPurpose": "assertionMethod",
        "@context": W3C_CONTEXT,
        "proofValue": W3C_VALUE,
    }
    assert verify(made, {W3C_METHOD: W3C_KEY}).valid


def test_what_was_signed_is_valid_also_written_another_way():
    made = signed()
    reordered = read(canonical({name: made[name] for name in reversed(made)}))
    assert (verify(made, KEYS).answer, verify(reordered, KEYS).answer) == (Answer.VALID,) * 2


@pytest.mark.parametrize(
    "alter",
    [
        lambda d: d.update(who="Lucia Tafoya-Begay"),
        lambda d: d.update(hours="1.5"),
        lambda d: d.update(n=4),
        lambda d: d.update(n="3"),
        lambda d: d["list"].reverse(),
        lambda d: d["list"].append(None),
        lambda d: d["list"][1].update(b=None),
        lambda d: d.pop("list"),
        lambda d: d.update(more=""),
        lambda d: d["proof"].update(created="2026-03-04T17:00:00Z"),
        lambda d: d["proof"].update(proofPurpose="authentication"),
        lambda d: d["proof"].update(expires="2099-01-01T00:00:00Z"),
        lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"][:-1] + "1"),
        lambda d: d["proof"].update(proofValue="z"),
        lambda d: d["proof"].update(proofValue="z0"),
        lambda d: d["proof"].update(proofValue=7),
        lambda d: d["proof"].update({"@context": []}),
        lambda d: d["proof"].pop("proofValue"),
    ],
)
def test_every_alteration_is_found(alter):
    made = copy.deepcopy(signed())
    alter(made)
    verdict = verify(made, KEYS)
    assert (verdict.answer, verdict.reason) == (Answer.NOT_VALID, Reason.ALTERED)


def test_another_key_under_our_address_is_not_ours():
    forged = signed(private=key(9))
    assert verify(forged, KEYS).reason is Reason.ALTERED


def test_a_key_nobody_told_us_of_cannot_be_judged():
    other = method_of("did:web:elsewhere.example.org", public(key(9)))
    verdict = verify(signed(private=key(9), method=other), KEYS)
    assert (verdict.answer, verdict.reason, verdict.method) == (
        Answer.CANNOT_TELL,
        Reason.UNKNOWN_KEY,
        other,
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, Reason.NO_PROOF),
        ({"proof": None}, Reason.NO_PROOF),
        ({"proof": "x"}, Reason.OTHER_PROOF),
        ({"proof": {"type": "Ed25519Signature2020"}}, Reason.OTHER_PROOF),
        (
            {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}]},
            Reason.OTHER_PROOF,
        ),
    ],
)
def test_without_a_proof_of_ours_nothing_is_said(document, reason):
    assert verify(document, KEYS).reason is reason


def test_the_proof_is_found_beside_another_one():
    made = signed()
    made["proof"] = [
        {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"},
        made["proof"],
    ]
    assert verify(made, KEYS).valid


@given(st.binary(max_size=40))
def test_base58_loses_nothing(data):
    assert unbase58(base58(data)) == data


def test_a_key_can_be_read_back_from_its_address_and_compared_aloud():
    did, text = claimed(METHOD)
    assert (did, public_bytes(text)) == (
        "did:web:academy.example.org",
        MINE.public_key().public_bytes_raw(),
    )
    assert [len(part) for part in fingerprint(text).split(" ")] == [4] * 8
    assert did_web("https://Academy.Example.org:8443/x") == "did:web:academy.example.org%3A8443"


@pytest.mark.parametrize(
    "text",
    ["", "z", "z6Mk0", "x6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", W3C_PRIVATE, "z" * 999],
)
def test_what_is_no_public_key_is_not_taken_for_one(text):
    with pytest.raises(NotAKey):
        public_bytes(text)
