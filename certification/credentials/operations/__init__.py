"""Issuing, changing and showing credentials; nothing is ever deleted."""

from certification.credentials.operations.changing import (
    SameOfficer,
    WrongDate,
    WrongReason,
    WrongState,
    change_within,
    check_within,
    locked,
    reinstate,
    retire,
    revoke,
    set_aside_within,
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
    next_by_officer,
    rebuild_standing,
)
from certification.credentials.operations.papers import (
    CertificateDamaged,
    StoredCertificate,
    certificate_file,
    follow_up,
)
from certification.credentials.operations.reissuing import decide_name, reissue

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
    "change_within",
    "check_within",
    "decide_name",
    "evaluate",
    "evaluate_everybody",
    "evaluate_history",
    "follow_up",
    "issue",
    "locked",
    "next_by_officer",
    "rebuild_standing",
    "reinstate",
    "reissue",
    "retire",
    "revoke",
    "set_aside_within",
    "suspend",
]
