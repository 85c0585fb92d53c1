"""Whom we believe: which academies, by which keys, from when until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from certification.portable.models import TrustedIssuer
from certification.signing.multikey import NotAKey, claimed, fingerprint
from certification.signing.proofs import Answer, Reason, proof_of, verify
from lms.kit import formats
from lms.kit.periods import contains


class NotBelieved(ValueError):
    """A record is not what somebody whom we believe has signed.

    `code`: `unsigned`, `altered`, `unknown` (nobody told us of the key), `ended` (the key is not
    believed today), `other_issuer` (the record names another issuer than its signature). `method`
    is the address of the key that the file claims.
    """

    def __init__(self, code: str, method: str = "", issuer: TrustedIssuer | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.method = method
        self.issuer = issuer


@dataclass(frozen=True, slots=True)
class IssuerRow:
    """An academy as the list of those whom we believe shows it."""

    row: TrustedIssuer
    trusted: bool
    fingerprint: str


def present() -> list[TrustedIssuer]:
    """Return the last row of every key, by name; the last row of a key speaks."""
    last: dict[tuple[str, str], TrustedIssuer] = {}
    for row in TrustedIssuer.objects.select_related("added_by__person").order_by("turn", "pk"):
        last[row.did, row.key] = row
    return sorted(last.values(), key=lambda row: (row.name.casefold(), row.pk))


def stands(row: TrustedIssuer, on: date) -> bool:
    """Tell whether a key is believed on a date, by its last row."""
    return row.trusted and contains(row.from_on, row.until_on, on)


def rows(on: date) -> list[IssuerRow]:
    """Return every key that was ever believed, for showing."""
    return [IssuerRow(row, stands(row, on), fingerprint(row.key)) for row in present()]


def believed(document: Mapping[str, Any], on: date) -> TrustedIssuer:
    """Return the issuer of a document that is exactly what a key we believe has signed.

    Raises:
        NotBelieved: it is not; the code says why.
    """
    proof = proof_of(document)
    if proof is None:
        raise NotBelieved("unsigned")
    method = str(proof.get("verificationMethod"))
    try:
        did, key = claimed(method)
    except NotAKey as error:
        raise NotBelieved("altered", method[:200]) from error
    # First whether it is whole, by the key that it claims; then whether we believe that key.
    verdict = verify(document, {method: key})
    if verdict.answer is not Answer.VALID:
        code = "unsigned" if verdict.reason in (Reason.NO_PROOF, Reason.OTHER_PROOF) else "altered"
        raise NotBelieved(code, method)
    issuer = document.get("issuer")
    if not isinstance(issuer, Mapping) or issuer.get("id") != did:
        raise NotBelieved("other_issuer", method)
    row = next((each for each in present() if (each.did, each.key) == (did, key)), None)
    if row is None:
        raise NotBelieved("unknown", method)
    if not stands(row, on):
        raise NotBelieved("ended", method, row)
    return row


def refusal(error: NotBelieved) -> str:
    """Return why a record is refused, and what to do, in words."""
    if error.code == "unsigned":
        return _("This file is not signed. Ask the worker for the file as it was downloaded.")
    if error.code == "altered":
        return _(
            "This file was altered after it was signed: its signature does not fit what it says."
            " Nothing was read from it. Ask the worker to download it again."
        )
    if error.code == "other_issuer":
        return _(
            "This file names another issuer than the one that signed it. Nothing was read from it."
        )
    did, key = claimed(error.method)
    words = {"did": did, "key": key, "print": fingerprint(key)}
    if error.code == "ended" and error.issuer is not None:
        words["name"] = error.issuer.name
        words["day"] = formats.date_short(error.issuer.until_on or error.issuer.from_on)
        return (
            _(
                "Records of %(name)s signed with this key are not believed today (see the list of"
                " issuers, %(day)s). Fingerprint of the key: %(print)s. If it is believed again, an"
                " officer adds it to the list."
            )
            % words
        )
    return (
        _(
            "This file is whole, but nobody here has said that its issuer is believed: %(did)s, key"
            " %(key)s, fingerprint %(print)s. Call that academy on a number that you have from"
            " elsewhere, let them read their fingerprint to you, and add them to the list of"
            " issuers. Then upload the file again."
        )
        % words
    )
