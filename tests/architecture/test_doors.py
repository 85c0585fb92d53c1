"""Closed by default: what opens without signing in is on an approved list, and nothing else."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from lms.doors import PUBLIC_ROUTES
from lms.middleware import readable_route

GOLDEN = Path(__file__).parents[1] / "golden" / "public_urls.txt"


def routes(patterns=None, prefix=""):
    """Yield every route of the site, readable."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield readable_route(route)
        else:
            yield from routes(pattern.url_patterns, route)


def filled(route):
    """Return a path that matches the route, or None where we cannot make one up."""
    path = route
    for name, value in {
        "<path:path>": "nothing/here/",
        "<slug:course>": "mrss-101",
        "<slug:module>": "why",
        "<slug:lesson>": "one",
        "<str:code>": "MRSS-AAAA-AAAA-A",
        "<slug:slug>": "rio-vista",
    }.items():
        path = path.replace(name, value)
    import re

    path = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", path)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<(?:\w+:)?\w+>", "x", path)
    return "/" + path


def test_golden_list_of_public_urls_is_what_the_door_lets_pass():
    text = "\n".join(sorted(PUBLIC_ROUTES)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text)
    assert GOLDEN.read_text() == text


def test_the_list_names_no_url_that_does_not_exist():
    assert PUBLIC_ROUTES - set(routes()) == set()


@pytest.mark.django_db
def test_every_other_url_sends_a_stranger_away():
    client = Client(raise_request_exception=False)
    opened = []
    for route in sorted(set(routes()) - PUBLIC_ROUTES):
        if "(" in route or "[" in route:  # Wagtail's catch-all, which is on the list by its name
            continue
        response = client.get(filled(route))
        if response.status_code not in {301, 302, 401, 404}:
            opened.append((route, response.status_code))
        elif response.status_code == 302 and "/accounts/" not in response["Location"]:
            opened.append((route, response["Location"]))
    assert opened == []
