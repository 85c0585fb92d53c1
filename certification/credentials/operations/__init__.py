"""Issuing, changing and showing credentials; nothing is ever deleted."""

from certification.credentials.operations.changing import (
    SameOfficer,
    WrongDate,
    WrongReason,
    WrongState,
    reinstate,
    retire,
    revoke,
    suspend,
)
from certification.credentials.operations.evaluating import (
    PORTION,
    Evaluation,
    NotEarned,
    evaluate,
    evaluate_everybody,
    evaluate_history,
    issue,
    rebuild_standing,
)
from certification.credentials.operations.papers import (
    CertificateDamaged,
    StoredCertificate,
    certificate_file,
    follow_up,
)

__all__ = [
    "PORTION",
    "CertificateDamaged",
    "Evaluation",
    "NotEarned",
    "SameOfficer",
    "StoredCertificate",
    "WrongDate",
    "WrongReason",
    "WrongState",
    "certificate_file",
    "evaluate",
    "evaluate_everybody",
    "evaluate_history",
    "follow_up",
    "issue",
    "rebuild_standing",
    "reinstate",
    "retire",
    "revoke",
    "suspend",
]
