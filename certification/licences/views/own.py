"""The worker's own licences: what is on record, what is waiting, and adding one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification.dashboards.views.worker import my_page, own_person
from certification.licences.forms import LicenceForm
from certification.licences.queries import answerable, own_licences, verifiers
from certification.licences.states import WAITING, State
from certification.licences.wording import licence_words
from lms.public import LicenceLife, LicenceReplaced, licence_life, record_licence, today


@require_GET
@never_cache
def licences(request: HttpRequest) -> HttpResponse:
    """Show one's own licences, who looks them up, and which end soon.

    Raises:
        Http404: the account belongs to no worker.
    """
    person, on = own_person(request), today()
    found = own_licences(person_id=person.id, on=on)
    context = {
        "rows": [licence_words(each, on, mine=True) for each in found],
        "ending": [each for each in found if each.state in (State.ENDING, State.EXPIRED)],
        "waiting": [each for each in found if each.state in WAITING],
        "verifiers": verifiers(person_id=person.id, on=on),
        "crumbs": my_page(),
    }
    return render(request, "certification/licences/mine.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Add a licence of one's own, or correct one that nobody has verified (`?instead=`).

    Raises:
        Http404: the account belongs to no worker, or there is no such licence to correct.
    """
    person, on = own_person(request), today()
    old = _own_unverified(request.GET.get("instead", ""), person.id)
    wanted = request.GET.get("for", "")
    requirements = answerable(person_id=person.id, on=on)
    form = LicenceForm(
        request.POST if request.method == "POST" else None,
        requirements=requirements,
        like=old.licence if old else None,
        wanted=wanted if wanted in {each.id for each in requirements} else "",
    )
    if form.is_bound and form.is_valid():
        try:
            record_licence(
                actor_id=request.user.pk,
                person_id=person.id,
                replaces_id=old.licence.id if old else None,
                **form.granted(),
            )
        except LicenceReplaced:
            messages.info(request, _("It was corrected meanwhile. This is how it stands now."))
        else:
            messages.success(request, _("It is on record, and waits to be checked."))
        return redirect("my-licences")
    back = {"label": gettext_lazy("Licenses"), "url": reverse("my-licences")}
    context = {
        "form": form,
        "old": old,
        "verifiers": verifiers(person_id=person.id, on=on),
        "crumbs": [*my_page(), back],
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/licences/add_own.html", context, status=status)


def _own_unverified(text: str, person_id: int) -> LicenceLife | None:
    """Return the own licence to correct, or None when none is asked for."""
    if not text:
        return None
    try:
        life = licence_life(uuid=UUID(text))
    except ValueError:
        life = None
    if life is None or life.licence.person_id != person_id or life.licence.verified:
        raise Http404
    return life
