"""Say how somebody stands in a program, to the person and to others; no database."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.credentials.earning import last_of
from certification.credentials.records import Held
from certification.credentials.standing import GRACE, RENEWAL, Standing
from certification.dashboards.queries.standing import PersonStanding
from certification.dashboards.teams import standing_chip
from lms.kit import formats
from lms.kit.periods import last_day

Text = str | Promise

TO_SELF: dict[str, Text] = {
    "certified": gettext_lazy("You are certified"),
    "provisional": gettext_lazy("You may respond with a fully trained partner"),
    "in_training": gettext_lazy("You are in training"),
    "expired": gettext_lazy("Your certificate has expired"),
    "suspended": gettext_lazy("Your certificate is suspended"),
    "revoked": gettext_lazy("Your certificate was revoked"),
    "retired": gettext_lazy("Your certificate was laid down"),
    "": gettext_lazy("Nothing has begun on this date"),
}
TO_OTHERS: dict[str, Text] = {
    "certified": gettext_lazy("Certified"),
    "provisional": gettext_lazy("May respond with a fully trained partner"),
    "in_training": gettext_lazy("In training"),
    "expired": gettext_lazy("The certificate has expired"),
    "suspended": gettext_lazy("The certificate is suspended"),
    "revoked": gettext_lazy("The certificate was revoked"),
    "retired": gettext_lazy("The certificate was laid down"),
    "": gettext_lazy("Nothing has begun on this date"),
}


@dataclass(frozen=True, slots=True)
class StandingWords:
    """A standing in words. `mark` is the basis letter of the rule behind it, with its reason."""

    tone: str
    words: Text
    icon: str
    title: Text
    text: str
    question: Text
    mark: str
    why: str


def standing_words(each: PersonStanding, *, mine: bool) -> StandingWords:
    """Return how somebody stands in a program, with the doubt behind the rule."""
    now = each.standing
    status = now.status if now else ""
    tone, words, icon = standing_chip(status, now.overdue if now else 0)
    rule = each.rules.provisional if status == "provisional" else None
    return StandingWords(
        tone=tone,
        words=words,
        icon=icon,
        title=(TO_SELF if mine else TO_OTHERS)[status],
        text=_text(each, status, mine),
        question=_question(status, mine),
        mark=rule.basis.get("exist", "") if rule else "",
        why=rule.note if rule else "",
    )


def _text(each: PersonStanding, status: str, mine: bool) -> str:
    now = each.standing
    if now is None:
        return ""
    if status == "certified":
        return _("%(program)s, %(through)s.") % {
            "program": each.title,
            "through": formats.through(last_day(now.valid_until)),
        } + _renewal(each, now, mine)
    if status == "retired":
        return _("It ended early, and nothing is held against anybody. A new one can be earned.")
    if status in ("suspended", "revoked"):
        return _("The certification office decides what comes next and has written to the holder.")
    if status == "expired" and now.phase == GRACE:
        return _("It has lapsed. Until the end of %(day)s the renewal alone is enough.") % {
            "day": formats.date_short(last_day(_last(each).grace_until))
        }
    if status == "expired":
        if mine:
            return _("Finish what is left to be certified again. Nothing you did before is lost.")
        return _("It can be renewed when what is left is finished.")
    if status == "provisional":
        if mine:
            words = _("What you finished so far lets you go out in a pair, under supervision")
        else:
            words = _("What is finished so far allows work in a pair, under supervision")
        if now.valid_until is None:
            return f"{words}."
        return f"{words}, {formats.through(last_day(now.valid_until))}."
    if mine:
        return _("When everything below is done, your certificate comes by itself.")
    return _("When everything below is done, the certificate is issued at once.")


def _renewal(each: PersonStanding, now: Standing, mine: bool) -> str:
    """Return whether it may be renewed now, or from when, with the space before it."""
    opens = _last(each).renew_from
    if now.valid_until is None:
        return ""
    if now.phase == RENEWAL:
        if mine:
            return " " + _("You can renew it now; it renews by itself when the renewal is done.")
        return " " + _("It can be renewed now, and renews by itself when the renewal is done.")
    if opens is not None and each.on < opens:
        return " " + _("It can be renewed from %(day)s.") % {"day": formats.date_short(opens)}
    return ""


def _last(each: PersonStanding) -> Held:
    """Return the newest of the credentials of somebody who has held one."""
    begun = [held for held in each.case.held if held.valid_from <= each.on]
    return last_of(begun, each.on)


def _question(status: str, mine: bool) -> Text:
    if status == "certified":
        return _("What was counted?")
    return _("Why am I not certified yet?") if mine else _("Why not certified yet?")


def sentence(each: PersonStanding, name: str) -> tuple[str, str]:
    """Return the worker's own answer, "Alma, you have 27.5 of 40 hours and 7 items left."."""
    now = each.standing
    if now is None:
        return _("%(name)s, nothing has begun on this date.") % {"name": name}, ""
    words = {
        "name": name,
        "have": formats.plain(now.have_hours),
        "need": formats.plain(now.need_hours),
        "left": now.unmet,
    }
    if not now.unmet:
        first = _("%(name)s, nothing is left.") % words
    elif now.need_hours and now.unmet == 1:
        first = _("%(name)s, you have %(have)s of %(need)s hours and 1 item left.") % words
    elif now.need_hours:
        first = _("%(name)s, you have %(have)s of %(need)s hours and %(left)s items left.") % words
    else:
        first = _("%(name)s, you have %(left)s items left.") % words
    due = now.next_due_on if now.unmet else None
    if due is None:
        return first, ""
    day = {"day": formats.date_short(due).replace(" ", formats.NBSP)}
    if due < each.on:
        return first, _("The first deadline was %(day)s.") % day
    return first, _("The next deadline is %(day)s.") % day
