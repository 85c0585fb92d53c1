"""Give every status code its words, its icon and its colour, so that one state looks one way."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TONES = ("ok", "part", "warn", "bad", "none", "plain")
TONE_ICONS = {
    "ok": "check_circle",
    "part": "people",
    "warn": "schedule",
    "bad": "cancel",
    "none": "help_outline",
    "plain": "info_outline",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one status is shown: `tone` is one of TONES, `icon` a name in the sprite."""

    tone: str
    icon: str
    words: str | Promise


LOOKS: dict[str, Look] = {
    # A certificate
    "valid": Look("ok", "check_circle", _("Valid")),
    "expired": Look("warn", "schedule", _("Expired")),
    "suspended": Look("warn", "do_not_disturb", _("Suspended")),
    "revoked": Look("bad", "cancel", _("Revoked")),
    "retired": Look("none", "cancel", _("Laid down")),
    "superseded": Look("none", "loop", _("Replaced")),
    "not_yet_valid": Look("part", "schedule", _("Not yet valid")),
    "not_found": Look("none", "help_outline", _("Not found")),
    # A decision and its findings
    "met": Look("ok", "check_circle", _("Met")),
    "unmet": Look("warn", "radio_button_unchecked", _("Not met yet")),
    "needs_review": Look("none", "hourglass_empty", _("Needs review")),
    # Where somebody stands in a program
    "certified": Look("ok", "check_circle", _("Certified")),
    "in_training": Look("plain", "school", _("In training")),
    # Who may respond
    "qualified": Look("ok", "check_circle", _("Qualified")),
    "qualified_with_conditions": Look("part", "people", _("Qualified with conditions")),
    "provisional": Look("part", "people", _("Provisional")),
    "not_qualified": Look("bad", "cancel", _("Not qualified")),
    "unknown": Look("none", "help_outline", _("Cannot tell")),
    # A roster row
    "exact_code": Look("ok", "check_circle", _("Code matches")),
    "confirmed_name": Look("part", "person", _("Name confirmed")),
    "ambiguous": Look("warn", "warning", _("More than one match")),
    "no_match": Look("none", "help_outline", _("No match")),
    # Work on the way
    "done": Look("ok", "check_circle", _("Done")),
    "in_progress": Look("part", "autorenew", _("In progress")),
    "to_do": Look("none", "radio_button_unchecked", _("To do")),
    "locked": Look("none", "lock", _("Not open yet")),
    "waiting": Look("warn", "hourglass_empty", _("Waiting")),
    "due_soon": Look("warn", "schedule", _("Due soon")),
    "overdue": Look("bad", "priority_high", _("Overdue")),
    "passed": Look("ok", "check_circle", _("Passed")),
    "failed": Look("warn", "undo", _("Not passed yet")),
    "draft": Look("none", "edit", _("Draft")),
    "published": Look("ok", "check_circle", _("Published")),
    "signed": Look("ok", "verified", _("Signed")),
    "cancelled": Look("none", "cancel", _("Cancelled")),
}


def look_of(status: str) -> Look:
    """Return how a status code or a bare tone is shown; an unknown code is shown as itself."""
    if status in LOOKS:
        return LOOKS[status]
    if status in TONES:
        return Look(status, TONE_ICONS[status], "")
    return Look("plain", TONE_ICONS["plain"], status.replace("_", " ").capitalize())
