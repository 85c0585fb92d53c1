"""Say counts of people in words, the same sentence for a team and for a state; no database."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import formats


def rest_in_words(
    *, provisional: int, training: int, lapsed: int, overdue: int, soon: int = 0
) -> str:
    """Return what there is to say beside the certified; what is nobody is left out.

    `soon`: people with a deadline in the next 30 days.
    """
    counted = (
        (
            provisional,
            ngettext(
                "%(n)s may respond with a fully trained partner.",
                "%(n)s may respond with a fully trained partner.",
                provisional,
            ),
        ),
        (training, ngettext("%(n)s is in training.", "%(n)s are in training.", training)),
        (lapsed, ngettext("%(n)s has lapsed.", "%(n)s have lapsed.", lapsed)),
        (
            overdue,
            ngettext("%(n)s has something overdue.", "%(n)s have something overdue.", overdue),
        ),
        (
            soon,
            ngettext(
                "%(n)s has a deadline in the next 30 days.",
                "%(n)s have a deadline in the next 30 days.",
                soon,
            ),
        ),
    )
    return " ".join(words % {"n": formats.plain(n)} for n, words in counted if n)


def certified_in_words(certified: int, everybody: int) -> str:
    """Return "14 of 18 people are certified (77.8 %)." or that nobody is counted."""
    if not everybody:
        return _("Nobody is counted here on this date.")
    words = {
        "certified": formats.plain(certified),
        "all": formats.plain(everybody),
        "share": formats.share(certified, everybody),
    }
    if everybody == 1:
        return _("%(certified)s of 1 person is certified (%(share)s).") % words
    return _("%(certified)s of %(all)s people are certified (%(share)s).") % words
