"""Sign what leaves this academy."""

from collections.abc import Mapping
from typing import Any

from certification.signing.keyfile import key_ring
from certification.signing.proofs import add_proof
from lms.kit import clock


def sign(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with a proof by the key of this academy, made now.

    Raises:
        NoSigningKey: there is no key to sign with.
        NotCanonical: the document holds what JSON cannot say in one way alone.
    """
    ring = key_ring()
    return add_proof(document, private=ring.private, method=ring.method, created=clock.now())
