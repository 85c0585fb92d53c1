"""Checking a certificate: for anybody, without an account, a cookie or a trace in the database."""

import re
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification.verification.queries import verify
from certification.verification.wording import M, Shape, shape_of, values_of, verdict
from lms.kit.codes import CodeCheck, check, normalise
from lms.kit.lanes import fast_lane
from lms.kit.problems import problem_response
from lms.kit.ratelimit import Limit, client_address

LIMIT: Final = Limit("verify", most=60, seconds=60)
"""Checks from one address in a minute: plenty for a desk, too few to try codes one by one."""

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TITLE, _BODY = "[[title]]", "[[body]]"
_CUT: Final = re.compile(r"@@(\w+)@@")
_HEADERS: Final = {
    # Live revocation: nobody may answer from an old copy.
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class BadDate(ValueError):
    """The date asked about is not written as YYYY-MM-DD, or does not exist."""


@fast_lane
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the box for the code; with a code that can be one, go to its result."""
    text = request.GET.get("code", "").strip()
    if not text:
        return _page("start", _("Is this certificate real?"), {})
    wait = LIMIT.wait(client_address(request))
    if wait:
        return _busy(wait)
    if check(text) is CodeCheck.MALFORMED:
        return _unknown(normalise(text), CodeCheck.MALFORMED)
    return _redirect(_address(normalise(text), _as_of_text(request)))


@fast_lane
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a certificate is worth today, or on the date asked about."""
    wait = LIMIT.wait(client_address(request))
    if wait:
        return _busy(wait)
    tidy, checked = normalise(code), check(code)
    if checked is not CodeCheck.OK:
        return _unknown(tidy, checked)
    canonical = _address(tidy, _as_of_text(request))
    if request.path_info != f"/verify/{tidy}/":
        return _redirect(canonical)
    problem = ""
    try:
        on = asked_date(request)
    except BadDate:
        on, problem = None, _("We could not read that date. Write it like 2026-03-31.")
    answer = verify(code=tidy, on=on)
    if answer is None:
        return _unknown(tidy, checked)
    values = values_of(answer)
    parts = _shaped(get_language() or settings.LANGUAGE_CODE, shape_of(answer), problem)
    html = "".join(values[part] if place % 2 else part for place, part in enumerate(parts))
    return HttpResponse(html, status=422 if problem else 200, headers=_HEADERS)


@fast_lane
@require_safe
def result_json(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the same as `api`, beside the page."""
    tidy = normalise(code)
    if check(code) is CodeCheck.OK and request.path_info != f"/verify/{tidy}.json":
        return _redirect(f"/verify/{tidy}.json" + _query(_as_of_text(request)))
    return api(request, code)


@fast_lane
@require_safe
def api(request: HttpRequest, code: str) -> HttpResponse:
    """Answer what a stranger may learn from a code, as JSON."""
    wait = LIMIT.wait(client_address(request))
    if wait:
        detail = _("Too many requests. Try again in %(wait)d seconds.") % {"wait": wait}
        headers = {**_HEADERS, "Retry-After": str(wait)}
        return problem_response(429, detail=detail, headers=headers)
    try:
        on = asked_date(request)
    except BadDate:
        detail = _("as_of must be a date like 2026-03-31.")
        return problem_response(422, detail=detail, headers=dict(_HEADERS))
    checked = check(code)
    answer = verify(code=code, on=on) if checked is CodeCheck.OK else None
    if answer is None:
        return JsonResponse(_not_found(checked), status=404, headers=_HEADERS)
    return JsonResponse(answer.to_json(), headers=_HEADERS)


def asked_date(request: HttpRequest) -> date | None:
    """Return the date in ?as_of=, None when there is none. Raises: BadDate."""
    text = _as_of_text(request)
    if not text:
        return None
    if not _ISO.fullmatch(text):
        raise BadDate(text[:20])
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(text) from error


def _as_of_text(request: HttpRequest) -> str:
    return request.GET.get("as_of", "").strip()


def _not_found(checked: CodeCheck) -> dict[str, str]:
    """Return the JSON for a code that is not known; it says so when it was mistyped."""
    details = {
        CodeCheck.BAD_CHECK_DIGIT: _("The check character does not fit: the code is mistyped."),
        CodeCheck.MALFORMED: _("This is not a certificate code like MRSS-XXXX-XXXX-X."),
    }
    answer = {"status": "not_found"}
    return {**answer, "detail": details[checked]} if checked in details else answer


def _unknown(code: str, checked: CodeCheck) -> HttpResponse:
    """Show that a code is mistyped, is no code, or is not known."""
    title = {
        CodeCheck.BAD_CHECK_DIGIT: _("This code has a typing mistake"),
        CodeCheck.MALFORMED: _("This is not a certificate code"),
        CodeCheck.OK: _("We have no certificate with this code"),
    }[checked]
    context = {"title": title, "code": code[:40], "kind": checked.value}
    return _page("unknown", title, context, status=404)


def _busy(wait: int) -> HttpResponse:
    title = _("Too many checks in a short time")
    response = _page("busy", title, {"title": title, "wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response


def _address(code: str, as_of: str) -> str:
    return f"/verify/{quote(code)}/{_query(as_of)}"


def _query(as_of: str) -> str:
    return f"?as_of={quote(as_of[:20])}" if as_of else ""


def _redirect(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, headers=_HEADERS)


def _page(name: str, title: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a page in the frame of the site, which is drawn once for each language."""
    return HttpResponse(_html(name, title, context), status=status, headers=_HEADERS)


def _html(name: str, title: str, context: dict[str, Any]) -> str:
    body = get_template(f"certification/verification/{name}.html").render(context)
    before, between, after = _frame(get_language() or settings.LANGUAGE_CODE)
    return f"{before}{escape(title)}{between}{body}{after}"


@lru_cache(maxsize=256)
def _shaped(_language: str, shape: Shape, problem: str) -> tuple[str, ...]:
    """Return the page of a shape, cut at its marks: text, mark, text, mark, … text."""
    context = {"verdict": verdict(shape), "m": M, "code": M["code"], "problem": problem}
    title = _("Certificate %(code)s") % M
    return tuple(_CUT.split(_html("result", title, context)))


@lru_cache(maxsize=8)
def _frame(_language: str) -> tuple[str, str, str]:
    """Return the frame around title and body; it names nobody, so one serves everybody."""
    nav = [
        {"label": _("Learn"), "url": "/learn/", "current": False},
        {"label": _("Verify"), "url": "/verify/", "current": True},
    ]
    context = {"nav": nav, "for_everybody": True, "title": _TITLE, "body": _BODY}
    html = get_template("certification/verification/frame.html").render(context)
    before, _title, rest = html.partition(_TITLE)
    between, _body, after = rest.partition(_BODY)
    return before, between, after
