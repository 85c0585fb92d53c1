"""Word the message about a result that was graded again."""

from django.conf import settings
from django.utils.translation import gettext as _

from courses.assessment.models import Attempt, Regrade
from courses.assessment.regrading import Flip
from lms.kit.formats import percent
from lms.public import Message, PersonRecord


def regraded(made: Regrade, flip: Flip, attempt: Attempt, person: PersonRecord) -> Message:
    """Return the message that tells a learner both results, and why."""
    words = {
        "name": person.given_name or person.name,
        "quiz": attempt.quiz.title,
        "before": percent(flip.before.score),
        "after": percent(flip.after.score),
        "reason": made.reason,
        "page": f"{settings.SITE_URL}/me/",
    }
    if flip.gains:
        what = _("You have passed it now.")
    elif flip.loses:
        what = _("With this result it is not passed any more. You may take it again.")
    else:
        what = _("You have still passed it.") if flip.after.passed else _("It is not passed yet.")
    parts = [
        _("Hello %(name)s,") % words,
        _("A question of the quiz “%(quiz)s” was wrong and has been mended.") % words,
        _("Your result was %(before)s and is %(after)s now.") % words + f" {what}",
        _("Why: %(reason)s") % words,
        _("Your record: %(page)s") % words,
    ]
    return Message(
        key=f"regrade:{made.uuid}:{attempt.uuid}",
        kind="regrade",
        address=person.email,
        subject=_("Your quiz “%(quiz)s” was graded again") % words,
        body="\n\n".join(parts) + "\n",
        person_id=person.id,
    )
