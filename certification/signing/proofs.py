"""Add a proof to a document and check one: Data Integrity, eddsa-jcs-2022; pure.

Source: W3C Verifiable Credential Data Integrity 1.0 and Data Integrity EdDSA Cryptosuites 1.0.
The proof is over the JSON that people read (RFC 8785): nothing is fetched, and no context can
change what was signed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certification.signing.jcs import NotCanonical, canonical
from certification.signing.multikey import BASE58, NotAKey, base58, public_bytes, unbase58

SUITE: Final = "eddsa-jcs-2022"
TYPE: Final = "DataIntegrityProof"
PURPOSE: Final = "assertionMethod"
SIGNATURE_BYTES: Final = 64
_FIELDS: Final = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
)


class Answer(StrEnum):
    """The three answers; none of them stands for another."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    """Why a proof is not valid, or nothing can be said of it."""

    NO_PROOF = "no_proof"
    OTHER_PROOF = "other_proof"
    UNKNOWN_KEY = "unknown_key"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a proof; `method` is the address of the key it claims, if any."""

    answer: Answer
    reason: Reason | None = None
    method: str = ""

    @property
    def valid(self) -> bool:
        """Whether the document is what the holder of the key signed."""
        return self.answer is Answer.VALID


def add_proof(
    document: Mapping[str, Any], *, private: Ed25519PrivateKey, method: str, created: datetime
) -> dict[str, Any]:
    """Return the document with a proof by a key, whose address is `method`.

    Raises:
        NotCanonical: the document cannot be written in one way alone.
    """
    bare = _without_proof(document)
    options: dict[str, Any] = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": created.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in bare:
        options["@context"] = bare["@context"]
    signature = private.sign(_hashed(bare, options))
    return bare | {"proof": options | {"proofValue": BASE58 + base58(signature)}}


def proof_of(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the first proof of our suite, or None.

    Other proofs may stand beside it; what they say is not looked at.
    """
    proofs = document.get("proof")
    every = proofs if isinstance(proofs, list) else [proofs]
    ours = [each for each in every if isinstance(each, Mapping) and each.get("type") == TYPE]
    return next((each for each in ours if each.get("cryptosuite") == SUITE), None)


def verify(document: Mapping[str, Any], keys: Mapping[str, str]) -> Verdict:
    """Return whether a document is what the holder of one of the keys signed; never raises.

    `keys` are public keys in multibase by the address that a proof names them by.
    """
    proof = proof_of(document)
    if proof is None:
        lacking = Reason.OTHER_PROOF if document.get("proof") else Reason.NO_PROOF
        return Verdict(Answer.CANNOT_TELL, lacking)
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _well_formed(document, proof):
        return Verdict(Answer.NOT_VALID, Reason.ALTERED, method if isinstance(method, str) else "")
    if method not in keys:
        return Verdict(Answer.CANNOT_TELL, Reason.UNKNOWN_KEY, method)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        signature = unbase58(proof["proofValue"][1:])
        public = Ed25519PublicKey.from_public_bytes(public_bytes(keys[method]))
        public.verify(signature, _hashed(_without_proof(document), options))
    except (InvalidSignature, NotCanonical, NotAKey, ValueError):
        return Verdict(Answer.NOT_VALID, Reason.ALTERED, method)
    return Verdict(Answer.VALID, None, method)


def _well_formed(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bool:
    """Tell whether a proof has the fields of the suite and no other, and is for our purpose."""
    context = {"@context"} & document.keys()
    value = proof.get("proofValue")
    return (
        proof.keys() == _FIELDS | context
        and proof["proofPurpose"] == PURPOSE
        and isinstance(value, str)
        and value.startswith(BASE58)
        and isinstance(proof["created"], str)
        and (not context or proof["@context"] == document["@context"])
    )


def _hashed(bare: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return what is signed: the hash of the proof's options, then that of the document."""
    return b"".join(hashlib.sha256(canonical(each)).digest() for each in (options, bare))


def _without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}
