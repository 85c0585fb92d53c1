"""The face of certification: what it decides about people and certificates."""

from certification.casework import integrity as casework_integrity
from certification.casework.operations import agree as agree_to_revocation
from certification.casework.operations import appeal, propose_revocation
from certification.credentials import certificate
from certification.credentials import integrity as credentials_integrity
from certification.credentials.cases import Report, UnknownPerson
from certification.credentials.cases import report_on as status_on
from certification.credentials.operations import (
    PORTION,
    Evaluation,
    NotEarned,
    SameOfficer,
    WrongDate,
    WrongReason,
    WrongState,
    evaluate,
    evaluate_everybody,
    evaluate_history,
    issue,
    rebuild_standing,
    reinstate,
    retire,
    revoke,
    suspend,
)
from certification.credentials.queries import (
    UnknownCredential,
    credential_of,
    qualified_on,
    standing_counts,
)
from certification.dashboards import integrity as dashboards_integrity
from certification.duplicates import integrity as duplicates_integrity
from certification.portable import integrity as portable_integrity
from certification.prior_learning import integrity as prior_learning_integrity
from certification.program_review import integrity as program_review_integrity
from certification.programs import integrity as programs_integrity
from certification.programs.operations import adopt, load_programs
from certification.programs.queries import UnknownProgram
from certification.refusals import integrity as refusals_integrity
from certification.verification.disclosure import Disclosure
from certification.verification.queries import verify
from lms.kit.integrity import Check

__all__ = [
    "Disclosure",
    "Evaluation",
    "NotEarned",
    "Report",
    "SameOfficer",
    "UnknownCredential",
    "UnknownPerson",
    "UnknownProgram",
    "WrongDate",
    "WrongReason",
    "WrongState",
    "adopt",
    "agree_to_revocation",
    "appeal",
    "certificate_html",
    "certificate_pdf",
    "connect",
    "evaluate",
    "evaluate_everybody",
    "evaluate_history",
    "integrity",
    "issue",
    "load_programs",
    "propose_revocation",
    "qualified_on",
    "rebuild_wrong_standing",
    "reinstate",
    "retire",
    "revoke",
    "standing_counts",
    "status_on",
    "suspend",
    "verify",
]


def connect() -> None:
    """Register what the folder listens to and what it does in the background."""
    from certification.casework import tasks as casework  # noqa: F401 (registers its work)
    from certification.credentials import tasks
    from certification.portable import tasks as portable  # noqa: F401 (registers its work)
    from certification.program_review import tasks as walks  # noqa: F401 (registers its work)
    from certification.reminders import tasks as reminders  # noqa: F401 (registers its work)

    tasks.connect()


def certificate_html(*, code: str) -> str:
    """Return the page that the PDF of a certificate is made from. Raises: UnknownCredential."""
    return certificate.certificate_html(credential_of(code=code))


def certificate_pdf(*, code: str) -> bytes:
    """Make the PDF of a certificate anew, without storing it. Raises: UnknownCredential."""
    return certificate.certificate_pdf(credential_of(code=code))


def integrity(*, sample: int | None = None) -> list[Check]:
    """Return every check of this folder's stored data."""
    return [
        *programs_integrity.integrity(),
        *credentials_integrity.integrity(sample=sample),
        *prior_learning_integrity.integrity(),
        *duplicates_integrity.integrity(),
        *casework_integrity.integrity(),
        *refusals_integrity.integrity(),
        *portable_integrity.integrity(),
        *program_review_integrity.integrity(),
        *dashboards_integrity.integrity(),
    ]


def rebuild_wrong_standing() -> int:
    """Lay out anew every cached standing that differs from rules and events; return how many."""
    wrong = list(credentials_integrity.wrong_standing())
    for start in range(0, len(wrong), PORTION):
        rebuild_standing(person_ids=wrong[start : start + PORTION])
    return len(wrong)
