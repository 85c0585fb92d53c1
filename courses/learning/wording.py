"""Say progress in words, the same on every page."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.learning.progress import Progress
from lms.kit import formats


def progress_words(*, progress: Progress) -> str:
    """Return progress as words: "0.5 of 1.5 h, 3 items left"."""
    left = progress.left
    words = {
        "have": hours_of(progress.minutes_done),
        "need": formats.hours(Decimal(progress.minutes_total) / 60, 1),
    }
    if not left:
        return _("%(have)s of %(need)s, nothing left") % words
    items = ngettext("%(left)s item left", "%(left)s items left", left) % {"left": left}
    return _("%(have)s of %(need)s, %(items)s") % (words | {"items": items})


def hours_of(minutes: int) -> str:
    """Return minutes as hours with one decimal, "0.5"; never more than was done."""
    tenths = minutes * 10 // 60
    return formats.plain(Decimal(tenths) / 10, 1)
