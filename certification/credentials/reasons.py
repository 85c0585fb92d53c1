"""Why a credential was suspended or revoked: codes are stored, labels are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RevocationReason(models.TextChoices):
    """Why an officer takes a credential back for good."""

    ISSUED_IN_ERROR = "issued_in_error", _("Issued in error")
    WRONG_PERSON = "wrong_person", _("Issued to the wrong person")
    EVIDENCE_WITHDRAWN = "evidence_withdrawn", _("A requirement turned out not to be met")
    DISHONESTY = "dishonesty", _("Evidence was not honest")
    CONDUCT = "conduct", _("Professional conduct")
    HOLDER_REQUEST = "holder_request", _("At the holder’s request")
    OTHER = "other", _("Another reason, explained in the note")


class SuspensionReason(models.TextChoices):
    """Why an officer pauses a credential, or lets it run again."""

    UNDER_REVIEW = "under_review", _("A review is under way")
    REVOCATION_PROPOSED = "revocation_proposed", _("A second officer has still to decide")
    LICENCE_LAPSED = "licence_lapsed", _("A licence or check it rests on has lapsed")
    HOLDER_REQUEST = "holder_request", _("At the holder’s request")
    REVIEW_CLOSED = "review_closed", _("The review is closed")
    OTHER = "other", _("Another reason, explained in the note")


class RetirementReason(models.TextChoices):
    """Why a credential is laid down before its end, without anybody having done wrong."""

    HOLDER_REQUEST = "holder_request", _("At the holder’s request")
    PROGRAM_ENDED = "program_ended", _("The program has ended")
    OTHER = "other", _("Another reason, explained in the note")


class ReissueReason(models.TextChoices):
    """Why the same period is issued again under another number."""

    NAME_CHANGED = "name_changed", _("The holder’s name has changed")
    MISPRINTED = "misprinted", _("The name was wrongly printed")


# What a stranger reads; see certification/verification/disclosure.py for which reasons show.
PUBLIC_LABELS = {
    "issued_in_error": RevocationReason.ISSUED_IN_ERROR.label,
    "wrong_person": RevocationReason.WRONG_PERSON.label,
    "evidence_withdrawn": RevocationReason.EVIDENCE_WITHDRAWN.label,
    "holder_request": RevocationReason.HOLDER_REQUEST.label,
    "renewed": _("A newer certificate replaced it"),
    "name_changed": _("Issued again under the holder’s new name"),
    "misprinted": _("Issued again because it was wrongly printed"),
    "records_merged": _("Two records of the same person were joined"),
    "program_ended": RetirementReason.PROGRAM_ENDED.label,
    "issuer_decision": _("Decision of the issuer"),
}
