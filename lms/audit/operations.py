"""Writing the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Entry:
    """One act to write down; ``actor_id`` None: the system."""

    action: str
    subject_kind: str
    subject: str
    actor_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def record(
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one audit row inside the caller's transaction. ``actor_id`` None: the system."""
    AuditEntry.objects.create(
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject=subject,
        detail=detail or {},
    )


def record_many(entries: Sequence[Entry]) -> None:
    """Add several audit rows inside the caller's transaction, in one statement per thousand."""
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor_id=each.actor_id,
                action=each.action,
                subject_kind=each.subject_kind,
                subject=each.subject,
                detail=each.detail,
            )
            for each in entries
        ],
        batch_size=1000,
    )
