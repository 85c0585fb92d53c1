"""Where somebody chooses which reminders to get."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.dashboards.views.worker import my_page, own_person
from certification.reminders.forms import ReminderForm
from certification.reminders.operations import choose
from certification.reminders.queries import Wishes, wishes_of
from lms.public import authority


@require_http_methods(["GET", "POST"])
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """Show which reminders come, and change it.

    Raises:
        Http404: the account belongs to no worker.
    """
    person = own_person(request)
    held = authority(request)
    wishes = wishes_of(person_ids=[person.id]).get(person.id, Wishes())
    form = ReminderForm(
        request.POST if request.method == "POST" else None,
        wishes=wishes,
        supervises=bool(held and held.supervised_ids),
    )
    if form.is_bound and form.is_valid():
        chosen = form.chosen()
        choose(person_id=person.id, own=chosen.own, team=chosen.team)
        messages.success(request, _("Your reminders are set."))
        return redirect("reminders")
    context = {"form": form, "person": person, "crumbs": my_page()}
    status = 400 if form.is_bound else 200
    return render(request, "certification/reminders/preferences.html", context, status=status)
