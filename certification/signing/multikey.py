"""Write public keys and issuers the way others read them: multibase, did:key, did:web; pure.

Source: W3C Controlled Identifiers (Multikey), the did:key and did:web methods.
"""

import hashlib
from typing import Final
from urllib.parse import quote, urlsplit

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519: Final = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""
BASE58: Final = "z"
KEY_BYTES: Final = 32
LONGEST: Final = 200


class NotAKey(ValueError):
    """The text is no Ed25519 public key in multibase."""


def base58(data: bytes) -> str:
    """Return bytes in base58btc, without the multibase letter."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return ALPHABET[0] * zeros + text


def unbase58(text: str) -> bytes:
    """Return the bytes of a base58btc text. Raises: NotAKey."""
    number = 0
    if len(text) > LONGEST:
        raise NotAKey("too long")
    for letter in text:
        place = ALPHABET.find(letter)
        if place < 0:
            raise NotAKey(f"{letter!r} is no letter of base58")
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public: bytes) -> str:
    """Return the multibase text of an Ed25519 public key, such as z6Mk…"""
    return BASE58 + base58(ED25519 + public)


def public_bytes(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key in multibase. Raises: NotAKey."""
    data = unbase58(text[1:]) if text.startswith(BASE58) else b""
    if not data.startswith(ED25519) or len(data) != len(ED25519) + KEY_BYTES:
        raise NotAKey("not an Ed25519 public key in multibase (z6Mk…)")
    return data[len(ED25519) :]


def fingerprint(text: str) -> str:
    """Return what two people compare over the telephone: eight groups of four letters.

    The first 128 bits of the SHA-256 of the key, in hexadecimal. Raises: NotAKey.
    """
    digest = hashlib.sha256(public_bytes(text)).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def did_web(site_url: str) -> str:
    """Return the did:web of a site; a port is written %3A8000."""
    return f"did:web:{quote(urlsplit(site_url).netloc.lower(), safe='')}"


def method_of(did: str, key: str) -> str:
    """Return the address of one key of an issuer: its DID, and the key itself after the #.

    As in did:key, the fragment is the key, so that a reader can tell which key a file claims.
    """
    return f"{did}#{key}"


def claimed(method: str) -> tuple[str, str]:
    """Return the issuer and the key that the address of a key names.

    Raises:
        NotAKey: it is not written as `method_of` does.
    """
    did, mark, key = method.partition("#")
    if not mark or not did.startswith("did:") or len(method) > 400:
        raise NotAKey("not the address of a key")
    public_bytes(key)
    return did, key
