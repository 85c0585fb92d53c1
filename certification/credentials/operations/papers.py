"""Making certificates, storing them with their hash, and telling holders of them."""

import hashlib
import logging
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from certification.credentials.certificate import certificate_pdf
from certification.credentials.models import CertificateFile, Credential
from certification.credentials.notices import tell_issued
from certification.credentials.queries import credential_of

log = logging.getLogger(__name__)


class CertificateDamaged(RuntimeError):
    """The stored certificate is missing or altered, and cannot be made again the same."""


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """The bytes of a certificate and their SHA-256 in hexadecimal."""

    data: bytes
    sha256: str


def follow_up(*, code: str) -> None:
    """Do what a new credential promises: make its certificate and tell its holder; repeatable.

    Raises:
        UnknownCredential: there is none.
    """
    credential = credential_of(code=code)
    certificate_file(credential=credential)
    with transaction.atomic(durable=True):
        tell_issued(credential)


def certificate_file(*, credential: Credential) -> StoredCertificate:
    """Return the certificate as PDF with its hash; made once, then always the same bytes.

    A file that was lost from the store is made again, and served only if its hash is the same.

    Raises:
        CertificateDamaged: the bytes are not those that were made, and cannot be had again.
    """
    stored = CertificateFile.objects.filter(credential=credential).first()
    if stored is None:
        return _make_file(credential)
    try:
        with default_storage.open(stored.storage_name) as opened:
            data = bytes(opened.read())
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        log.error("certificate file %s is missing or altered", stored.storage_name)
        data = certificate_pdf(credential)
        if hashlib.sha256(data).hexdigest() != stored.sha256:
            raise CertificateDamaged(credential.code)
    return StoredCertificate(data, stored.sha256)


def _make_file(credential: Credential) -> StoredCertificate:
    data = certificate_pdf(credential)
    sha256 = hashlib.sha256(data).hexdigest()
    name = default_storage.save(f"certificates/{credential.code}.pdf", ContentFile(data))
    with transaction.atomic(durable=True):
        row = CertificateFile(
            credential=credential, storage_name=name, sha256=sha256, size=len(data)
        )
        # Two first readers at once: one row is kept, and both files hold the same bytes.
        CertificateFile.objects.bulk_create([row], ignore_conflicts=True)
        kept = CertificateFile.objects.get(credential=credential)
    if kept.storage_name != name:
        default_storage.delete(name)
    if kept.sha256 != sha256:
        return certificate_file(credential=credential)
    return StoredCertificate(data, sha256)
