"""What a worker is told about a request: that it was made for them, and what was decided."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from certification.prior_learning.models import PriorLearningRequest
from certification.prior_learning.reasons import CODES, OUTCOMES
from lms.public import notify


def tell_asked(request: PriorLearningRequest, *, by: str) -> None:
    """Tell the worker that somebody else has asked on their behalf."""
    words = _words(request) | {"who": by}
    _notify(
        request,
        "asked",
        _("A request about your earlier training was made for you"),
        [
            _("%(who)s has asked the certification office for you: %(what)s (%(reference)s).")
            % words,
            _("See the request and its papers: %(page)s") % words,
        ],
    )


def tell_decided(
    request: PriorLearningRequest,
    *,
    turn: int,
    outcome: str,
    findings: Sequence[tuple[str, str]],
    note: str,
) -> None:
    """Tell the worker what was decided; `findings` are (title, code) of each requirement."""
    words = _words(request) | {"outcome": OUTCOMES[outcome]}
    lines = [
        _("%(title)s: %(decision)s") % {"title": title, "decision": CODES[code]}
        for title, code in findings
    ]
    _notify(
        request,
        f"decided:{turn}",
        _("Your request %(reference)s: %(outcome)s") % words,
        [
            _("The certification office has decided about “%(what)s” (%(reference)s).") % words,
            "\n".join(lines),
            _("Note of the office: %(note)s") % {"note": note},
            _("What was granted is on your record now. See it: %(page)s") % words
            if outcome != "refused"
            else _("Your record has not changed. See the reasons: %(page)s") % words,
        ],
    )


def tell_reversed(request: PriorLearningRequest, *, turn: int, note: str) -> None:
    """Tell the worker that a decision was taken back and the request waits again."""
    words = _words(request)
    _notify(
        request,
        f"reversed:{turn}",
        _("The decision on your request %(reference)s was taken back") % words,
        [
            _(
                "The certification office has taken back its decision about “%(what)s”"
                " (%(reference)s). What was granted by it does not count any more, and the request"
                " waits for a new decision."
            )
            % words,
            _("Note of the office: %(note)s") % {"note": note},
            _("See the request: %(page)s") % words,
        ],
    )


def _notify(request: PriorLearningRequest, what: str, subject: str, parts: Sequence[str]) -> None:
    person = request.person.merged_into or request.person
    hello = _("Hello %(name)s,") % {"name": person.name}
    notify(
        key=f"prior-learning:{request.uuid}:{what}",
        kind="prior_learning",
        address=person.email,
        subject=subject,
        body="\n\n".join([hello, *parts]) + "\n",
        person_id=person.pk,
    )


def _words(request: PriorLearningRequest) -> dict[str, object]:
    return {
        "what": request.what,
        "reference": request.reference,
        "page": f"{settings.SITE_URL}/me/prior-learning/{request.uuid}/",
    }
