"""What the pages of workers and of the office share: who looks, one request, its papers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certification.prior_learning import access, operations, papers, queries
from certification.prior_learning.models import PriorLearningFile, PriorLearningRequest
from certification.prior_learning.queries import RequestRow
from certification.prior_learning.wording import history_words, item_words, state_of
from lms.kit import formats
from lms.public import PersonRecord, person_of_user

# Nothing that came from outside may do anything but be saved, whatever a browser makes of it.
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The account that looks, and its person, if it has one."""

    user_id: int
    person: PersonRecord | None

    @property
    def own_id(self) -> int | None:
        """Return the id of the account's person."""
        return self.person.id if self.person else None


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who looks; the closed door lets nobody through who has not signed in."""
    user_id = int(request.user.pk or 0)
    return Viewer(user_id, person_of_user(user_id=user_id))


def open_request(request: HttpRequest, uuid: UUID) -> tuple[Viewer, PriorLearningRequest]:
    """Return a request to somebody who may see it.

    Raises:
        Http404: there is none, or the account is a stranger to it.
        Denied: a colleague without the right.
    """
    viewer = viewer_of(request)
    try:
        found = queries.request_of(uuid=uuid)
    except queries.NoSuchRequest as error:
        raise Http404 from error
    access.require_see(user_id=viewer.user_id, person_id=queries.whose(found), own_id=viewer.own_id)
    return viewer, found


def shown(found: PriorLearningRequest) -> tuple[RequestRow, dict[str, Any]]:
    """Return a request as a row, and what its page shows."""
    [row] = queries.rows_of([found])
    tone, words = state_of(row)
    context = {
        "row": row,
        "tone": tone,
        "state": words,
        "items": item_words(row.items),
        "papers": [
            (each, formats.plain(max(each.size // 1024, 1))) for each in queries.papers_of(found)
        ],
        "history": history_words(queries.history(found)),
        "facts": _facts(found, row),
        "reason": found.reason,
    }
    return row, context


def _facts(found: PriorLearningRequest, row: RequestRow) -> list[tuple[object, object]]:
    """Return names and values; what was left out is not shown."""
    asker = getattr(found.requested_by, "person", None)
    by_other = asker is not None and (asker.merged_into_id or asker.pk) != queries.whose(found)
    rows = [
        (_("Program"), row.program_title),
        (_("Asked for"), found.get_kind_display()),
        (_("Where"), found.provider),
        (_("Completed"), formats.date_short(found.completed_on)),
        (_("Hours"), formats.hours(found.hours)),
        (_("Shown by"), found.get_evidence_type_display() if found.evidence_type else ""),
        (_("Asked on"), formats.date_short(found.requested_on)),
        (_("Asked by"), asker.name if asker is not None and by_other else ""),
    ]
    return [each for each in rows if each[1]]


@require_safe
def paper(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """Hand out one paper as a download to whoever may see the request."""
    viewer, found = open_request(request, uuid)
    row = PriorLearningFile.objects.filter(request=found, pk=number).first()
    if row is None:
        raise Http404
    try:
        data = papers.read(storage_name=row.storage_name, sha256=row.sha256)
    except papers.PaperDamaged as error:
        raise Http404 from error
    if viewer.own_id != queries.whose(found):
        operations.note_reading(actor_id=viewer.user_id, request=found, paper=row)
    response = HttpResponse(data, content_type=row.content_type)
    response.headers["Content-Disposition"] = _attachment(row.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _attachment(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
