"""Keep a recording with its captions and transcript."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from courses.catalog.models import CourseMedia
from courses.publishing.captions import read_captions, to_webvtt, transcript_of
from lms.public import Ability, record_audit, require

# suffix → (kind, how such a file begins, at which byte)
KINDS: Final = {
    "mp4": ("video", (b"ftyp",), 4),
    "webm": ("video", (b"\x1a\x45\xdf\xa3",), 0),
    "m4a": ("audio", (b"ftyp",), 4),
    "mp3": ("audio", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), 0),
}
MOST_BYTES: Final = 500 * 1024 * 1024
MOST_CAPTIONS: Final = 2 * 1024 * 1024
MOST_WORDS: Final = 200_000
LONGEST: Final = 6 * 60 * 60


class NotARecording(ValueError):
    """The file is none that browsers play, is too large, or is not what its name says."""


class BadWords(ValueError):
    """The captions are no text in UTF-8, or the transcript is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecording:
    """What an editor hands in. ``seconds``: how long it runs; no ``transcript``: the captions."""

    title: str
    seconds: int
    language: str
    transcript: str = ""


def upload(
    *, file: UploadedFile, captions: UploadedFile, given: NewRecording, actor_id: int
) -> CourseMedia:
    """Store a recording under a name made of its contents. Return its row.

    Captions in SRT become WebVTT. Without a transcript, the words of the captions become one.

    Raises:
        NotARecording: the file cannot be played.
        captions.BadCaptions: the captions have faults, all of them named.
        BadWords: the captions are not UTF-8, or the transcript is too long.
    """
    require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
    suffix, kind = _kind(file)
    cues = read_captions(_text(captions), seconds=given.seconds)
    transcript = given.transcript.strip() or transcript_of(cues)
    if len(transcript) > MOST_WORDS:
        raise BadWords("transcript")
    digest = _digest(file)
    vtt = to_webvtt(cues).encode()
    stored = f"recordings/{digest[:2]}/{digest}.{suffix}"
    words = f"recordings/{digest[:2]}/{hashlib.sha256(vtt).hexdigest()}.vtt"
    if not default_storage.exists(stored):
        file.seek(0)
        default_storage.save(stored, file)
    if not default_storage.exists(words):
        default_storage.save(words, ContentFile(vtt))
    with transaction.atomic(durable=True):
        row = CourseMedia.objects.create(
            title=given.title,
            kind=kind,
            stored=stored,
            captions=words,
            transcript=transcript,
            language=given.language,
            seconds=given.seconds,
            size=file.size or 0,
            digest=digest,
            uploaded_by_id=actor_id,
        )
        record_audit(
            actor_id=actor_id,
            action="upload_recording",
            subject_kind="recording",
            subject=str(row.uuid),
            detail={"title": given.title, "digest": digest, "seconds": given.seconds},
        )
    return row


def _kind(file: UploadedFile) -> tuple[str, str]:
    suffix = (file.name or "").rpartition(".")[2].lower()
    if suffix not in KINDS:
        raise NotARecording("suffix")
    if not file.size or file.size > MOST_BYTES:
        raise NotARecording("size")
    kind, beginnings, at = KINDS[suffix]
    file.seek(0)
    head = file.read(16)
    if not any(head[at:].startswith(each) for each in beginnings):
        raise NotARecording("contents")
    return suffix, kind


def _text(file: UploadedFile) -> str:
    if (file.size or 0) > MOST_CAPTIONS:
        raise BadWords("captions")
    file.seek(0)
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadWords("captions") from error


def _digest(file: UploadedFile) -> str:
    found = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()
