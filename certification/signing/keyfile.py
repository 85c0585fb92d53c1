"""The key of this academy: one file that only the server reads, never in the repository."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from certification.signing.multikey import did_web, method_of, multikey

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_END: Final = b"-----END "


class NoSigningKey(RuntimeError):
    """The file of SIGNING_KEY_FILE is missing, readable by others, or holds no Ed25519 key."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that signs now, and every public key that is announced, the present one first."""

    did: str
    private: Ed25519PrivateKey
    public: tuple[str, ...]

    @property
    def method(self) -> str:
        """Return the address of the key that signs now."""
        return method_of(self.did, self.public[0])

    @property
    def methods(self) -> dict[str, str]:
        """Return every announced key by its address."""
        return {method_of(self.did, each): each for each in self.public}


def key_ring() -> KeyRing:
    """Return the keys of this academy; on trial, made on first use.

    The file holds the private key (PKCS 8, PEM); after it may stand public keys of earlier years,
    which are announced as long as something that they signed is worth something.

    Raises:
        NoSigningKey: there is none, or it is not kept as a key must be.
    """
    path = Path(settings.SIGNING_KEY_FILE)
    if not path.exists():
        if settings.SECURE:
            raise NoSigningKey(f"SIGNING_KEY_FILE: {path} does not exist.")
        make_key(path)
    try:
        if settings.SECURE and path.stat().st_mode & OTHERS:
            raise NoSigningKey(f"SIGNING_KEY_FILE: others can read {path}.")
        blocks = _blocks(path.read_bytes())
    except OSError as error:
        raise NoSigningKey(f"SIGNING_KEY_FILE: {path} cannot be read.") from error
    try:
        private = serialization.load_pem_private_key(blocks[0], password=None)
        earlier = [serialization.load_pem_public_key(each) for each in blocks[1:]]
    except (ValueError, TypeError, IndexError, UnsupportedAlgorithm) as error:
        raise NoSigningKey(f"SIGNING_KEY_FILE: {path} holds no key in PEM.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise NoSigningKey(f"SIGNING_KEY_FILE: {path} holds another kind of key.")
    keys = [private.public_key()]
    keys += [each for each in earlier if isinstance(each, Ed25519PublicKey)]
    public = tuple(multikey(each.public_bytes_raw()) for each in keys)
    return KeyRing(did_web(settings.SITE_URL), private, tuple(dict.fromkeys(public)))


def make_key(path: Path) -> bool:
    """Make a key that only the owner of the process can read; return whether there was none.

    Two processes that find none at once make one: the first name that is linked stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _blocks(data: bytes) -> list[bytes]:
    """Return the PEM blocks of a file, in their order."""
    blocks: list[bytes] = []
    lines: list[bytes] = []
    for line in data.splitlines(keepends=True):
        lines.append(line)
        if line.startswith(_END):
            blocks.append(b"".join(lines))
            lines = []
    return blocks
