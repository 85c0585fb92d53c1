"""The page on which a course is published: what changed, whom it touches, and the decision."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.catalog.candidates import Candidate, candidate
from courses.publishing import operations, queries
from courses.publishing.access import editor_of, for_editors
from courses.publishing.basis import bases_after
from courses.publishing.differences import (
    differences,
    hours_changed,
    items_changed,
    items_new,
    quiz_differences,
)
from courses.publishing.forms import PublishForm
from courses.publishing.operations import NotReady
from courses.publishing.readiness import lacks
from courses.publishing.views.courses import desk_crumb
from lms.kit import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def publish(request: HttpRequest, course: str) -> HttpResponse:
    """Show the next version of a course and everybody it touches; POST publishes it."""
    asked = request.POST if request.method == "POST" else request.GET
    without = asked.getlist("without")
    found = candidate(slug=course, without=without)
    if found is None:
        raise Http404
    if not found.anything:
        messages.info(request, _("Nothing changed since the course was published."))
        return redirect("course_versions", course=course)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        label = _publish(request, course, form, without)
        if label is not None:
            messages.success(request, _("Version %(label)s is published.") % {"label": label})
            return redirect("course_versions", course=course)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "courses/publishing/publish.html", _context(request, found, form, without),
        status=status,
    )  # fmt: skip


def _form(request: HttpRequest, found: Candidate) -> PublishForm:
    new = items_new(found)
    return PublishForm(
        request.POST if request.method == "POST" else None,
        first=found.before is None,
        items=items_changed(found),
        new=new,
        initial={"label": found.label, "digest": found.digest},
    )


def _publish(request: HttpRequest, slug: str, form: PublishForm, without: list[str]) -> str | None:
    """Publish, or note on the form why that is refused."""
    try:
        return operations.publish(
            slug=slug,
            digest=form.cleaned_data["digest"],
            label=form.cleaned_data["label"],
            decision=form.decision(),
            actor_id=editor_of(request),
            without=without,
        )
    except operations.ChangedMeanwhile:
        form.add_error(None, _("Somebody changed a page meanwhile. Read the changes once more."))
        _renew(form)
    except operations.LabelTaken:
        form.add_error("label", _("A version of this course has this name."))
    except operations.NothingNew:
        form.add_error(None, _("Somebody published it meanwhile."))
    except NotReady:
        form.add_error(None, _("Something must be mended first. It is listed above."))
    except operations.BadDecision:
        form.add_error(None, _("This choice does not fit what changed."))
    return None


def _renew(form: Form) -> None:
    """Let the form carry the words that are shown now, so that reading them is enough."""
    data = QueryDict(mutable=True)
    for name in form.data:
        data.setlist(name, form.data.getlist(name))  # type: ignore[attr-defined]
    data["digest"] = form.initial["digest"]
    form.data = data


def _context(
    request: HttpRequest, found: Candidate, form: PublishForm, without: list[str]
) -> dict[str, Any]:
    before = queries.bases_before(found)
    bases = bases_after(found, before) if found.edited else before
    impact = queries.impact(found)
    changed = differences(found)
    new = items_new(found)
    touched = queries.touched(
        found, impact, user_id=request.user.pk, chosen=list(new), now=clock.now()
    )
    lessons = {lesson.key: lesson.title for _module, lesson in found.after.lessons()}
    return {
        "found": found,
        "changes": changed,
        "only_words": all(each.only_words for each in changed) and not quiz_differences(found),
        "quizzes": quiz_differences(found),
        "hours": hours_changed(found),
        "lacks": lacks(found, bases, queries.known(found)),
        "impact": impact.counts(),
        "touched": touched,
        "new": list(new.values()),
        "lessons": lessons,
        "without": without,
        "form": form,
        "crumbs": [
            desk_crumb(),
            {"label": _("Courses"), "url": reverse("courses_desk")},
            {
                "label": found.after.title,
                "url": reverse("course_versions", args=[found.after.slug]),
            },
        ],
    }
