"""What every request passes: the content security policy and the closed door."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from lms.doors import PUBLIC_ROUTES
from lms.kit.problems import problem_response

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
EDITOR_PATHS = ("/cms/", "/admin/", "/documents/", "/api/v1/docs")


def content_security_policy(get_response: Handler) -> Handler:
    """Add the policy: strict everywhere but in the editors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = EDITOR if request.path.startswith(EDITOR_PATHS) else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return middleware


class ClosedByDefault:
    """Ask for sign-in on every URL that is not on the public list."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Let the public list pass; send strangers to sign-in, programs a 401."""
        match = request.resolver_match
        if match is not None and readable_route(match.route) in PUBLIC_ROUTES:
            return None
        if request.user.is_authenticated:
            return None
        if request.path.startswith("/api/"):
            if "authorization" in request.headers:
                return None  # The API checks its keys itself; a wrong key is its 401.
            return problem_response(
                401, detail=_("Sign in, or send an API key in the Authorization header.")
            )
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


closed_by_default = ClosedByDefault


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
