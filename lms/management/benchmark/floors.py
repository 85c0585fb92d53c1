"""The bare floors of ``speed.md``: what Django, Wagtail and WeasyPrint cost by themselves.

They stand outside every rule of the house on purpose, and only the benchmark reaches them.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie
from wagtail.models import Page, Site

Handler = Callable[[HttpRequest], HttpResponse]

HERE = "lms.management.benchmark.floors.stay_here"
D1V_MIDDLEWARE = [HERE]
D2_MIDDLEWARE = [
    HERE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
W_MIDDLEWARE = [
    HERE,
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def stay_here(get_response: Handler) -> Handler:
    """Send a floor's requests to this module's URLs; the only thing all floors share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__  # type: ignore[attr-defined]  # Django's documented hook
        return get_response(request)

    return middleware


def d1v(request: HttpRequest, code: str) -> HttpResponse:
    """Floor D1v: one look-up by code, one template, no middleware."""
    from django.apps import apps

    row = apps.get_model("certification", "Credential").objects.get(code=code)
    return HttpResponse(get_template("lms/benchmark/d1v.html").render({"row": row}))


@ensure_csrf_cookie
@login_required
def d2(request: HttpRequest, slug: str) -> HttpResponse:
    """Floor D2: sessions, sign-in and CSRF, a lesson from five SELECTs (session and user: two)."""
    page = Page.objects.get(slug=slug)
    siblings = list(Page.objects.filter(depth=page.depth, path__startswith=page.path[:-4])[:20])
    parent = Page.objects.get(path=page.path[:-4])
    return render(
        request, "lms/benchmark/d2.html", {"page": page, "siblings": siblings, "parent": parent}
    )


def w(request: HttpRequest, path: str) -> HttpResponse:
    """Floor W: a bare Wagtail page for a stranger: find the site, walk the tree, draw the body."""
    site = Site.find_for_request(request)
    parts = [part for part in path.split("/") if part]
    page, args, kwargs = site.root_page.localized.specific.route(request, parts)
    return render(request, "lms/benchmark/w.html", page.get_context(request, *args, **kwargs))


urlpatterns = [
    path("d1v/<str:code>/", d1v),
    path("d2/<slug:slug>/", d2),
    path("w/<path:path>", w),
]
