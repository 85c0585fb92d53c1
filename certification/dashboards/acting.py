"""Say who must act next, to the person and to others.

Whose turn it is follows from the kind of requirement, in ``certification.credentials.standing``;
here are only the words.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

YOU = "worker"
OFFICE = "office"
"""All is met and no certificate has been issued: the certification office must."""

TO_SELF: dict[str, str | Promise] = {
    YOU: _("You"),
    "coach": _("Your coach"),
    "trainer": _("Your trainer"),
    "supervisor": _("Your supervisor"),
    "agency": _("Your agency"),
    OFFICE: _("Certification office"),
}
TO_OTHERS: dict[str, str | Promise] = {
    YOU: _("The worker"),
    "coach": _("Coach"),
    "trainer": _("Trainer"),
    "supervisor": _("Supervisor"),
    "agency": _("The agency"),
    OFFICE: _("Certification office"),
}
NOBODY = _("Nobody yet")


def actor_name(actor: str, *, mine: bool) -> str | Promise:
    """Return who must act, in words for the person (`mine`) or for somebody else."""
    return (TO_SELF if mine else TO_OTHERS).get(actor, NOBODY)
