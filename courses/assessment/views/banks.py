"""The pages of question banks: which there are, what is in one, and a new one."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.assessment import access
from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange import formats
from courses.assessment.keys import key_rows
from courses.assessment.models import QuestionBank, QuestionKind
from courses.assessment.operations import banks as operations
from courses.assessment.queries import banks as queries
from courses.assessment.queries import words
from courses.assessment.question_forms import BankForm, kind_label
from courses.assessment.views.asking import user_id

PER_PAGE: Final = 50
FILTERS: Final = ("search", "kind", "objective", "competency", "tag", "difficulty", "state")


@never_cache
@require_safe
def banks(request: HttpRequest) -> HttpResponse:
    """List the banks, with what is in each and which quizzes draw from it."""
    access.require_read_banks(user_id=user_id(request))
    search = request.GET.get("search", "").strip()[:200]
    page = Paginator(queries.bank_rows(search=search), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "search": search,
        "may_edit": access.may_edit_banks(user_id=user_id(request)),
        "crumbs": [desk_crumb()],
    }
    return render(request, "courses/assessment/banks.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make an empty bank."""
    require_edit(request)
    form = BankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            operations.create_bank(
                actor_id=user_id(request), key=key, title=form.cleaned_data["title"]
            )
        except operations.KeyTaken:
            form.add_error("key", _("Another bank has this key."))
        except operations.BadKey:
            form.add_error("key", _("Use small letters, digits and single hyphens."))
        else:
            messages.success(request, _("The bank is there. Put questions into it."))
            return redirect("bank", bank=key)
    context = {"form": form, "crumbs": [desk_crumb(), banks_crumb()]}
    return render(request, "courses/assessment/bank_new.html", context, status=_status(form))


@never_cache
@require_safe
def bank(request: HttpRequest, bank: str) -> HttpResponse:
    """Show the questions of a bank, by what is asked for."""
    access.require_read_banks(user_id=user_id(request))
    found = bank_at(bank)
    wanted = queries.Wanted(
        **{
            name: request.GET.get(name, "")[:200]
            for name in FILTERS
            if name != "state" or request.GET.get("state") == "retired"
        }
    )
    rows = queries.questions(found, wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    quizzes = queries.quizzes_by_bank().get(found.key, [])
    context = {
        "bank": found,
        "page": page,
        "rows": [_row(found, row, quizzes) for row in page],
        "wanted": wanted,
        "narrowed": any(getattr(wanted, name) for name in FILTERS if name != "state"),
        "filters": _filters(queries.facets(found), wanted),
        "quizzes": quizzes,
        "may_edit": access.may_edit_banks(user_id=user_id(request)),
        "exports": [(name, name.upper()) for name in formats.EXPORTS],
        "crumbs": [desk_crumb(), banks_crumb()],
    }
    return render(request, "courses/assessment/bank.html", context)


def _row(found: QuestionBank, row: Any, quizzes: list[Any]) -> dict[str, Any]:
    return {
        "key": row.key,
        "stem": words(row.stem),
        "kind": kind_label(row.kind),
        "objective": row.objective,
        "competency": row.competency,
        "tags": row.tags,
        "difficulty": row.difficulty,
        "critical": row.critical,
        "revision": row.revision,
        "quizzes": [quiz.title for quiz in queries.drawn_by(found.key, row, quizzes)],
    }


def _filters(facets: dict[str, list[Any]], wanted: queries.Wanted) -> list[dict[str, Any]]:
    """Return the selects above the list; those with nothing to choose are left out."""
    labels = {
        "kind": _("Kind"),
        "objective": _("Objective"),
        "competency": _("Competency"),
        "tag": _("Tag"),
        "difficulty": _("Difficulty"),
    }
    found = []
    for name, label in labels.items():
        values = facets["tags" if name == "tag" else name]
        options = [
            {
                "value": str(value),
                "label": kind_label(value) if name == "kind" else str(value),
                "chosen": str(value) == getattr(wanted, name),
            }
            for value in values
        ]
        if len(options) > 1 or any(option["chosen"] for option in options):
            found.append({"name": name, "label": label, "options": options})
    return found


# --- what the pages of banks share ----------------------------------------------------------
def require_edit(request: HttpRequest) -> None:
    """Return when the account may change questions.

    Raises:
        lms.public.Denied: it may not.
    """
    access.require_edit_banks(user_id=user_id(request))


def bank_at(key: str) -> QuestionBank:
    """Return the bank of an address.

    Raises:
        Http404: there is none.
    """
    try:
        return queries.bank(key=key)
    except queries.NoSuchBank as error:
        raise Http404 from error


def shown_key(draft: QuestionDraft) -> list[dict[str, Any]]:
    """Return the lines of a key as safe HTML; what learners type is no Markdown."""
    typed = draft.kind in {QuestionKind.SHORT_TEXT, QuestionKind.NUMERIC}
    return [
        {
            "text": row.text if typed else words(row.text),
            "right": row.right,
            "more": row.more if typed else words(row.more),
            "feedback": words(row.feedback),
        }
        for row in key_rows(draft)
    ]


def desk_crumb() -> dict[str, Any]:
    """Return the way back to the desk of who teaches."""
    return {"label": _("Teach"), "url": "/train/"}


def banks_crumb() -> dict[str, Any]:
    """Return the way back to the list of banks."""
    return {"label": _("Question banks"), "url": "/train/banks/"}


def bank_crumb(found: QuestionBank) -> dict[str, Any]:
    """Return the way back to a bank."""
    return {"label": found.title, "url": f"/train/banks/{found.key}/"}


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200
