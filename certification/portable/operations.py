"""Make a portable record, keep whom and what we believe, take a record in, and import it."""

import hashlib
import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from certification.credentials.operations import evaluate
from certification.portable import trust
from certification.portable.access import require_import, require_officer
from certification.portable.document import document_of
from certification.portable.equivalence import Equivalence, equivalence_of
from certification.portable.making import record_of
from certification.portable.models import (
    EquivalenceMap,
    PersonAlias,
    RecordDownload,
    RecordImport,
    RecordUpload,
    TrustedIssuer,
)
from certification.portable.plan import Plan
from certification.portable.queries import alias_of, plan_for
from certification.portable.reading import document_in, record_in
from certification.portable.records import Part, PortableRecord
from certification.portable.writing import Checked, confirm_licences, write_import
from certification.signing.multikey import public_bytes
from certification.signing.operations import sign
from lms.kit import clock
from lms.kit.matching import name_key
from lms.public import PERSON_CHANGED, WrongLookUp, enqueue, person, record_audit

log = logging.getLogger(__name__)

NET_DELAY: Final = timedelta(minutes=5)
"""How long the job waits behind the evaluation of this process; it is only the net."""
KEPT: Final = timedelta(days=14)
"""How long a record is kept that came in and was not imported."""


class NotTrusted(ValueError):
    """There is no such issuer whose records are believed now."""


class AlreadyTrusted(ValueError):
    """Records of this issuer by this key are believed already."""


class MapTaken(ValueError):
    """Another text stands under this map and version."""


class NameDiffers(ValueError):
    """The names differ, and nobody has said that it is the same person all the same."""


class SomebodyElse(ValueError):
    """The person of this record was said to be another person here; `person_id` says who."""

    def __init__(self, person_id: int) -> None:
        super().__init__(person_id)
        self.person_id = person_id


@dataclass(frozen=True, slots=True)
class Made:
    """A signed record as it is handed out."""

    data: bytes
    name: str
    record: PortableRecord


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `uuid` is None where it wrote nothing."""

    plan: Plan
    uuid: UUID | None = None


def make_record(*, person_id: int, parts: Collection[Part], actor_id: int | None) -> Made:
    """Make the portable record of a person, signed now, and write down that it was made.

    The caller has checked that the account may.

    Raises:
        NoSuchPerson, NoSigningKey, RecordTooLarge: as the names say.
    """
    record = record_of(person_id=person_id, parts=parts)
    signed = sign(document_of(record))
    data = (json.dumps(signed, ensure_ascii=False, indent=1) + "\n").encode()
    digest = hashlib.sha256(data).hexdigest()
    included = sorted(record.parts)
    with transaction.atomic(durable=True):
        RecordDownload.objects.create(
            record_id=record.id,
            person_id=person_id,
            made_by_id=actor_id,
            sha256=digest,
            size=len(data),
            facts=len(record.facts),
            included=included,
        )
        record_audit(
            actor_id=actor_id,
            action="portable.downloaded",
            subject_kind="portable_record",
            subject=str(record.id),
            detail={"person_id": person_id, "sha256": digest, "included": included},
        )
    day = clock.today(settings.ACADEMY_ZONE).isoformat()
    return Made(data, f"mrss-record-{day}.json", record)


# --- whom and what we believe ---------------------------------------------------------------
def trust_issuer(
    *,
    name: str,
    did: str,
    key: str,
    from_on: date,
    until_on: date | None,
    note: str,
    actor_id: int | None,
) -> int:
    """Say that records of an academy, signed with a key, are believed; return the row's id.

    Raises:
        Denied: the account is no certification officer's.
        NotAKey: the key is no Ed25519 public key in multibase.
        AlreadyTrusted: it is believed already.
    """
    if actor_id is not None:
        require_officer(user_id=actor_id)
    public_bytes(key)
    try:
        with transaction.atomic(durable=True):
            last = _last_row(did, key)
            if last is not None and last.trusted and last.until_on is None:
                raise AlreadyTrusted(did)
            row = TrustedIssuer.objects.create(
                did=did,
                key=key,
                turn=last.turn + 1 if last else 1,
                name=name,
                from_on=from_on,
                until_on=until_on,
                note=note,
                added_by_id=actor_id,
            )
            _audit_trust(row, "portable.issuer_trusted", actor_id)
    except IntegrityError as error:  # Two officers at once: the second finds the first's row.
        raise AlreadyTrusted(did) from error
    return row.pk


def end_trust(*, did: str, key: str, on: date, note: str, actor_id: int | None) -> None:
    """Say that records by a key are believed no longer from a date on, with the reason.

    What was imported stays; officers take back what they do not believe any more.

    Raises:
        Denied: the account is no certification officer's.
        NotTrusted: it is not believed now.
    """
    if actor_id is not None:
        require_officer(user_id=actor_id)
    try:
        with transaction.atomic(durable=True):
            last = _last_row(did, key)
            if last is None or not last.trusted:
                raise NotTrusted(did)
            row = TrustedIssuer.objects.create(
                did=did,
                key=key,
                turn=last.turn + 1,
                trusted=False,
                name=last.name,
                from_on=on,
                note=note,
                added_by_id=actor_id,
            )
            _audit_trust(row, "portable.issuer_ended", actor_id)
    except IntegrityError as error:
        raise NotTrusted(did) from error


def _last_row(did: str, key: str) -> TrustedIssuer | None:
    return TrustedIssuer.objects.filter(did=did, key=key).order_by("turn").last()


def _audit_trust(row: TrustedIssuer, action: str, actor_id: int | None) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="trusted_issuer",
        subject=str(row.pk),
        detail={"did": row.did, "key": row.key, "from_on": row.from_on.isoformat()},
    )


def add_map(*, text: str, actor_id: int | None) -> EquivalenceMap:
    """Keep a version of an equivalence map; the same text again is the same row.

    Raises:
        Denied: the account is no certification officer's.
        BrokenMap: with everything that is wrong with the text.
        MapTaken: this version of the map has another text.
    """
    if actor_id is not None:
        require_officer(user_id=actor_id)
    found = equivalence_of(text)
    try:
        with transaction.atomic(durable=True):
            known = EquivalenceMap.objects.filter(digest=found.digest).first()
            if known is not None:
                return known
            if EquivalenceMap.objects.filter(key=found.key, version=found.version).exists():
                raise MapTaken(f"{found.key} {found.version}")
            row = EquivalenceMap.objects.create(
                key=found.key,
                version=found.version,
                title=found.title,
                author=found.author,
                digest=found.digest,
                source=text,
                added_by_id=actor_id,
            )
            record_audit(
                actor_id=actor_id,
                action="portable.map_added",
                subject_kind="equivalence_map",
                subject=f"{found.key} {found.version}"[:80],
                detail={"digest": found.digest, "lines": len(found.lines)},
            )
    except IntegrityError as error:
        raise MapTaken(f"{found.key} {found.version}") from error
    return row


# --- taking in ------------------------------------------------------------------------------
def take_in(*, data: bytes, actor_id: int | None) -> RecordUpload:
    """Keep a record that came in, once its signature is known to be of somebody we believe.

    Raises:
        Denied: the account is no certification officer's.
        NotARecord: it is no portable record that this version reads.
        NotBelieved: it was altered, or is not by an issuer whom we believe.
    """
    if actor_id is not None:
        require_officer(user_id=actor_id)
    checked(data)
    with transaction.atomic(durable=True):
        upload = RecordUpload.objects.create(
            sha256=hashlib.sha256(data).hexdigest(),
            document=data.decode("utf-8-sig"),
            uploaded_by_id=actor_id,
        )
        record_audit(
            actor_id=actor_id,
            action="portable.uploaded",
            subject_kind="record_upload",
            subject=str(upload.uuid),
            detail={"sha256": upload.sha256},
        )
    return upload


def checked(data: bytes) -> tuple[PortableRecord, TrustedIssuer]:
    """Return the record in a file and its issuer, the signature first.

    Raises:
        NotARecord: it is no portable record that this version reads.
        NotBelieved: it was altered, or is not by an issuer whom we believe.
    """
    document = document_in(data)
    issuer = trust.believed(document, clock.today(settings.ACADEMY_ZONE))
    return record_in(document), issuer


def import_record(
    *,
    upload: RecordUpload,
    person_id: int,
    equivalence: EquivalenceMap | None,
    actor_id: int | None,
    name_differs: bool = False,
    checked_licences: Collection[UUID] = (),
    checked_at: str = "",
) -> Imported:
    """Write what a record tells of a person who was chosen by a human, then decide anew.

    What is on record stays as it is; with nothing new, nothing is written. `name_differs`: a
    human said that it is the same person under another name. `checked_licences` are the ids, in
    the record, of licences that the actor has looked up today at their source, which `checked_at`
    names; the others are recorded unverified.

    Raises:
        Denied: the account may not, or it is about the account's own person.
        NotARecord, NotBelieved: the issuer is not believed any more, or the upload is broken.
        NameDiffers: the names differ and nobody said that it is all the same.
        SomebodyElse: this record's person was said to be another person here.
        InvalidEvidence, ActConflict, LicenceRefused: the database does not take a value.
        WrongLookUp: licences were checked, and nobody says where.
    """
    if actor_id is not None:
        require_import(user_id=actor_id, person_id=person_id)
    looked = Checked(frozenset(checked_licences), checked_at.strip(), actor_id)
    if looked.licences and not looked.at:
        raise WrongLookUp
    record, issuer = checked(upload.document.encode())
    rules = equivalence_of(equivalence.source) if equivalence else None
    differs = not same_name(record, person_id)
    if differs and not name_differs:
        raise NameDiffers(record.name)
    with transaction.atomic(durable=True):
        alias = _alias(record, person_id)
        plan = plan_for(record=record, person_id=person_id, equivalence=rules)
        if not plan.changes:
            return Imported(plan)
        done = RecordImport.objects.create(
            upload=upload,
            alias=alias,
            issuer=issuer,
            equivalence=equivalence,
            made_by_id=actor_id,
            source_name=record.name,
            name_differed=differs,
            issued_at=record.issued_at,
        )
        write_import(done, record, plan, actor_id=actor_id)
        enqueue(
            kind=PERSON_CHANGED,
            key=f"portable:{done.uuid}",
            payload={"person_ids": [person_id]},
            run_after=clock.now() + NET_DELAY,
        )
    confirm_licences(plan, person_id, looked)
    _evaluate(person_id)
    return Imported(plan, done.uuid)


def preview(*, record: PortableRecord, person_id: int, equivalence: Equivalence | None) -> Imported:
    """Return what importing would do, and write nothing.

    Raises:
        SomebodyElse: this record's person was said to be another person here.
    """
    _check_alias(alias_of(record=record), person_id)
    return Imported(plan_for(record=record, person_id=person_id, equivalence=equivalence))


def same_name(record: PortableRecord, person_id: int) -> bool:
    """Tell whether the person here is called as the record says, accents and case aside."""
    return name_key(person(person_id=person_id).name) == name_key(record.name)


def _alias(record: PortableRecord, person_id: int) -> PersonAlias:
    """Return the row that says who the record's person is; held until the import is written."""
    PersonAlias.objects.get_or_create(
        did=record.did, source_person=record.person, defaults={"person_id": person_id}
    )
    # Two imports at once: the second plans after the first is on record.
    alias = PersonAlias.objects.select_for_update(of=("self",)).get(
        did=record.did, source_person=record.person
    )
    _check_alias(alias, person_id)
    return alias


def _check_alias(alias: PersonAlias | None, person_id: int) -> None:
    # Records that were merged are read as one person.
    if alias is not None and _same(alias.person_id) != _same(person_id):
        raise SomebodyElse(alias.person_id)


def _same(person_id: int) -> int:
    return person(person_id=person_id).id


def _evaluate(person_id: int) -> None:
    try:
        done = evaluate(person_ids=[person_id])
    except Exception:  # the import stands; the job tries again
        log.exception("an imported person waits to be decided anew")
    else:
        log.info("%s credentials issued after an import", len(done.issued))


def forget_uploads() -> int:
    """Delete records that came in long ago and were not imported; return how many."""
    with transaction.atomic(durable=True):
        old = RecordUpload.objects.filter(imports__isnull=True, recorded_at__lt=clock.now() - KEPT)
        deleted, _ = old.delete()
    return deleted
