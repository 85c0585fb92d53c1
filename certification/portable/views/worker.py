"""Where a worker takes the own record along."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certification.portable import access, operations, queries
from certification.portable.forms import TakeForm
from certification.portable.making import RecordTooLarge
from certification.portable.records import Part
from certification.portable.wording import PARTS
from certification.signing.keyfile import NoSigningKey
from lms.public import person_by_uuid, person_of_user

PAGE = 25


@require_safe
@never_cache
def record(request: HttpRequest) -> HttpResponse:
    """Say what the record is, ask what to take along, and list what was taken before."""
    return _page(request, TakeForm(), "", 200)


@require_POST
@never_cache
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the record of the person, write the download down, and hand it out."""
    user_id = int(request.user.pk or 0)
    own, person = person_of_user(user_id=user_id), person_by_uuid(uuid=uuid)
    if person is None:
        raise Http404
    own_id = own.id if own else None
    access.require_take(user_id=user_id, own_id=own_id, person_id=person.id)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, "", 400)
    try:
        made = operations.make_record(person_id=person.id, parts=form.parts(), actor_id=user_id)
    except NoSigningKey:
        problem = _now("This academy cannot sign files now. Nothing was lost; try later.")
        return _page(request, form, problem, 503)
    except RecordTooLarge:
        problem = _now("There is more on your record than one file may hold. Ask the office.")
        return _page(request, form, problem, 400)
    response = HttpResponse(made.data, content_type="application/json")
    disposition = content_disposition_header(as_attachment=True, filename=made.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


def _page(request: HttpRequest, form: TakeForm, problem: str, status: int) -> HttpResponse:
    own = person_of_user(user_id=int(request.user.pk or 0))
    if own is None:
        raise Http404
    found = queries.downloads(access.takeable(own_id=own.id))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "person": own,
        "problem": problem,
        "page": page,
        "rows": [(row, _included(row.included), -(-row.size // 1024)) for row in page.object_list],
        "crumbs": [{"label": _("My page"), "url": reverse("me")}],
    }
    return render(request, "certification/portable/mine.html", context, status=status)


def _included(names: list[str]) -> str:
    """Return in words what a download held beside training and certificates."""
    return ", ".join(str(PARTS[Part(name)]) for name in names if name in set(Part))
