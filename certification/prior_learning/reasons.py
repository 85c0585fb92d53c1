"""The words of prior learning: codes are stored, labels are shown."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.prior_learning.weighing import Code, Fault, Outcome


class RequestKind(models.TextChoices):
    """What somebody asks for."""

    EQUIVALENCY = "equivalency", _("Credit for training done elsewhere")
    EXEMPTION = "exemption", _("A requirement waived")


class EvidenceType(models.TextChoices):
    """What sort of paper shows it."""

    CERTIFICATE = "certificate", _("Certificate of completion")
    TRANSCRIPT = "transcript", _("Transcript or training record")
    LETTER = "letter", _("Letter of an employer or trainer")
    AGENDA = "agenda", _("Agenda or syllabus with proof of attendance")
    OTHER = "other", _("Another document")


class ReversalReason(models.TextChoices):
    """Why a decision is taken back."""

    IN_ERROR = "in_error", _("Decided in error")
    NOT_GENUINE = "not_genuine", _("The evidence is not genuine")
    NEW_EVIDENCE = "new_evidence", _("New evidence or an appeal")
    WITHDRAWN = "withdrawn", _("At the worker’s request")
    OTHER = "other", _("Another reason, explained in the note")


CODES: dict[str, str | Promise] = {
    Code.GRANTED: _("Granted in full"),
    Code.PARTLY: _("Partly granted"),
    Code.UNDOCUMENTED: _("Refused: not documented"),
    Code.TOO_OLD: _("Refused: older than the look-back limit"),
    Code.NOT_EQUIVALENT: _("Refused: not equivalent"),
    Code.NOT_WAIVABLE: _("Refused: cannot be waived"),
    Code.DUPLICATE: _("Refused: asked for before"),
}
OUTCOMES: dict[str, str | Promise] = {
    "": _("Waiting"),
    Outcome.GRANTED: _("Granted"),
    Outcome.PARTLY: _("Partly granted"),
    Outcome.REFUSED: _("Refused"),
}
TONES = {"": "waiting", Outcome.GRANTED: "ok", Outcome.PARTLY: "part", Outcome.REFUSED: "none"}
"""How a state is drawn; see lms.kit.statuses."""

FAULTS: dict[Fault, str | Promise] = {
    Fault.CODE: _("Choose a decision."),
    Fault.WAIVABLE: _("The program says that this has to be done anew. It cannot be granted."),
    Fault.LOOKBACK: _("The training was older than the look-back limit when it was asked for."),
    Fault.IN_TIME: _("The training was within the look-back limit. Choose another reason."),
    Fault.CAN_BE_WAIVED: _("The program lets prior learning count here. Choose another reason."),
    Fault.DOCUMENT: _("No document came with the request, so nothing can be granted."),
    Fault.AMOUNT: _("Enter how much counts: more than 0 and less than the clause needs."),
    Fault.WHOLE: _("This clause is credited whole or not at all, or in whole times."),
    Fault.NEEDLESS: _("Leave the amount empty, or choose “Partly granted”."),
    Fault.TRAINING: _("Together the clauses would get more hours than the training had."),
}


def request_kinds() -> list[tuple[str, object]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(RequestKind.choices)


def evidence_types() -> list[tuple[str, object]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(EvidenceType.choices)
