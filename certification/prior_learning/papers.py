"""Take in papers and hand them out again, never trusting a name or a label.

What a file is follows from its first bytes, not from what the browser says. It is stored under the
hash of its contents, is only ever sent as a download, and is checked against the hash each time.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

log = logging.getLogger(__name__)

MOST_FILES: Final = 5
MOST_BYTES: Final = 5 * 1024 * 1024
"""The largest file, 5 MB: a scan of several pages."""

# First bytes, type, ending. Nothing that a reader's program could run.
_TYPES: Final = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)
ACCEPT: Final = ".pdf,.png,.jpg,.jpeg"
_LONGEST_NAME: Final = 100


class TooManyPapers(ValueError):
    """More files came at once than may."""


class PaperTooLarge(ValueError):
    """A file is larger than ``MOST_BYTES``; the text is its name."""


class NotAPaper(ValueError):
    """A file is no PDF, PNG or JPEG; the text is its name."""


class PaperDamaged(RuntimeError):
    """The stored file is missing or altered."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One file as it was taken in; `name` is what people see, with the ending of its type."""

    name: str
    content_type: str
    ending: str
    data: bytes
    sha256: str
    folder: str = "prior-learning"

    @property
    def storage_name(self) -> str:
        """Return where it is kept: the hash says it, and the sender's name plays no part."""
        return f"{self.folder}/{self.sha256[:2]}/{self.sha256}{self.ending}"


def take_in(
    uploads: Iterable[UploadedFile], *, most: int = MOST_FILES, folder: str = "prior-learning"
) -> list[Paper]:
    """Return at most `most` files as papers of a folder; the same file twice is one.

    Raises:
        TooManyPapers, PaperTooLarge, NotAPaper: as the names say.
    """
    found: dict[str, Paper] = {}
    uploads = list(uploads)
    if len(uploads) > most:
        raise TooManyPapers
    for upload in uploads:
        name = PurePath(upload.name or "").name
        if (upload.size or 0) > MOST_BYTES:
            raise PaperTooLarge(name)
        paper = paper_of(name, upload.read(MOST_BYTES + 1))
        found.setdefault(paper.sha256, replace(paper, folder=folder))
    return list(found.values())


def paper_of(name: str, data: bytes) -> Paper:
    """Return what some bytes are.

    Raises:
        PaperTooLarge, NotAPaper: as the names say.
    """
    if len(data) > MOST_BYTES:
        raise PaperTooLarge(name)
    for start, content_type, ending in _TYPES:
        if data.startswith(start):
            sha256 = hashlib.sha256(data).hexdigest()
            return Paper(_readable(name, ending), content_type, ending, data, sha256)
    raise NotAPaper(name)


def _readable(name: str, ending: str) -> str:
    """Return a name without anything that could mean something to a browser or a file system."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(each if each.isalnum() or each in " -_.()" else "_" for each in stem).strip(" .")
    return f"{kept[:_LONGEST_NAME] or 'document'}{ending}"


def store(papers: Sequence[Paper]) -> None:
    """Keep papers in the store; call before the transaction that writes their rows. Repeatable."""
    for paper in papers:
        if not default_storage.exists(paper.storage_name):
            kept = default_storage.save(paper.storage_name, ContentFile(paper.data))
            if kept != paper.storage_name:  # Somebody stored the same bytes at the same time.
                default_storage.delete(kept)


def read(*, storage_name: str, sha256: str) -> bytes:
    """Return the bytes of a stored paper.

    Raises:
        PaperDamaged: it is missing, or it is not what was sent in.
    """
    try:
        with default_storage.open(storage_name) as opened:
            data = bytes(opened.read())
    except OSError as error:
        log.error("paper %s is missing", storage_name)
        raise PaperDamaged(storage_name) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        log.error("paper %s is altered", storage_name)
        raise PaperDamaged(storage_name)
    return data
