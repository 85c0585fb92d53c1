"""Where officers keep whom we believe, and what counts for what."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.portable import access, operations, queries, trust
from certification.portable.equivalence import BrokenMap
from certification.portable.forms import EndTrustForm, MapForm, TrustForm
from certification.portable.models import EquivalenceMap, TrustedIssuer
from certification.portable.views.showing import crumbs
from certification.signing.keyfile import NoSigningKey, key_ring
from certification.signing.multikey import fingerprint
from lms.kit import clock


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def issuers(request: HttpRequest) -> HttpResponse:
    """List the academies whose records are believed, and add one."""
    user_id = _user(request)
    access.require_look(user_id=user_id)
    today = clock.today(settings.ACADEMY_ZONE)
    if request.method == "POST":
        access.require_officer(user_id=user_id)
    form = TrustForm(request.POST if request.method == "POST" else None, initial={"from_on": today})
    if form.is_bound and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            operations.trust_issuer(**data, until_on=None, actor_id=user_id)
        except operations.AlreadyTrusted:
            form.add_error("key", _now("Records by this key are believed already."))
        else:
            said = _now("Records of %(name)s are believed. Fingerprint of the key: %(print)s.")
            words = {"name": data["name"], "print": fingerprint(data["key"])}
            messages.success(request, said % words)
            return redirect("record-issuers")
    context = {
        "form": form,
        "rows": trust.rows(today),
        "ours": _ours(),
        "may_decide": access.may_decide(user_id=user_id),
        "crumbs": crumbs(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/portable/issuers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end_issuer(request: HttpRequest, number: int) -> HttpResponse:
    """Believe a key no longer, with the reason; what was imported stays."""
    user_id = _user(request)
    access.require_officer(user_id=user_id)
    row = TrustedIssuer.objects.filter(pk=number).first()
    if row is None:
        raise Http404
    form = EndTrustForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            operations.end_trust(
                did=row.did,
                key=row.key,
                on=clock.today(settings.ACADEMY_ZONE),
                note=form.cleaned_data["note"],
                actor_id=user_id,
            )
        except operations.NotTrusted:
            messages.info(request, _now("Records by this key were not believed any more."))
        else:
            messages.success(request, _now("Records by this key are believed no longer."))
        return redirect("record-issuers")
    imports = queries.imports(access.visible(user_id=user_id)).filter(
        issuer__did=row.did, issuer__key=row.key
    )
    context = {"row": row, "form": form, "imports": imports.count(), "crumbs": crumbs()}
    status = 400 if form.is_bound else 200
    return render(request, "certification/portable/end_issuer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def maps(request: HttpRequest) -> HttpResponse:
    """List the maps with their authors, and keep a new version of one."""
    user_id = _user(request)
    access.require_look(user_id=user_id)
    if request.method == "POST":
        access.require_officer(user_id=user_id)
    form = MapForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row = operations.add_map(text=form.cleaned_data["text"], actor_id=user_id)
        except BrokenMap as error:
            for problem in error.problems[:20]:
                form.add_error("text", problem)
        except operations.MapTaken:
            form.add_error(
                "text", _now("This version is kept with another text. Give yours a new version.")
            )
        else:
            messages.success(request, _now("Kept. Choose it when you import a record."))
            return redirect("record-map", number=row.pk)
    context = {
        "form": form,
        "rows": list(queries.maps()),
        "may_decide": access.may_decide(user_id=user_id),
        "crumbs": crumbs(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/portable/maps.html", context, status=status)


@require_safe
@never_cache
def one_map(request: HttpRequest, number: int) -> HttpResponse:
    """Show a version of a map, line by line, with the basis of each."""
    access.require_look(user_id=_user(request))
    row = EquivalenceMap.objects.select_related("added_by__person").filter(pk=number).first()
    if row is None:
        raise Http404
    found = queries.read_map(row)
    context = {
        "row": row,
        "map": found,
        "accepted": [each for each in found.lines if each.targets],
        "refused": [each for each in found.lines if not each.targets],
        "crumbs": [*crumbs(), {"label": _now("Maps"), "url": "../"}],
    }
    return render(request, "certification/portable/map.html", context)


def _ours() -> dict[str, str] | None:
    """Return who we are to others, or None where there is no key yet."""
    try:
        ring = key_ring()
    except NoSigningKey:
        return None
    return {"did": ring.did, "key": ring.public[0], "print": fingerprint(ring.public[0])}


def _user(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
