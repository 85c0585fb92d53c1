"""Say progress in words, the same on every page."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.learning.ordering import Wait
from courses.learning.progress import Progress
from courses.learning.records import Resume
from courses.learning.standing import TOP_UP
from lms.kit import formats


def progress_words(*, progress: Progress) -> str:
    """Return progress as words: "27.5 of 40 h, 3 items left".

    Where modules give hours these are the hours on record, as the transcript adds them up; where
    only the whole course does, the part of its minutes that is done. Who had finished an older
    version reads what the new one asks: "Top-up: 1 new item".
    """
    left = progress.left
    if progress.asks:
        return _asked_words(progress)
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


def _asked_words(progress: Progress) -> str:
    """Say what a new version asks of who had finished an older one."""
    left = progress.left
    if progress.asks == TOP_UP:
        return ngettext("Top-up: %(left)s new item", "Top-up: %(left)s new items", left) % {
            "left": left
        }
    return ngettext("To do again: %(left)s item left", "To do again: %(left)s items left", left) % {
        "left": left
    }


def hours_of(minutes: int) -> str:
    """Return minutes as hours with one decimal, "0.5"; never more than was done."""
    tenths = minutes * 10 // 60
    return formats.plain(Decimal(tenths) / 10, 1)


def wait_words(waits: Iterable[Wait]) -> str:
    """Return what comes first as words: "First finish: Safety. First finish 2 of: A, B, C."."""
    found = []
    for wait in waits:
        names = ", ".join(title for title, _url in wait.first)
        if wait.all:
            found.append(_("First finish: %(names)s.") % {"names": names})
        else:
            words = {"of": wait.of, "names": names}
            found.append(_("First finish %(of)s of: %(names)s.") % words)
    return " ".join(found)


def resume_words(*, resume: Resume) -> str:
    """Return where to go on as words: "Lesson 3, “Sit down first”"."""
    if not resume.heading or resume.heading == resume.lesson_title:
        return resume.lesson_title
    words = {"lesson": resume.lesson_title, "heading": resume.heading}
    return _("%(lesson)s, “%(heading)s”") % words
