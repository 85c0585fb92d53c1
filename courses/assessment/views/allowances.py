"""The pages on which a trainer gives somebody more time, or another try at a quiz."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.assessment import access, forms, operations, queries
from courses.assessment.views.asking import person_at, user_id
from courses.assessment.views.banks import desk_crumb
from lms.public import Ability, PersonRecord, require


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_time(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show how much time for quizzes somebody has, to them and their trainers; POST grants it."""
    learner, asking = person_at(person), user_id(request)
    access.require_see_time(user_id=asking, person_id=learner.id)
    may_grant = access.may_allow(user_id=asking, person_id=learner.id)
    form = forms.TimeForm(request.POST or None)
    if request.method == "POST":
        require(user_id=asking, ability=Ability.TEACH, person_id=learner.id)
        if form.is_valid():
            operations.grant_time(
                actor_id=asking,
                person_id=learner.id,
                multiplier=form.multiplier(),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Saved. It counts for quizzes started from now on."))
            return redirect("person_time", person=learner.uuid)
    context = {
        "person": learner,
        "own": access.is_own(user_id=asking, person_id=learner.id),
        "may_grant": may_grant,
        "form": form,
        "rows": queries.accommodations_of(person_id=learner.id),
        "crumbs": _crumbs(learner) if may_grant else [],
    }
    return render(request, "courses/assessment/person_time.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_quizzes(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show a learner's tries at each quiz to their trainer; POST unlocks the next one."""
    learner, asking = person_at(person), user_id(request)
    require(user_id=asking, ability=Ability.TEACH, person_id=learner.id)
    form = forms.UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _unlocked(request, learner, form):
        return redirect("person_quizzes", person=learner.uuid)
    context = {
        "person": learner,
        "rows": [
            {"quiz": each.quiz, "tries": each.tries, "standing": queries.standing(each)}
            for each in queries.openings_of(person_id=learner.id)
        ],
        "form": form,
        "refused": form.data.get("quiz") if form.is_bound else None,
        "blank": forms.UnlockForm(),
        "crumbs": [desk_crumb()],
        "unlocks": queries.unlocks_of(person_id=learner.id),
    }
    return render(request, "courses/assessment/person_quizzes.html", context)


def _unlocked(request: HttpRequest, learner: PersonRecord, form: forms.UnlockForm) -> bool:
    try:
        operations.unlock(
            actor_id=user_id(request),
            person_id=learner.id,
            quiz_key=form.cleaned_data["quiz"],
            reason=form.cleaned_data["reason"],
        )
    except operations.NoSuchQuiz as error:
        raise Http404 from error
    except operations.NothingLocked:
        messages.info(request, _("%(name)s can start without that.") % {"name": learner.name})
        return True
    messages.success(request, _("Unlocked: %(name)s may start now.") % {"name": learner.name})
    return True


def _crumbs(learner: PersonRecord) -> list[dict[str, Any]]:
    return [
        desk_crumb(),
        {"label": learner.name, "url": reverse("person_quizzes", args=[learner.uuid])},
    ]
