"""What the pages of casework share: who looks, one certificate, the papers of an appeal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from certification.casework import operations
from certification.casework.models import Appeal, AppealFile
from certification.casework.queries import papers_of
from certification.credentials.access import may_see
from certification.credentials.models import Credential
from certification.prior_learning import papers
from certification.prior_learning.views.showing import SANDBOX
from lms.kit import formats


def viewer_id(request: HttpRequest) -> int:
    """Return the account that looks; the closed door lets nobody through who has not signed in."""
    return int(request.user.pk or 0)


def credential_or_404(request: HttpRequest, code: str) -> Credential:
    """Return a certificate to those who may see it; to everybody else it does not exist.

    What they may do with it is the caller's question.
    """
    found = Credential.objects.filter(code=code).select_related("person").first()
    if found is None:
        raise Http404
    hide_from_strangers(request, found)
    return found


def hide_from_strangers(request: HttpRequest, credential: Credential) -> None:
    """Return for those who may see a certificate. Raises: Http404."""
    if not may_see(user_id=viewer_id(request), person_id=credential.person_id):
        raise Http404


def papers_shown(appeal: Appeal) -> list[tuple[AppealFile, str]]:
    """Return the papers of an appeal with their sizes in KB."""
    return [(each, formats.plain(max(each.size // 1024, 1))) for each in papers_of(appeal)]


def paper_response(request: HttpRequest, appeal: Appeal, number: int, *, own: bool) -> HttpResponse:
    """Hand out one paper as a download; who may have it is the caller's question."""
    row = AppealFile.objects.filter(appeal=appeal, pk=number).first()
    if row is None:
        raise Http404
    try:
        data = papers.read(storage_name=row.storage_name, sha256=row.sha256)
    except papers.PaperDamaged as error:
        raise Http404 from error
    if not own:
        operations.note_reading(actor_id=viewer_id(request), appeal=appeal, paper=row)
    response = HttpResponse(data, content_type=row.content_type)
    name = content_disposition_header(as_attachment=True, filename=row.name) or "attachment"
    response.headers["Content-Disposition"] = name
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
