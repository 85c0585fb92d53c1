"""What every request passes: the content security policy and the closed door."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from lms.doors import PUBLIC_ROUTES
from lms.kit.lanes import takes_fast_lane
from lms.kit.problems import problem_response
from lms.people.editors import align_editor
from lms.people.models import User
from lms.people.navigation import authority

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]

STRICT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'self'"
)
# Wagtail's editor needs inline script and style; it is for signed-in editors only.
EDITOR = (
    "default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'unsafe-inline';"
    " style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'self'"
)
PERMISSIONS = "camera=(), microphone=(), geolocation=()"
EDITING = "wagtailadmin.access_admin"
SIGN_OUT = "/accounts/logout/"
EDITOR_PATHS = ("/cms/", "/admin/", "/documents/", "/api/v1/docs")


FAST_PATHS = ("/verify/", "/api/v1/verify/")
"""What begins like this, in upper case too (a QR code is all capitals), may take the fast lane."""


def public_fast_lane(get_response: Handler) -> Handler:
    """Answer what is open to everybody ahead of sessions, sign-in, messages and cookies.

    Only GET and HEAD of views marked with ``lms.kit.lanes.fast_lane``; everything else, and plain
    HTTP where HTTPS is due, goes the usual way. The headers are those of the usual way.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        prefix = next((each for each in FAST_PATHS if path[: len(each)].lower() == each), None)
        if prefix is None or request.method not in ("GET", "HEAD"):
            return get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return get_response(request)
        rest = path[len(prefix) :]
        shut = "" if not rest or rest.endswith((".json", "/")) or prefix != "/verify/" else "/"
        try:
            match = resolve(f"{prefix}{rest}{shut}")
        except Resolver404:
            return get_response(request)
        if not takes_fast_lane(match.func):
            return get_response(request)
        request.get_host()  # Raises DisallowedHost, as CommonMiddleware does.
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        for header, value in _fast_headers(secure=request.is_secure()):
            response.headers.setdefault(header, value)
        response.headers["Content-Language"] = language
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


def _fast_headers(*, secure: bool) -> list[tuple[str, str]]:
    """Return the headers that the skipped middleware would have set."""
    headers = [
        ("Content-Security-Policy", STRICT),
        ("Permissions-Policy", PERMISSIONS),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
    ]
    if secure and settings.SECURE_HSTS_SECONDS:
        value = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        headers.append(("Strict-Transport-Security", value))
    return headers


def content_security_policy(get_response: Handler) -> Handler:
    """Add the policy: strict everywhere but in the editors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = EDITOR if request.path.startswith(EDITOR_PATHS) else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path == SIGN_OUT and request.method == "POST":
            # A shared computer keeps nothing of who leaves: pinned lessons, words that wait, and
            # pages with their notes, to which "Back" would lead.
            response.headers.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response

    return middleware


def _check_editor(request: HttpRequest) -> None:
    """Let editors pass. Raises PermissionDenied for every other account.

    Wagtail would send it to sign-in, and sign-in back to Wagtail, without end.
    """
    held = authority(request)
    if held is not None and not held.second_factor:
        return  # The next door leads them to set one up.
    if held is not None and isinstance(request.user, User):
        align_editor(request.user, held)
    if not request.user.has_perm(EDITING):
        raise PermissionDenied


class ClosedByDefault:
    """Ask for sign-in on every URL that is not on the public list."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Let the public list pass; send strangers to sign-in, programs a 401.

        Raises:
            PermissionDenied: an account without an editor's rights asks for the editor.
        """
        match = request.resolver_match
        if match is not None and readable_route(match.route) in PUBLIC_ROUTES:
            return None
        if request.user.is_authenticated:
            if request.path.startswith("/cms/"):
                _check_editor(request)
            return None
        if request.path.startswith("/api/"):
            if "authorization" in request.headers:
                return None  # The API checks its keys itself; a wrong key is its 401.
            return problem_response(
                401, detail=_("Sign in, or send an API key in the Authorization header.")
            )
        if request.content_type == "application/json":
            # A page's script would take the sign-in form for an answer.
            return problem_response(401, detail=_("Sign in again."))
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


closed_by_default = ClosedByDefault


# The editors have rights of their own (groups, staff), so they ask everybody for the factor.
GUARDED_PATHS = ("/cms/", "/admin/")
# Signing out, setting the factor up, and the language must work without it.
SETUP_PATHS = ("/accounts/", "/language/", "/static/")


class SecondFactor:
    """Keep accounts that act for others out until they have a second factor.

    ``lms.people.access`` refuses every ability without it as well: this is the friendly half,
    which says what to do.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Send the account to the set-up page; answer programs with 403."""
        if request.path.startswith(SETUP_PATHS):
            return None
        guarded = request.path.startswith(GUARDED_PATHS)
        match = request.resolver_match
        if match is not None and readable_route(match.route) in PUBLIC_ROUTES and not guarded:
            return None
        held = authority(request)
        if held is None or (held.second_factor and (held.has_factor or not guarded)):
            return None
        words = _(
            "You act for others here, so a password alone is not enough. Set up a second factor"
            " now: it takes two minutes."
        )
        if request.path.startswith("/api/"):
            return problem_response(403, detail=words)
        messages.warning(request, words)
        return redirect("mfa_index")


second_factor = SecondFactor


def readable_route(route: str) -> str:
    """Return a route with regular expressions shown by their names: ``(?P<key>…)`` → ``<key>``."""
    out: list[str] = []
    at = 0
    while at < len(route):
        if route.startswith("(?P<", at):
            name_end = route.index(">", at)
            out.append(f"<{route[at + 4 : name_end]}>")
            depth = 0
            for position in range(at, len(route)):
                if route[position] == "(" and route[position - 1] != "\\":
                    depth += 1
                elif route[position] == ")" and route[position - 1] != "\\":
                    depth -= 1
                    if depth == 0:
                        at = position + 1
                        break
            continue
        out.append(route[at])
        at += 1
    text = "".join(out).replace("^", "").replace("\\Z", "").replace("\\", "")
    return text.removesuffix("$").replace("/?", "/")
