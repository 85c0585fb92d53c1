"""Find the one thing a worker does next: acknowledge, go on learning, or wait for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.dashboards.findings import Item
from certification.engine.requirements import Kind
from courses.public import Progress, progress_words
from lms.kit import formats
from lms.public import licence_kinds

Text = str | Promise

ACTIONS: dict[str, Text] = {
    "lesson": gettext_lazy("Continue the lesson"),
    "quiz": gettext_lazy("Take the check"),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One card with one action; without `href` there is nothing to press."""

    eyebrow: Text
    title: Text
    text: Text
    href: str = ""
    action: Text = ""


def next_own(items: Sequence[Item]) -> Item | None:
    """Return the worker's own item to do next, or None.

    That with the nearest deadline among those that can be done here, else among all.
    """
    own = [each for each in items if each.actor == "worker"]
    return next((each for each in own if each.href), None) or next(iter(own), None)


def next_granted(items: Sequence[Item]) -> Item | None:
    """Return the first licence or certification that the worker may add, or None.

    Not what waits to be looked up, and not a certificate of this academy, which is earned here.
    """
    ours = {f"credential:{kind}" for kind, _label in licence_kinds()}
    for each in items:
        foreign = all(key in ours for key in each.keys if key.startswith("credential:"))
        if each.kind is Kind.CREDENTIAL and not each.waiting and foreign:
            return each
    return None


def acknowledge(title: str, href: str) -> NextStep:
    """Return the step to acknowledge an observation."""
    return NextStep(
        eyebrow=_("Your next step, about 5 minutes"),
        title=_("Read what your coach saw"),
        text=_("%(title)s. It counts as soon as you say that you have read it.") % {"title": title},
        href=href,
        action=_("Read and acknowledge"),
    )


def learn(course: Progress) -> NextStep | None:
    """Return the step to go on with a course, or None when nothing is left in it."""
    item = course.next_item
    if item is None:
        return None
    where = {"course": course.title, "progress": progress_words(progress=course)}
    eyebrow = _("Your next step")
    if item.minutes:
        eyebrow = _("Your next step, about %(minutes)s") % {
            "minutes": formats.minutes(item.minutes)
        }
    action = ACTIONS.get(item.kind, ACTIONS["lesson"])
    if not course.started:
        action = _("Start the course")
    text = _("%(course)s: %(progress)s.") % where
    return NextStep(eyebrow, item.title, text, item.url or course.url, action)


def other(item: Item) -> NextStep:
    """Return the step for an own item that no course of the academy holds."""
    action = _("Open it") if item.href else ""
    if item.kind is Kind.QUIZ:
        text = _("It opens when your trainer has set it up.")
    else:
        text = _("Your trainer or agency records it when it is done.")
    if item.href:
        text = item.amount
    return NextStep(_("Your next step"), item.title, text, item.href, action)


def bring(item: Item, href: str) -> NextStep:
    """Return the step to add a licence that others granted, for somebody to look up."""
    text = _("Add it with its number and dates. It counts once it is looked up with its issuer.")
    return NextStep(_("Your next step"), item.title, text, href, _("Add it"))


def wait(items: Sequence[Item], who: Text) -> NextStep:
    """Return the card for when others must act first, or nobody."""
    if not items:
        return NextStep(
            _("Nothing to do"),
            _("You are done for now"),
            _("We write to you before the next deadline."),
        )
    return NextStep(
        _("Nothing to do for you today"),
        items[0].title,
        _("Next to act: %(who)s. You need not do anything.") % {"who": who},
    )
