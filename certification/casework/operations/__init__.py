"""Proposing and answering a revocation, appealing and deciding an appeal; rows are only added."""

from certification.casework.operations.appealing import (
    AlreadyAppealed,
    AlreadyDecided,
    HadPart,
    NothingToAppeal,
    WhyLate,
    appeal,
    decide_appeal,
    note_reading,
)
from certification.casework.operations.proposing import (
    AlreadyAnswered,
    AlreadyProposed,
    NotTheirs,
    agree,
    decline,
    propose_revocation,
    withdraw,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyAppealed",
    "AlreadyDecided",
    "AlreadyProposed",
    "HadPart",
    "NotTheirs",
    "NothingToAppeal",
    "WhyLate",
    "agree",
    "appeal",
    "decide_appeal",
    "decline",
    "note_reading",
    "propose_revocation",
    "withdraw",
]
