"""Writing the audit log."""

from typing import Any

from lms.audit.models import AuditEntry


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
