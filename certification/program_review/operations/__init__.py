"""Writing drafts, reviewing and publishing them, adopting programs, and walking through people."""

from certification.program_review.operations.adopting import adopt, end_adoption
from certification.program_review.operations.reviewing import (
    AuthorMayNotPublish,
    NothingNew,
    NotPreviewed,
    NotTheAuthor,
    Outdated,
    OwnDraft,
    ReasonMissing,
    WrongState,
    publish,
    send_back,
    submit,
    withdraw,
)
from certification.program_review.operations.walking import go_on, preview
from certification.program_review.operations.writing import (
    BrokenDraft,
    FormUsed,
    TooLong,
    write_draft,
)
from certification.programs.publishing import (
    AdoptionEnded,
    AlreadyAdopted,
    LabelTaken,
    TooEarly,
    WrongDays,
)
from certification.programs.queries import UnknownProgram

__all__ = [
    "AdoptionEnded",
    "AlreadyAdopted",
    "AuthorMayNotPublish",
    "BrokenDraft",
    "FormUsed",
    "LabelTaken",
    "NotPreviewed",
    "NotTheAuthor",
    "NothingNew",
    "Outdated",
    "OwnDraft",
    "ReasonMissing",
    "TooEarly",
    "TooLong",
    "UnknownProgram",
    "WrongDays",
    "WrongState",
    "adopt",
    "end_adoption",
    "go_on",
    "preview",
    "publish",
    "send_back",
    "submit",
    "withdraw",
    "write_draft",
]
