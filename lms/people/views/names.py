"""Names: where a worker asks for another one, or a manager for staff, and the office's queue."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.people.authority import today
from lms.people.forms.names import NameForm
from lms.people.models.names import NameOutcome
from lms.people.names import asked_about, changes_of, queue, queue_counts, queued, rows_of
from lms.people.operations.naming import (
    NameFormUsed,
    SameName,
    TooManyNames,
    ask_name,
    require_ask_name,
)
from lms.people.queries import person_by_uuid, person_of_user
from lms.people.records import PersonRecord

PAGE: Final = 25
WAITING, EVERYTHING = "waiting", "all"
STATES: Final = {
    WAITING: ("", gettext_lazy("Waiting")),
    NameOutcome.ACCEPTED.value: (NameOutcome.ACCEPTED.value, NameOutcome.ACCEPTED.label),
    NameOutcome.REFUSED.value: (NameOutcome.REFUSED.value, NameOutcome.REFUSED.label),
    EVERYTHING: (None, gettext_lazy("All")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def name(request: HttpRequest) -> HttpResponse:
    """Show the name on record and what was asked and decided, and take one request down.

    Raises:
        Http404: the account belongs to no worker, or a manager asks about a stranger.
        Denied: the account may not ask for this person.
    """
    person, own = _about(request)
    user_id = int(request.user.pk or 0)
    form = NameForm(request.POST if request.method == "POST" else None, own=own)
    if form.is_bound and form.is_valid() and _asked(form, person, user_id):
        messages.success(
            request, _("Sent. The certification office decides; you are told by e-mail.")
            if own else _("Sent. The certification office decides and tells %(name)s.")
            % {"name": person.name},
        )  # fmt: skip
        return redirect(request.get_full_path())
    rows = changes_of(person_id=person.id) if own else asked_about(
        person_id=person.id, by_id=user_id
    )  # fmt: skip
    context = {
        "person": person,
        "own": own,
        "form": form,
        "rows": rows,
        "waiting": [each for each in rows if not each.outcome],
        "crumbs": [{"label": _("My page"), "url": reverse("me")}] if own else [],
    }
    return render(request, "lms/people/name.html", context, status=400 if form.is_bound else 200)


def _about(request: HttpRequest) -> tuple[PersonRecord, bool]:
    """Return whose name it is about, and whether that is the reader."""
    user_id = int(request.user.pk or 0)
    own = person_of_user(user_id=user_id)
    wanted = request.GET.get("for", "")
    person = person_by_uuid(uuid=wanted) if wanted else own
    if person is None:
        raise Http404
    require_ask_name(user_id=user_id, person_id=person.id)
    return person, own is not None and own.id == person.id


def _asked(form: NameForm, person: PersonRecord, user_id: int) -> bool:
    """Write the request down, or put on the form why not and return False."""
    try:
        ask_name(
            actor_id=user_id,
            person_id=person.id,
            new=form.new_name(),
            form_key=form.cleaned_data["form_key"],
        )
    except SameName:
        form.add_error("given_name", _("This is the name on record already."))
    except TooManyNames:
        form.add_error(None, _("Several requests wait already. Wait until they are decided."))
    except NameFormUsed:
        form.add_error(None, _("This form was used before. Open a new one."))
    else:
        return True
    return False


@require_safe
@never_cache
def names_queue(request: HttpRequest) -> HttpResponse:
    """Show an officer which names wait to be decided, the oldest first, or how they were.

    Raises:
        Denied: the account is no certification officer.
    """
    where = queued(user_id=int(request.user.pk or 0))
    state = request.GET.get("show", WAITING)
    state = state if state in STATES else WAITING
    words = request.GET.get("q", "").strip()[:80]
    found = queue(where=where, outcome=STATES[state][0], words=words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = queue_counts(where=where)
    now = today()
    context = {
        "state": state,
        "words": words,
        "waiting": counts.get("", 0),
        "filters": _filters(state, words, counts),
        "page": page,
        "rows": [(row, row.days(now)) for row in rows_of(page.object_list)],
        "crumbs": [{"label": _("State"), "url": reverse("state")}],
    }
    return render(request, "lms/people/names_queue.html", context)


def _filters(state: str, words: str, counts: dict[str, int]) -> list[dict[str, object]]:
    pills: list[dict[str, object]] = []
    for key, (outcome, label) in STATES.items():
        asked = {"show": key, "q": words}
        pills.append(
            {
                "label": label,
                "url": f"?{urlencode({name: value for name, value in asked.items() if value})}",
                "current": key == state,
                "count": sum(counts.values()) if outcome is None else counts.get(outcome, 0),
            }
        )
    return pills
