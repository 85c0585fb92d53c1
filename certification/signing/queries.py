"""Say by which keys this academy is known."""

from typing import Any

from certification.signing.keyfile import KeyRing, key_ring

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")


def did_document() -> dict[str, Any]:
    """Return the DID document of this academy. Raises: NoSigningKey."""
    return document_of(key_ring())


def document_of(ring: KeyRing) -> dict[str, Any]:
    """Return the DID document that announces a ring of keys, the present one first."""
    return {
        "@context": list(CONTEXTS),
        "id": ring.did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": ring.did, "publicKeyMultibase": key}
            for method, key in ring.methods.items()
        ],
        "assertionMethod": list(ring.methods),
    }
