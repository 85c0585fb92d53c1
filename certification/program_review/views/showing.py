"""What the pages of the programs' desk share: who looks, one draft, the way back."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.program_review import access, queries
from certification.program_review.models import ProgramDraft

Crumbs = list[dict[str, object]]


def user_id(request: HttpRequest) -> int:
    """Return the id of the account that is signed in; the door lets nobody else in."""
    return int(request.user.pk or 0)


def open_draft(request: HttpRequest, uuid: UUID) -> ProgramDraft:
    """Return a draft to somebody who may see it.

    Raises:
        Http404: there is none, or the account is a stranger to it.
        Denied: a colleague without the right.
    """
    try:
        draft = queries.draft_of(uuid=uuid)
    except queries.NoSuchDraft as error:
        raise Http404 from error
    access.require_see(user_id=user_id(request), draft=draft)
    return draft


def crumbs(program_key: str = "", title: str = "") -> Crumbs:
    """Return the way back to the state's desk, the programs, and one program."""
    found: Crumbs = [
        {"label": _("State"), "url": reverse("state")},
        {"label": _("Programs"), "url": reverse("programs")},
    ]
    if program_key:
        url = reverse("program", kwargs={"key": program_key})
        found.append({"label": title or program_key, "url": url})
    return found


def draft_crumbs(draft: ProgramDraft) -> Crumbs:
    """Return the way back from a draft; a program that is not published yet has no page."""
    known = queries.newest(draft.program_key)
    return crumbs(draft.program_key, known.rules.title) if known else crumbs()


def name_of_draft(draft: ProgramDraft) -> str:
    """Return what a draft is called: the title and version that its text gives."""
    return f"{draft.title} {draft.label}".strip() or draft.program_key or str(_("Unfinished text"))
