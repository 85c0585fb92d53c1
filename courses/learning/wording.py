"""Say progress in words, the same on every page."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.learning.progress import Progress
from lms.kit import formats


def progress_words(*, progress: Progress) -> str:
    """Return progress as words: "27.5 of 40 h, 3 items left".

    Where modules give hours these are the hours on record, as the transcript adds them up; where
    only the whole course does, the part of its minutes that is done.
    """
    left = progress.left
    if progress.hours_total:
        words = {
            "have": formats.plain(progress.hours_done),
            "need": formats.hours(progress.hours_total),
        }
    else:
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
