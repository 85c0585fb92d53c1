"""Bring files of questions into a bank, after showing what would happen, and take them out."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.assessment import access, keys
from courses.assessment.interchange import columns, exporting, formats, sheet_writing
from courses.assessment.interchange.plan import Outcome, Piece, Plan, Planned, pieces_of
from courses.assessment.interchange.texts import unmarked
from courses.assessment.interchange.written import MOST_BYTES, UnreadableFile, beginning
from courses.assessment.models import QuestionBank
from courses.assessment.operations import banks as operations
from courses.assessment.queries import banks as queries
from courses.assessment.question_forms import FileForm, kind_label
from courses.assessment.views import banks as desk
from courses.assessment.views.asking import user_id
from lms.kit.tables import safe_filename

LABELS: Final = {
    Outcome.FAULT: (gettext_lazy("Cannot be imported"), "bad"),
    Outcome.CHANGED: (gettext_lazy("Changes a question"), "warn"),
    Outcome.TWICE: (gettext_lazy("There already"), "none"),
    Outcome.SKIPPED: (gettext_lazy("Left out"), "none"),
    Outcome.NEW: (gettext_lazy("New"), "ok"),
    Outcome.SAME: (gettext_lazy("Unchanged"), "plain"),
}
"""Outcome → words and tone; what needs a look comes first."""
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, bank: str) -> HttpResponse:
    """Ask for a file, show what it would do, and do exactly that when it is confirmed."""
    desk.require_edit(request)
    found = desk.bank_at(bank)
    if request.method == "POST" and "sealed" in request.POST:
        return _confirm(request, found)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            # One byte more than is allowed tells that there are too many.
            data = upload.read(MOST_BYTES + 1)
            reading = formats.read(data, name=upload.name, format=form.cleaned_data["format"])
            pieces = pieces_of(reading)
            sealed = operations.seal(actor_id=user_id(request), bank_key=bank, pieces=pieces)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        except operations.PreviewTooLarge:
            form.add_error("file", _("The file holds too much for one import. Split it."))
        else:
            about = {
                "sealed": sealed,
                "source": upload.name[:200],
                "format": formats.NAMES[reading.format],
                "notes": reading.notes,
            }
            return _preview(request, found, pieces, about)
    context = {
        "bank": found,
        "form": form,
        "columns": columns.COLUMNS,
        "crumbs": [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)],
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "courses/assessment/bank_import.html", context, status=status)


def _preview(
    request: HttpRequest,
    found: QuestionBank,
    pieces: list[Piece],
    about: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    plan = operations.look(held_in=found, pieces=pieces)
    context = {
        "bank": found,
        "digest": plan.digest,
        "total": len(plan.rows),
        "writing": len(plan.writing),
        "groups": _groups(plan),
        "crumbs": [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)],
        **about,
    }
    return render(request, "courses/assessment/bank_preview.html", context, status=status)


def _groups(plan: Plan) -> list[dict[str, Any]]:
    """Return the rows by what becomes of them."""
    return [
        {
            "outcome": str(outcome),
            "label": label,
            "tone": tone,
            "rows": [_row(row) for row in plan.rows if row.outcome == outcome],
        }
        for outcome, (label, tone) in LABELS.items()
        if plan.counts.get(outcome)
    ]


def _row(row: Planned) -> dict[str, Any]:
    draft = row.draft or row.piece.draft
    changed = (
        keys.differences(row.base.draft, row.draft)
        if row.outcome == Outcome.CHANGED and row.base and row.draft
        else []
    )
    return {
        "number": row.piece.number,
        "place": row.piece.place,
        # A file may hold thousands: they are shown as they are written, not rendered.
        "begins": unmarked(beginning(draft.stem)) if draft else row.piece.begins,
        "key": draft.key if draft else "",
        "kind": kind_label(draft.kind) if draft else "",
        "answers": keys.key_rows(draft) if draft and row.outcome == Outcome.NEW else [],
        "says": row.says,
        "changed": changed,
        "used": row.base.used if row.base and row.outcome == Outcome.CHANGED else 0,
    }


def _confirm(request: HttpRequest, found: QuestionBank) -> HttpResponse:
    sealed, actor = request.POST["sealed"], user_id(request)
    source = request.POST.get("source", "")[:200]
    try:
        pieces = operations.unseal(actor_id=actor, bank_key=found.key, sealed=sealed)
    except operations.BadPreview:
        messages.error(
            request,
            _("This preview is too old or was made for another bank. Upload the file again."),
        )
        return redirect("bank_import", bank=found.key)
    try:
        done = operations.import_questions(
            actor_id=actor,
            bank_key=found.key,
            pieces=pieces,
            digest=request.POST.get("digest", ""),
            source=source,
        )
    except operations.NothingToWrite:
        messages.info(request, _("The bank holds all of it already. Nothing was written."))
        return redirect("bank", bank=found.key)
    except operations.PlanChanged:
        messages.warning(
            request,
            _("The bank changed since the preview. Nothing was written; look at it again."),
        )
        about = {"sealed": sealed, "source": source, "format": "", "notes": ()}
        return _preview(request, found, pieces, about, status=409)
    messages.success(request, _done_words(done))
    if done.used:
        words = _("These were answered before; open them to regrade: %(keys)s.")
        messages.warning(request, words % {"keys": ", ".join(done.used)})
    return redirect("bank", bank=found.key)


def _done_words(done: operations.Imported) -> str:
    added = ngettext("%(n)d question added", "%(n)d questions added", done.added)
    changed = ngettext("%(n)d changed", "%(n)d changed", done.changed)
    left = ngettext("%(n)d left alone", "%(n)d left alone", done.left)
    return _("%(added)s, %(changed)s, %(left)s.") % {
        "added": added % {"n": done.added},
        "changed": changed % {"n": done.changed},
        "left": left % {"n": done.left},
    }


# --- out ------------------------------------------------------------------------------------
@never_cache
@require_safe
def give_out(request: HttpRequest, bank: str) -> HttpResponse:
    """Say what each format can hold of this bank; with ``?format=`` hand out the file."""
    access.require_read_banks(user_id=user_id(request))
    found = desk.bank_at(bank)
    rows = queries.questions(found, queries.Wanted())
    drafts = [queries.draft_of_row(row) for row in rows]
    chosen = request.GET.get("format", "")
    if not chosen:
        return _choose(request, found, drafts)
    if chosen not in formats.EXPORTS:
        raise Http404
    exported = exporting.export(drafts, format=chosen, title=found.title)
    ending, kind, _writer = formats.EXPORTS[chosen]
    response = HttpResponse(exported.data, content_type=kind)
    name = safe_filename(f"{found.key}-{chosen}", ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _choose(request: HttpRequest, found: QuestionBank, drafts: list[Any]) -> HttpResponse:
    made = {
        name: exporting.export(drafts, format=name, title=found.title) for name in formats.EXPORTS
    }
    context = {
        "bank": found,
        "total": len(drafts),
        "files": [
            {"name": name, "label": name.upper(), "exported": exported}
            for name, exported in made.items()
        ],
        "crumbs": [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)],
    }
    return render(request, "courses/assessment/bank_export.html", context)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Hand out a workbook with an example of each kind and a dictionary of the columns."""
    access.require_read_banks(user_id=user_id(request))
    response = HttpResponse(sheet_writing.template(), content_type=SHEET)
    response["Content-Disposition"] = 'attachment; filename="questions.xlsx"'
    return response
