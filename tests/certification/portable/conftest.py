"""A record from Lakeshore's academy, signed with a key of its own, and who may bring it in."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certification.portable.document import document_of
from certification.portable.operations import trust_issuer
from certification.portable.records import PortableRecord, SourceFact, SourceSpell
from certification.programs.operations import load_programs
from certification.signing.multikey import method_of, multikey
from certification.signing.proofs import add_proof

DID = "did:web:lakeshore.example.org"
PERSON = UUID("11111111-2222-4333-8444-555555555555")
SPACE = UUID("0b0f0c0d-0000-4000-8000-000000000000")
ISSUED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def private_key(number=7):
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public_key(number=7):
    return multikey(private_key(number).public_key().public_bytes_raw())


def fact(subject, *, number=1, kind="training", hours="0", hours_type=None, score=None, **more):
    """Return a fact as Lakeshore tells it; the same subject and number is the same fact."""
    hours = Decimal(hours).quantize(Decimal("0.01"))
    values = {
        "id": str(uuid5(SPACE, f"{subject} {number}")),
        "kind": kind,
        "subject": subject,
        "title": subject.title(),
        "occurred_at": datetime(2026, 3, 2, 19, 0, tzinfo=UTC),
        "recorded_at": datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        "hours": hours,
        "hours_type": hours_type or ("self_paced" if hours else "none"),
        "score": None if score is None else Decimal(score).quantize(Decimal("0.01")),
        "passed": True,
        "content_revision": "lake 2025",
        "attested_by": "course",
    }
    return SourceFact(**values | more)


def record(*facts, name="Alma Reyes", **more):
    """Return a record of Lakeshore."""
    values = {
        "id": uuid5(SPACE, repr((facts, sorted(more)))),
        "did": DID,
        "issuer_name": "Lakeshore Academy",
        "issuer_url": "https://lakeshore.example.org",
        "issued_at": ISSUED,
        "person": PERSON,
        "name": name,
        "parts": frozenset(),
        "facts": facts,
        "taken_back": (),
        "licences": (),
        "spells": (SourceSpell("responder", date(2026, 1, 12), None, None, supervised=True),),
        "credentials": (),
        "programs": (),
    }
    return PortableRecord(**values | more)


def signed(told, *, number=7, did=DID):
    """Return the bytes of a signed record."""
    document = told if isinstance(told, dict) else document_of(told)
    private, method = private_key(number), method_of(did, public_key(number))
    return json.dumps(
        add_proof(document, private=private, method=method, created=ISSUED), ensure_ascii=False
    ).encode()


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "signing-key.pem")


@pytest.fixture
def programs(db):
    load_programs()


@pytest.fixture
def academy(db, programs):
    """The cast under the programs, with Lakeshore on the list of whom we believe."""
    from tests.cast import make_cast

    cast = make_cast()
    trust_issuer(
        name="Lakeshore Academy",
        did=DID,
        key=public_key(),
        from_on=date(2026, 1, 1),
        until_on=None,
        note="Compared by telephone.",
        actor_id=cast.user("ines").pk,
    )
    return cast
