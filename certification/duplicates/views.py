"""The desk of duplicates: suggestions, two records side by side, the answer, and parting."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.duplicates import access, operations, queries, showing
from certification.duplicates.conflicts import choosable
from certification.duplicates.foresight import foresee_part
from certification.duplicates.forms import FindForm, NoteForm, PartForm, ProposeForm
from certification.duplicates.models import DuplicateProposal
from certification.duplicates.operations import Compared
from courses.public import subject_titles
from lms.public import (
    CannotMerge,
    CannotUnmerge,
    PersonRecord,
    find_people,
    merge_of,
    people,
    person_by_uuid,
    person_of_user,
    today,
)

HISTORY = 20


@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second officer, what looks alike, and what was done."""
    user_id = int(request.user.pk or 0)
    scope = access.reach(user_id=user_id)
    where = access.joinable(user_id=user_id)
    done = queries.proposals(where & ~queries.waiting())
    form = FindForm(request.GET if "first" in request.GET else None)
    if form.is_bound and form.is_valid():
        pair = [_one(form, name) for name in ("first", "second")]
        if all(pair):
            return redirect(_compare_url(pair[0].uuid, pair[1].uuid))
    context = {
        "waiting": queries.proposals(where & queries.waiting()),
        "suggestions": queries.suggestions(scope=scope),
        "done": done[:HISTORY],
        "form": form,
        "crumbs": _crumbs()[:1],
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/duplicates/desk.html", context, status=status)


def _one(form: FindForm, name: str) -> Any:
    """Return whom a field means, or put on the form why that is nobody."""
    found = find_people(reference=form.cleaned_data[name])
    if len(found) == 1:
        return found[0]
    words = _now("Nobody is found by this.")
    if found:
        words = _now("Several people are found by this. Use an e-mail address or a uuid.")
    form.add_error(name, words)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compare(request: HttpRequest) -> HttpResponse:
    """Show two records side by side with what joining them would do; POST proposes it."""
    user_id = int(request.user.pk or 0)
    access.reach(user_id=user_id)
    kept, absorbed = _asked(request, "kept"), _asked(request, "other")
    if kept.id == absorbed.id:
        messages.info(request, _now("This is one record already."))
        return redirect("duplicates")
    keep = request.POST.getlist("keep")
    plain = operations.compare(actor_id=user_id, kept_id=kept.id, absorbed_id=absorbed.id)
    options = choosable(plain.foresight.changes, today())
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        concerns=plain.concerns,
        optional=[(each.held.code, showing.keep_words(each)) for each in options],
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            uuid = operations.propose(
                actor_id=user_id,
                kept_id=kept.id,
                absorbed_id=absorbed.id,
                reason=data["reason"],
                form_key=data["form_key"],
                seen=data.get("seen", []),
                keep=keep,
            )
        except (operations.CannotJoin, CannotMerge) as error:
            form.add_error(None, str(error))
        except operations.NotSeen:
            form.add_error(None, _now("Something has changed. Look at the two once more."))
        else:
            messages.success(request, _now("Proposed. Another officer has to agree."))
            return redirect("duplicates-proposal", uuid=uuid)
    context = _side_by_side(plain) | {
        "form": form,
        "swap": _compare_url(absorbed.uuid, kept.uuid),
        "crumbs": _crumbs(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/duplicates/compare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def proposal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a proposal; POST of another officer joins the two or declines, the first withdraws."""
    user_id = int(request.user.pk or 0)
    access.reach(user_id=user_id)
    found = _proposal(uuid)
    access.require_join(user_id=user_id, person_ids=(found.kept_id, found.absorbed_id))
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _answered(request, found, form.cleaned_data["note"])
    [row] = queries.proposals(Q(pk=found.pk))
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "mine": found.proposed_by_id == user_id,
        "crumbs": _crumbs(),
    }
    if not row.outcome and found.kept.merged_into_id is found.absorbed.merged_into_id is None:
        compared = operations.compare(
            actor_id=user_id,
            kept_id=found.kept_id,
            absorbed_id=found.absorbed_id,
            keep=found.choices.get("keep", []),
        )
        context |= _side_by_side(compared)
        context["stale"] = compared.digest != found.choices.get("digest")
    return render(request, "certification/duplicates/proposal.html", context)


def _answered(request: HttpRequest, found: DuplicateProposal, note: str) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    try:
        if request.POST.get("answer") == "join":
            merge_uuid = operations.agree(actor_id=user_id, uuid=found.uuid, note=note)
            messages.success(request, _now("Joined. Both records are read as one person now."))
            return redirect("duplicates-merge", uuid=merge_uuid)
        operations.refuse(actor_id=user_id, uuid=found.uuid, note=note)
    except operations.AlreadyAnswered:
        messages.warning(request, _now("Somebody else has answered this in the meantime."))
    except operations.SecondOfficerNeeded:
        messages.error(request, _now("It takes another officer than the one who proposed it."))
    except operations.Changed:
        words = _now("What joining would do has changed since. Decline this and propose it anew.")
        messages.error(request, words)
    except (operations.CannotJoin, CannotMerge) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _now("The two records stay two. Nothing was changed."))
        return redirect("duplicates")
    return redirect("duplicates-proposal", uuid=found.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a merge with what parting the two would do; POST parts them."""
    user_id = int(request.user.pk or 0)
    access.reach(user_id=user_id)
    found = merge_of(uuid=uuid)
    if found is None:
        raise Http404
    access.require_join(user_id=user_id, person_ids=(found.kept_id, found.absorbed_id))
    made_by = queries.proposal_for(merge=found)
    context: dict[str, Any] = {
        "merge": found,
        "row": queries.proposals(Q(pk=made_by.pk))[0] if made_by else None,
        "undone_by": _name_of(found.undone_by_id),
        "crumbs": _crumbs(),
    }
    status = 200
    if found.undone_at is None:
        foresight = foresee_part(
            merge_uuid=uuid,
            apart=operations.parts_of(found.absorbed_id, found.kept_id),
            event_ids=operations.written_by(found.id),
            since=found.recorded_at,
            actor_id=user_id,
        )
        optional = [(each.code, showing.resting_words(each)) for each in foresight.suspended]
        form = PartForm(request.POST if request.method == "POST" else None, optional=optional)
        if form.is_bound and form.is_valid():
            return _parted(request, uuid, form)
        status = 400 if form.is_bound else 200
        kept = people(person_ids=[found.kept_id])[found.kept_id]
        context |= {
            "form": form,
            "programs": showing.program_rows(foresight.programs, parting=True),
            "person": kept,
            "resting": [words for _code, words in optional],
        }
    return render(request, "certification/duplicates/merge.html", context, status=status)


def _parted(request: HttpRequest, uuid: UUID, form: PartForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        operations.part(
            actor_id=int(request.user.pk or 0),
            merge_uuid=uuid,
            reason=data["reason"],
            keep=data.get("keep", []),
        )
    except (operations.AlreadyAnswered, CannotUnmerge):
        messages.warning(request, _now("Somebody else has taken this back in the meantime."))
    else:
        messages.success(request, _now("Taken back. Both records stand on their own again."))
    return redirect("duplicates-merge", uuid=uuid)


# --- what the views share -------------------------------------------------------------------
def _side_by_side(compared: Compared) -> dict[str, Any]:
    on = today()
    shared = queries.on_both(compared.kept, compared.absorbed)
    titles = subject_titles(subjects=shared)
    return {
        "kept": compared.kept,
        "absorbed": compared.absorbed,
        "rows": showing.side_rows(compared.kept, compared.absorbed, on),
        "programs": showing.program_rows(compared.foresight.programs),
        "changes": [showing.change_words(each) for each in compared.foresight.changes],
        "concerns": [each.text for each in compared.concerns],
        "against": compared.against,
        "both": [titles[each][0] if each in titles else each for each in shared],
    }


def _asked(request: HttpRequest, name: str) -> PersonRecord:
    found = person_by_uuid(uuid=request.GET.get(name, ""))
    if found is None:
        raise Http404
    return found


def _proposal(uuid: UUID) -> DuplicateProposal:
    try:
        return queries.proposal_of(uuid=uuid)
    except queries.NoSuchProposal as error:
        raise Http404 from error


def _name_of(user_id: int | None) -> str:
    found = person_of_user(user_id=user_id)
    return found.name if found else ""


def _compare_url(kept: UUID, other: UUID) -> str:
    return f"{reverse('duplicates-compare')}?{urlencode({'kept': kept, 'other': other})}"


def _crumbs() -> list[dict[str, object]]:
    return [
        {"label": _("State"), "url": reverse("state")},
        {"label": _("Duplicates"), "url": reverse("duplicates")},
    ]
