"""Whose result a mended question would change, and what is decided about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.assessment import regrading as rules
from courses.assessment.models import Attempt, Question
from courses.assessment.operations import regrading as operations
from courses.assessment.queries import regrading as queries
from courses.assessment.queries.papers import words
from courses.assessment.queries.results import item_of
from courses.assessment.regrading import Choice, Flip
from courses.teaching import access
from lms.public import Ability, can, people

MOST_SHOWN: Final = 200
"""How many results are listed; all of them are counted and follow the decision."""
CHOICES: Final = (
    (
        Choice.RAISE.value,
        gettext_lazy("Only better results count: nobody loses a point or a pass"),
    ),
    (Choice.ALL.value, gettext_lazy("Every result follows the mended key, better or worse")),
    (Choice.NONE.value, gettext_lazy("Nothing changes: the mended key is for new attempts only")),
)


class DecisionForm(forms.Form):
    """What is decided, and why."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What happens to these results?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("What was wrong with the question?"),
        max_length=operations.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody whose result changes reads this."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Line:
    """One result that would change; without a name where the account may not see whose it is."""

    name: str
    quiz: str
    submitted_at: datetime | None
    flip: Flip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, bank: str, question: str) -> HttpResponse:
    """List whose result would change from one revision's key to another's; POST decides."""
    user_id = request.user.pk
    if user_id is None or not access.may_see_desk(user_id=user_id):
        raise PermissionDenied
    before, after, known = _asked(request, bank, question)
    may_decide = can(user_id=user_id, ability=Ability.EDIT_CURRICULUM)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, form, before, after):
        return redirect(request.get_full_path())
    found = queries.rehearse(before=before, after=after)
    comparable = rules.comparable(item_of(before), item_of(after))
    others = found.of_others(user_id=user_id)
    context = {
        "before": before,
        "after": after,
        "stem": words(after.stem),
        "revisions": known,
        "comparable": comparable,
        "found": found,
        "lines": _lines(user_id, found.flips) if comparable else [],
        "most": MOST_SHOWN,
        "gains": found.counted("gains"),
        "loses": found.counted("loses"),
        "better": found.counted("better"),
        "form": _fresh(form, found.digest) if may_decide and comparable and others else None,
        "own": may_decide and len(others) < len(found.flips),
        "history": queries.regrades_of(bank_key=bank, question_key=question),
        "crumbs": [{"label": _("Teach"), "url": reverse("train")}],
    }
    return render(request, "courses/teaching/regrade.html", context)


def _asked(
    request: HttpRequest, bank: str, question: str
) -> tuple[Question, Question, list[Question]]:
    """Return the two revisions that are compared; left out, the newest and the last one before it
    that graded attempts answered.

    Raises:
        Http404: there is no such question, or it was never mended.
    """
    known = queries.revisions(bank_key=bank, question_key=question)
    by_number = {str(each.revision): each for each in known}
    if len(known) < 2:
        raise Http404
    after = by_number.get(request.GET.get("to") or str(known[-1].revision))
    older = [each for each in known if after is not None and each.revision < after.revision]
    before = by_number.get(request.GET.get("from") or _answered_last(older))
    if after is None or before is None or before == after:
        raise Http404
    return before, after, known


def _answered_last(older: list[Question]) -> str:
    answered = queries.answered_of(question_ids=[each.pk for each in older])
    found = [each for each in older if each.pk in answered] or older
    return str(found[-1].revision) if found else ""


def _decided(request: HttpRequest, form: DecisionForm, before: Question, after: Question) -> bool:
    """Do what the form says, or put on it why not."""
    try:
        done = operations.regrade(
            actor_id=int(request.user.pk or 0),
            before_id=before.pk,
            after_id=after.pk,
            choice=Choice(form.cleaned_data["choice"]),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            form_key=form.cleaned_data["form_key"],
        )
    except (operations.ListChanged, operations.NothingToDecide):
        form.add_error(
            None, _("The list has changed since you opened it. Look at it again; nothing was done.")
        )
        return False
    except operations.NotComparable:
        form.add_error(None, _("The two revisions cannot be compared."))
        return False
    told = ngettext("%(n)d result was changed.", "%(n)d results were changed.", done.changed)
    messages.success(request, told % {"n": done.changed})
    return True


def _fresh(form: DecisionForm, digest: str) -> DecisionForm:
    """Return the form for the list that is shown now; what was typed stays."""
    if not form.is_bound:
        return DecisionForm(initial={"seen": digest, "form_key": uuid4()})
    typed = {name: form.data.get(name, "") for name in ("choice", "reason")}
    again = DecisionForm({**typed, "seen": digest, "form_key": str(uuid4())})
    for error in form.non_field_errors():
        again.add_error(None, error)
    return again


def _lines(user_id: int, flips: tuple[Flip, ...]) -> list[Line]:
    """Return the first results of the list, those that would lose a pass at the top."""
    first = sorted(flips, key=lambda flip: (not flip.loses, not flip.gains, flip.attempt))
    first = first[:MOST_SHOWN]
    rows = Attempt.objects.filter(pk__in=[flip.attempt for flip in first])
    seen = set(
        rows.filter(access.seen(user_id=user_id)).order_by("pk").values_list("pk", flat=True)
    )
    columns = rows.order_by("pk").values_list("pk", "quiz__title", "submitted_at")
    about = {pk: (title, at) for pk, title, at in columns}
    names = people(person_ids=[flip.person_id for flip in first if flip.attempt in seen])
    return [
        Line(
            name=names[flip.person_id].name if flip.attempt in seen else "",
            quiz=about[flip.attempt][0],
            submitted_at=about[flip.attempt][1],
            flip=flip,
        )
        for flip in first
    ]
