"""The private steps of issuing a period again under another name; the operations own the rest.

The certification goes on; only its number and the name on it change. The old number counts on the
days before the new one was issued, the new one from that day on, so that on every date exactly
one of them does. What happens to the period (a suspension, a revocation) counts under both.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from django.db.models import Q

from certification.credentials.fold import Status
from certification.credentials.issuing import CODES, ISSUED_JOB
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.queries import held_where
from certification.credentials.records import Held
from certification.evidence.models import StoredDecision
from lms.kit import clock
from lms.kit.codes import new_code
from lms.public import AuditRecord, enqueue_many, record_audits

RUNNING = frozenset({Status.VALID, Status.SUSPENDED, Status.NOT_YET_VALID})
"""What may be issued again: in force, suspended, or yet to begin. What is over stays as it was."""


# What both numbers of a period have in common, and what their decisions have.
SAME: Final = (
    "person_id",
    "program_key",
    "credential_key",
    "period",
    "title",
    "program_title",
    "issuer",
    "hours",
    "hours_by_type",
    "content_revision",
    "zone",
    "valid_from",
    "valid_until",
    "renew_from",
    "grace_until",
)
DECIDED: Final = (
    "person_id",
    "program_version_id",
    "credential_key",
    "as_of",
    "outcome",
    "findings",
    "evidence",
    "engine",
)


def reissuable(where: Q) -> list[Held]:
    """Return the credentials that may be issued again today, oldest first.

    `where` is a filter on `Credential`. Only the newest number of a period can.
    """
    rows = Credential.objects.filter(where, reissued_as__isnull=True).order_by("pk")
    zones = dict(rows.values_list("pk", "zone"))
    held = held_where(Q(credential_id__in=list(zones))) if zones else []
    return [each for each in held if each.worth(clock.today(zones[each.id])).status in RUNNING]


def write_editions(
    credentials: Sequence[Credential], *, holder_name: str, actor_id: int, reason: str, note: str
) -> list[Credential]:
    """Issue these credentials again under a name, each in place of its old number.

    Inside the caller's transaction, which has locked the rows and seen that they are running.

    Raises:
        IntegrityError: somebody else issued one of them again, or a code was drawn twice.
    """
    made = [_edition(each, holder_name) for each in credentials]
    StoredDecision.objects.bulk_create([each.decision for each in made])
    for each in made:
        each.decision_id = each.decision.pk
    Credential.objects.bulk_create(made)
    days = [max(clock.today(each.zone), each.valid_from) for each in made]
    CredentialEvent.objects.bulk_create(
        [
            *(_issued(*pair, actor_id, reason) for pair in zip(made, days, strict=True)),
            *(_superseded(*pair, actor_id, reason, note) for pair in zip(made, days, strict=True)),
        ]
    )
    record_audits([_audit(each, actor_id, reason) for each in made])
    enqueue_many(
        kind=ISSUED_JOB, jobs={f"{ISSUED_JOB}:{each.code}": {"code": each.code} for each in made}
    )
    return made


def locked(codes: Collection[str]) -> list[Credential]:
    """Return these credentials, locked until the caller's transaction ends, with decisions."""
    rows = Credential.objects.select_for_update(of=("self",), no_key=True).filter(code__in=codes)
    return list(rows.select_related("decision").order_by("pk"))


def _edition(old: Credential, holder_name: str) -> Credential:
    """Return the unsaved next edition, with a copy of the decision that it rests on."""
    decision = StoredDecision(**{name: getattr(old.decision, name) for name in DECIDED})
    return Credential(
        code=new_code(CODES),
        edition=old.edition + 1,
        formerly=old,
        decision=decision,
        holder_name=holder_name,
        **{name: getattr(old, name) for name in SAME},
    )


def _issued(new: Credential, day: date, actor_id: int, reason: str) -> CredentialEvent:
    return CredentialEvent(
        credential=new,
        kind=CredentialEventKind.ISSUED,
        effective_on=day,
        actor_id=actor_id,
        reason_code=reason,
    )


def _superseded(
    new: Credential, day: date, actor_id: int, reason: str, note: str
) -> CredentialEvent:
    return CredentialEvent(
        credential=new.formerly,
        kind=CredentialEventKind.SUPERSEDED,
        effective_on=day,
        actor_id=actor_id,
        reason_code=reason,
        note=note,
        replaced_by=new,
    )


def _audit(new: Credential, actor_id: int, reason: str) -> AuditRecord:
    return AuditRecord(
        action="credential.reissued",
        subject_kind="credential",
        subject=new.code,
        actor_id=actor_id,
        detail={
            "formerly": new.formerly.code if new.formerly else "",
            "edition": new.edition,
            "reason": reason,
        },
    )
