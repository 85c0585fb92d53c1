"""Sending a refusal letter, and handing out its bytes again."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from certification.credentials.cases import Report, report_on
from certification.credentials.standing import CERTIFIED
from certification.dashboards.verdict import certificate_key
from certification.evidence.models import StoredDecision
from certification.evidence.snapshots import evidence_json, findings_json
from certification.refusals import access, notices
from certification.refusals.letter import Content, content_of, letter_pdf
from certification.refusals.models import RefusalLetter
from lms.kit import clock
from lms.public import person_of_user, record_audit

log = logging.getLogger(__name__)


class Certified(ValueError):
    """The person is certified on that date: there is nothing to refuse."""


class FormUsed(ValueError):
    """The form was sent before, about somebody or something else."""


class LetterDamaged(RuntimeError):
    """The stored letter is missing or altered, and cannot be made again the same."""


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """The bytes of a letter and their SHA-256 in hexadecimal."""

    data: bytes
    sha256: str


def draft_of(*, report: Report, actor_id: int, letter: UUID | None = None) -> Content:
    """Return what the letter would say, marked as a draft."""
    return _content(report, letter or uuid4(), actor_id, "", draft=True)


def send(
    *, person_id: int, program_key: str, on: date, actor_id: int, words: str, form_key: UUID
) -> UUID:
    """Keep the decision of a date with the letter that prints it, and tell the person.

    Return the letter's uuid; the same form twice is one letter.

    Raises:
        Denied: the account may not write to this person.
        UnknownProgram, UnknownPerson: there is none.
        Certified: there is nothing to refuse.
        FormUsed: the form was sent before, about somebody else.
    """
    access.require_write(user_id=actor_id, person_id=person_id)
    known = _sent_before(form_key, person_id)
    if known is not None:
        return known
    report = report_on(person_id=person_id, program_key=program_key, on=on)
    if report.status == CERTIFIED:
        raise Certified(program_key)
    letter = uuid4()
    content = _content(report, letter, actor_id, words)
    data = letter_pdf(content)
    name = default_storage.save(f"refusals/{letter}.pdf", ContentFile(data))
    try:
        with transaction.atomic(durable=True):
            row = RefusalLetter.objects.create(
                uuid=letter,
                decision=_stored(report),
                officer_id=actor_id,
                words=words,
                content=content,
                storage_name=name,
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                form_key=form_key,
            )
            record_audit(
                actor_id=actor_id,
                action="refusal.sent",
                subject_kind="person",
                subject=str(report.person.uuid),
                detail={
                    "letter": row.reference,
                    "program": program_key,
                    "on": on.isoformat(),
                    "sha256": row.sha256,
                },
            )
            notices.tell(row, report.person)
    except IntegrityError:
        # The same form at the same time: the first one is the letter.
        default_storage.delete(name)
        known = _sent_before(form_key, person_id)
        if known is None:
            raise
        return known
    return letter


def letter_file(*, letter: RefusalLetter) -> StoredLetter:
    """Return the letter as it was sent; a lost file is made again and served if it is the same.

    Raises:
        LetterDamaged: the bytes are not those that were sent, and cannot be had again.
    """
    try:
        with default_storage.open(letter.storage_name) as opened:
            data = bytes(opened.read())
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != letter.sha256:
        log.error("letter %s is missing or altered", letter.storage_name)
        data = letter_pdf(letter.content)
        if hashlib.sha256(data).hexdigest() != letter.sha256:
            raise LetterDamaged(letter.reference)
    return StoredLetter(data, letter.sha256)


def _content(
    report: Report, letter: UUID, actor_id: int, words: str, *, draft: bool = False
) -> Content:
    officer = person_of_user(user_id=actor_id)
    return content_of(
        report,
        letter=letter,
        officer=officer.name if officer else "",
        words=words,
        at=clock.now(),
        draft=draft,
    )


def _stored(report: Report) -> StoredDecision:
    """Write the decision that the letter prints: every finding, and the facts it was made from."""
    return StoredDecision.objects.create(
        person_id=report.person.id,
        program_version_id=report.version.id,
        credential_key=certificate_key(report),
        as_of=report.on,
        outcome=report.decision.outcome.value,
        findings=findings_json(report.decision),
        evidence=evidence_json(report.facts, report.rules.requirements),
        engine=report.decision.engine,
    )


def _sent_before(form_key: UUID, person_id: int) -> UUID | None:
    row = RefusalLetter.objects.filter(form_key=form_key).select_related("decision").first()
    if row is None:
        return None
    if row.decision.person_id != person_id:
        raise FormUsed(form_key)
    return row.uuid
