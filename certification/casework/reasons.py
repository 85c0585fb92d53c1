"""The words of casework: codes are stored, labels are shown."""

from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    """What became of a proposal to revoke."""

    AGREED = "agreed", _("Agreed: revoked")
    DECLINED = "declined", _("Declined: not revoked")
    WITHDRAWN = "withdrawn", _("Withdrawn by the officer who made it")


class Outcome(models.TextChoices):
    """What became of an appeal."""

    UPHELD = "upheld", _("The decision stands")
    SET_ASIDE = "set_aside", _("The decision is set aside")
    TOO_LATE = "too_late", _("Not heard: it came too late")


class AppealReason(models.TextChoices):
    """Why an appeal ended as it did; each reason belongs to one outcome."""

    FACTS_STAND = "facts_stand", _("The facts are as the decision says")
    NOTHING_NEW = "nothing_new", _("Nothing was said that was not weighed before")
    FACTS_WRONG = "facts_wrong", _("The facts are not as the decision says")
    NEW_EVIDENCE = "new_evidence", _("New evidence shows something else")
    PROCEDURE = "procedure", _("The rules for deciding were not followed")
    TOO_HARD = "too_hard", _("The facts call for less")
    LATE = "late", _("It was sent after the last day, without a good reason")


OUTCOME_OF: Final[dict[str, Outcome]] = {
    AppealReason.FACTS_STAND: Outcome.UPHELD,
    AppealReason.NOTHING_NEW: Outcome.UPHELD,
    AppealReason.FACTS_WRONG: Outcome.SET_ASIDE,
    AppealReason.NEW_EVIDENCE: Outcome.SET_ASIDE,
    AppealReason.PROCEDURE: Outcome.SET_ASIDE,
    AppealReason.TOO_HARD: Outcome.SET_ASIDE,
    AppealReason.LATE: Outcome.TOO_LATE,
}
ANSWER_TONES: Final[dict[str, str]] = {
    "": "waiting",
    Answer.AGREED: "bad",
    Answer.DECLINED: "ok",
    Answer.WITHDRAWN: "none",
}
"""How the state of a proposal is drawn; see lms.kit.statuses."""

OUTCOME_TONES: Final[dict[str, str]] = {
    "": "waiting",
    Outcome.UPHELD: "none",
    Outcome.SET_ASIDE: "ok",
    Outcome.TOO_LATE: "none",
}
WAITING: Final = _("Waiting")


def answer_words(code: str) -> str | Promise:
    """Return how a proposal stands, in words; an empty code is one that waits."""
    return Answer(code).label if code else WAITING


def outcome_words(code: str) -> str | Promise:
    """Return how an appeal stands, in words; an empty code is one that waits."""
    return Outcome(code).label if code else WAITING


def answers() -> list[tuple[str, object]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Answer.choices)


def outcomes() -> list[tuple[str, object]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Outcome.choices)
