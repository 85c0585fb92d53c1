"""The face of certification: what it decides about people and certificates."""

from certification.credentials.cases import Report, UnknownPerson
from certification.credentials.cases import report_on as status_on
from certification.credentials.operations import (
    Evaluation,
    NotEarned,
    WrongDate,
    WrongReason,
    WrongState,
    evaluate,
    evaluate_everybody,
    evaluate_history,
    issue,
    reinstate,
    revoke,
    suspend,
)
from certification.credentials.queries import UnknownCredential, standing_counts
from certification.programs.operations import adopt, load_programs
from certification.programs.queries import UnknownProgram
from certification.verification.disclosure import Disclosure
from certification.verification.queries import verify

__all__ = [
    "Disclosure",
    "Evaluation",
    "NotEarned",
    "Report",
    "UnknownCredential",
    "UnknownPerson",
    "UnknownProgram",
    "WrongDate",
    "WrongReason",
    "WrongState",
    "adopt",
    "connect",
    "evaluate",
    "evaluate_everybody",
    "evaluate_history",
    "issue",
    "load_programs",
    "reinstate",
    "revoke",
    "standing_counts",
    "status_on",
    "suspend",
    "verify",
]


def connect() -> None:
    """Register what the folder listens to and what it does in the background."""
    from certification.credentials import tasks

    tasks.connect()
