"""Writing: a new program, a new version, a revision; and the page of one draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.program_review import access, operations, queries
from certification.program_review.differences import differences
from certification.program_review.forms import DraftForm, PreviewForm
from certification.program_review.models import ProgramDraft
from certification.program_review.queries import Reading
from certification.program_review.states import OPEN, State, Step
from certification.program_review.views.affected import affected
from certification.program_review.views.showing import (
    crumbs,
    draft_crumbs,
    name_of_draft,
    open_draft,
    user_id,
)
from certification.program_review.wording import STATES, STEPS, change_words, summary
from certification.programs.document import Program as Rules


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str = "") -> HttpResponse:
    """Take down a text as a new program, or as the next version of one."""
    who = user_id(request)
    access.require_change(user_id=who, program_key=key)
    known = queries.newest(key) if key else None
    if key and known is None:
        raise Http404
    initial = {"text": queries.source_of(known.id)} if known else {}
    context = {
        "known": known,
        "title": known.rules.title if known else "",
        "crumbs": crumbs(key, known.rules.title) if known else crumbs(),
    }
    return _write(request, context, initial, program_key=key)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take down the next revision of a draft."""
    draft = open_draft(request, uuid)
    access.require_review(user_id=user_id(request), draft=draft)
    state = queries.state_of_draft(draft)
    if state not in OPEN and request.method != "POST":
        messages.warning(request, _("This draft cannot be changed any more."))
        return redirect("program-draft", uuid=uuid)
    initial = {"text": draft.source, "note": draft.note, "effective_on": draft.effective_on}
    context = {
        "draft": draft,
        "title": name_of_draft(draft),
        "reason": _sent_back(draft),
        "crumbs": [
            *draft_crumbs(draft),
            {"label": name_of_draft(draft), "url": _link(draft)},
        ],
    }
    return _write(request, context, initial, replaces=uuid)


@require_safe
def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a draft: what is wrong with it, what it changes, for whom, and what can be done."""
    draft, who = open_draft(request, uuid), user_id(request)
    state = queries.state_of_draft(draft)
    revisions = queries.revisions_of(draft)
    reading = _reading(draft, state)
    tone, words = STATES[state]
    context = {
        "draft": draft,
        "name": name_of_draft(draft),
        "state": state.value,
        "tone": tone,
        "words": words,
        "author": queries.name_of(draft.author),
        "problems": reading.problems,
        "revisions": revisions if len(revisions) > 1 else [],
        "latest": revisions[-1],
        "history": [
            {"row": each, "words": STEPS[Step(each.kind)], "who": queries.name_of(each.actor)}
            for each in queries.reviews_of(draft)
        ],
        "crumbs": draft_crumbs(draft),
        **_differs(draft, reading.rules),
        **_possible(who, draft, state, reading, {each.author_id for each in revisions}),
    }
    if reading.rules is not None and state in OPEN:
        context |= affected(draft, reading.rules, who) | {
            "preview_form": PreviewForm(initial={"effective_on": _wanted(draft, reading.rules)})
        }
    return render(request, "certification/programs/draft.html", context)


def _write(
    request: HttpRequest,
    context: dict[str, Any],
    initial: dict[str, Any],
    *,
    program_key: str = "",
    replaces: UUID | None = None,
) -> HttpResponse:
    """Show the form, or take it; whatever is refused, the text stays."""
    posted = request.method == "POST"
    form = DraftForm(
        request.POST if posted else None, request.FILES if posted else None, initial=initial
    )
    problems: tuple[str, ...] = ()
    if posted and form.is_valid():
        data = form.cleaned_data
        try:
            uuid = operations.write_draft(
                actor_id=user_id(request),
                text=data["text"],
                note=data["note"],
                effective_on=data["effective_on"],
                form_key=data["form_key"],
                program_key=program_key,
                replaces=replaces,
                unfinished="unfinished" in request.POST,
            )
        except operations.BrokenDraft as error:
            problems = error.problems
        except operations.WrongState:
            form.add_error(None, _("This draft has been changed in the meantime. Open it again."))
        except operations.FormUsed:
            form.add_error(None, _("This form was used before. Open a new one."))
        else:
            messages.success(request, _("Kept as a draft. Nothing has changed for anybody yet."))
            return redirect("program-draft", uuid=uuid)
    context |= {"form": form, "problems": problems}
    return render(
        request, "certification/programs/write.html", context, status=400 if posted else 200
    )


def _reading(draft: ProgramDraft, state: State) -> Reading:
    """Read the text; what is published has nothing wrong with it, though its label is taken."""
    reading = queries.read_text(draft.source, program_key=draft.program_key)
    return Reading(reading.rules, () if state is State.PUBLISHED else reading.problems)


def _differs(draft: ProgramDraft, rules: Rules | None) -> dict[str, Any]:
    if rules is None:
        return {}
    base = None
    if draft.based_on_id is not None:
        base = next(
            each for each in queries.versions_of(draft.program_key) if each.id == draft.based_on_id
        )
    changes = differences(base.rules if base else None, rules)
    return {
        "base": base,
        "changes": [change_words(each) for each in changes],
        "summary": summary(changes),
    }


def _possible(
    who: int, draft: ProgramDraft, state: State, reading: Reading, authors: set[int]
) -> dict[str, Any]:
    """Return what this account could do with the draft now."""
    officer = access.may_see(user_id=who, draft=draft) and access.may_change(
        user_id=who, program_key=draft.program_key
    )
    known = queries.newest(draft.program_key)
    return {
        "officer": officer,
        "wrote": who in authors,
        "may_submit": officer
        and state is State.WRITTEN
        and who == draft.author_id
        and reading.sound,
        "may_revise": officer and state in OPEN,
        "may_withdraw": officer and state in OPEN and who in authors,
        "may_review": officer and state is State.WAITING and who not in authors,
        "outdated": state in OPEN and draft.based_on_id != (known.id if known else None),
    }


def _wanted(draft: ProgramDraft, rules: Rules) -> Any:
    """Return the day to look at first: the one asked for, or today."""
    walk = queries.preview_of(draft)
    if walk is not None:
        return walk.effective_on
    return draft.effective_on or queries.today_of(draft.program_key, rules)


def _sent_back(draft: ProgramDraft) -> str:
    last = queries.last_step(draft)
    return last.note if last is not None and last.kind == Step.SENT_BACK else ""


def _link(draft: ProgramDraft) -> str:
    return reverse("program-draft", kwargs={"uuid": draft.uuid})
