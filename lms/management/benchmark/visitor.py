"""Sending requests to the site, or to a floor, inside this process."""

import json
from http.cookies import SimpleCookie
from importlib import import_module
from ipaddress import ip_address
from itertools import count
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory, override_settings


class Failed(RuntimeError):
    """A measured request did not answer as it should: the measure would mean nothing."""


class Visitor:
    """Somebody with cookies who asks for pages."""

    def __init__(self, *, user: Any = None, middleware: list[str] | None = None) -> None:
        with override_settings(MIDDLEWARE=middleware or settings.MIDDLEWARE):
            self.handler = WSGIHandler()
        self.requests = RequestFactory()
        self.cookies: SimpleCookie = SimpleCookie()
        # A new address each time, or the rate limits would be what is measured.
        self.addresses = count(1)
        if user is not None:
            self._sign_in(user)

    def _sign_in(self, user: Any) -> None:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def get(self, path: str, *, expect: int = 200) -> bytes:
        """Return the body of a page. Raises Failed when the status is another."""
        return self._send(self.requests.get(path), expect)[0]

    def post(self, path: str, data: dict[str, str], *, expect: int = 302) -> str:
        """Send a form with its CSRF token; return where the answer leads (its Location)."""
        request = self.requests.post(
            path,
            urlencode({**data, "csrfmiddlewaretoken": self.token()}),
            content_type="application/x-www-form-urlencoded",
        )
        return self._send(request, expect)[1]

    def send(self, path: str, data: object, *, expect: int = 200) -> bytes:
        """Send JSON as the script of a page does; return the body of the answer."""
        request = self.requests.post(
            path,
            json.dumps(data),
            content_type="application/json",
            headers={"X-CSRFToken": self.token()},
        )
        return self._send(request, expect)[0]

    def token(self) -> str:
        """Return the CSRF token; made up where no page has given one."""
        if settings.CSRF_COOKIE_NAME not in self.cookies:
            self.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        return self.cookies[settings.CSRF_COOKIE_NAME].value

    def _send(self, request: Any, expect: int) -> tuple[bytes, str]:
        environ = request.environ
        environ["REMOTE_ADDR"] = str(ip_address("127.0.0.0") + next(self.addresses))
        environ["HTTP_COOKIE"] = "; ".join(f"{k}={m.value}" for k, m in self.cookies.items())
        got: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc: Any = None) -> None:
            got["status"], got["headers"] = int(status.split()[0]), headers

        response = self.handler(environ, cast(Any, start))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        for name, value in got["headers"]:
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        if got["status"] != expect:
            raise Failed(f"{environ['PATH_INFO']} answered {got['status']}, not {expect}")
        return body, dict(got["headers"]).get("Location", "")
