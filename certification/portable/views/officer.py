"""Where an officer brings a record in: upload, choose the person, look, confirm."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.portable import access, operations, queries, trust, wording
from certification.portable.comparing import compare
from certification.portable.forms import ConfirmForm, MapChoice, UploadForm
from certification.portable.models import EquivalenceMap, RecordUpload
from certification.portable.outcomes import Outcome
from certification.portable.plan import Plan
from certification.portable.reading import NotARecord
from certification.portable.records import PortableRecord
from certification.portable.views.showing import (
    crumbs,
    fact_rows,
    licence_rows,
    programs,
    why_left,
)
from courses.public import ActConflict, InvalidEvidence
from lms.public import (
    LicenceRefused,
    PersonRecord,
    WrongLookUp,
    find_people,
    licence_kinds,
    person,
    person_by_uuid,
)

PAGE = 25
FEW = 20
CONFIRM = "certification/portable/confirm.html"


@require_safe
@never_cache
def records(request: HttpRequest) -> HttpResponse:
    """List what was imported, the newest first."""
    user_id = _user(request)
    access.require_look(user_id=user_id)
    found = queries.imports(access.visible(user_id=user_id))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(page.object_list),
        "may_import": access.may_decide(user_id=user_id),
        "crumbs": crumbs()[:1],
    }
    return render(request, "certification/portable/records.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; what is not whole, or not by somebody we believe, is refused here."""
    user_id = _user(request)
    access.require_officer(user_id=user_id)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            kept = operations.take_in(data=form.cleaned_data["file"], actor_id=user_id)
        except NotARecord as error:
            refusal = wording.not_a_record(error)
        except trust.NotBelieved as error:
            refusal = trust.refusal(error)
        else:
            return redirect("record-confirm", uuid=kept.uuid)
    context = {"form": form, "refusal": refusal, "crumbs": crumbs()}
    status = 400 if form.is_bound else 200
    return render(request, "certification/portable/upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose whose record it is, look at what would be written, and confirm it."""
    user_id = _user(request)
    access.require_officer(user_id=user_id)
    kept = queries.upload_of(uuid=uuid, user_id=user_id)
    if kept is None:
        raise Http404
    try:
        record, _issuer = operations.checked(kept.document.encode())
    except trust.NotBelieved as error:
        messages.error(request, trust.refusal(error))
        return redirect("record-upload")
    maps = list(queries.maps())
    chosen_map = _map(request, maps)
    context: dict[str, Any] = {
        "record": record,
        "uuid": uuid,
        "crumbs": crumbs(),
        "choice": MapChoice(request.GET if request.GET else None, maps=maps),
        "words": request.GET.get("q", "").strip()[:120],
        "map": chosen_map,
    }
    chosen = person_by_uuid(uuid=request.GET.get("person", ""))
    if chosen is None:
        context |= _search(request, record, user_id)
        return render(request, CONFIRM, context)
    access.require_import(user_id=user_id, person_id=chosen.id)
    return _confirm(request, kept, record, chosen, chosen_map, context)


def _confirm(
    request: HttpRequest,
    kept: RecordUpload,
    record: PortableRecord,
    chosen: PersonRecord,
    chosen_map: EquivalenceMap | None,
    context: dict[str, Any],
) -> HttpResponse:
    rules = queries.read_map(chosen_map) if chosen_map else None
    context["person"] = chosen
    try:
        plan = operations.preview(record=record, person_id=chosen.id, equivalence=rules).plan
    except operations.SomebodyElse as error:
        context["other"] = person(person_id=error.person_id)
        return render(request, CONFIRM, context, status=409)
    differs = not operations.same_name(record, chosen.id)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        names=(record.name, chosen.name) if differs else None,
        licences=_choices(plan),
    )
    if request.method == "POST" and form.is_valid():
        done = _import(request, kept, chosen, chosen_map, form)
        if done is not None:
            return done
    compared = compare(record=record, person_id=chosen.id, plan=plan, planned=True)
    context |= {
        "form": form,
        "plan": plan,
        "differs": differs,
        "on_record": sum(each.outcome is Outcome.ON_RECORD for each in plan.facts),
        "counted": fact_rows(plan.adding),
        "left": fact_rows(plan.left),
        "why_left": why_left(plan.left),
        "few_left": len(plan.left) <= FEW,
        "licences": licence_rows(plan.licences),
        "programs": programs(compared),
        "change_url": f"?{urlencode({'map': chosen_map.pk if chosen_map else ''})}",
    }
    status = 400 if request.method == "POST" else 200
    return render(request, CONFIRM, context, status=status)


def _import(
    request: HttpRequest,
    kept: RecordUpload,
    chosen: PersonRecord,
    chosen_map: EquivalenceMap | None,
    form: ConfirmForm,
) -> HttpResponse | None:
    """Import, or put on the form why not and return None."""
    try:
        done = operations.import_record(
            upload=kept,
            person_id=chosen.id,
            equivalence=chosen_map,
            actor_id=_user(request),
            name_differs=bool(form.cleaned_data.get("same_person")),
            checked_licences=form.looked_up(),
            checked_at=form.cleaned_data.get("checked_at", ""),
        )
    except (operations.NameDiffers, operations.SomebodyElse):
        form.add_error(None, _now("Something has changed in the meantime. Look again."))
    except WrongLookUp:
        form.add_error("checked_at", _now("Say where you looked them up."))
    except (InvalidEvidence, ActConflict, LicenceRefused) as error:
        said = _now("Nothing was written: the record holds what cannot be kept here (%(why)s).")
        form.add_error(None, said % {"why": error})
    else:
        if done.uuid is None:
            messages.info(request, _now("Nothing new: all of it is on record already."))
            return redirect("records")
        messages.success(
            request, _now("Imported. %(name)s has been decided anew.") % {"name": chosen.name}
        )
        return redirect("record-import", uuid=done.uuid)
    return None


@require_safe
@never_cache
def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an import: what counted, what did not, and how the decisions compare today."""
    user_id = _user(request)
    found = queries.imports(access.visible(user_id=user_id)).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    access.require_see(user_id=user_id, person_id=found.alias.person_id)
    record = queries.record_of_upload(found.upload)
    who = person(person_id=found.alias.person_id)
    rules = queries.read_map(found.equivalence) if found.equivalence else None
    plan = queries.plan_for(record=record, person_id=who.id, equivalence=rules)
    compared = compare(record=record, person_id=who.id, plan=plan, planned=False)
    facts = list(found.facts.order_by("outcome", "subject", "pk"))
    context = {
        "done": found,
        "record": record,
        "person": who,
        "counted": [each for each in facts if each.outcome == Outcome.ADD],
        "left": [
            (each, wording.stored_reason(each))
            for each in facts
            if each.outcome == Outcome.NOT_COUNTED
        ],
        "taken_back": [each for each in facts if each.outcome == Outcome.REVERSE],
        "programs": programs(compared),
        "crumbs": crumbs(),
    }
    return render(request, "certification/portable/import.html", context)


def _search(request: HttpRequest, record: PortableRecord, user_id: int) -> dict[str, Any]:
    """Return whom the words mean, those alone whom the officer reaches; nobody is guessed."""
    words = request.GET.get("q", "").strip()[:120]
    alias = queries.alias_of(record=record)
    found = find_people(reference=words) if words else []
    if alias is not None:
        found = [person(person_id=alias.person_id)]
    reached = [each for each in found if access.may_import(user_id=user_id, person_id=each.id)]
    asked = {"map": request.GET.get("map", "")}
    return {
        "matches": [
            (each, f"?{urlencode(asked | {'person': str(each.uuid)})}") for each in reached[:20]
        ],
        "known": alias is not None,
    }


def _map(request: HttpRequest, maps: list[EquivalenceMap]) -> EquivalenceMap | None:
    wanted = request.GET.get("map", "")
    return next((each for each in maps if str(each.pk) == wanted), None)


def _choices(plan: Plan) -> list[tuple[str, str]]:
    """Return the new licences, to be ticked by who has looked them up."""
    labels = dict(licence_kinds())
    return [
        (
            str(each.source.id),
            ", ".join(
                part
                for part in (
                    str(labels.get(each.kind, each.kind)),
                    each.source.number,
                    each.source.issuer,
                )
                if part
            ),
        )
        for each in plan.new_licences
    ]


def _user(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
