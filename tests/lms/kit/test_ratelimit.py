import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpResponse
from django.test import RequestFactory

from lms.kit import ratelimit
from lms.kit.ratelimit import Limit, client_address, rate_limited

START = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def locmem(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.TRUSTED_PROXY_COUNT = 0
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def request(method="GET", address="192.0.2.1", **headers):
    return RequestFactory().generic(method, "/", REMOTE_ADDR=address, headers=headers)


def test_the_window_lets_through_its_number_and_then_says_how_long_to_wait(clock):
    limit = Limit("try", 2, 60)
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 60]
    clock.shift(45)
    assert limit.wait("a") == 15
    clock.shift(15)
    assert limit.wait("a") == 0


def test_clients_and_names_are_counted_apart(clock):
    assert Limit("one", 1, 60).wait("a") == 0
    assert Limit("one", 1, 60).wait("b") == 0
    assert Limit("two", 1, 60).wait("a") == 0
    assert Limit("one", 1, 60).wait("a") > 0


def test_the_cache_does_not_hold_the_address(clock, monkeypatch):
    keys = []
    add = LocMemCache.add

    def spy(self, key, *args, **kwargs):
        keys.append(key)
        return add(self, key, *args, **kwargs)

    monkeypatch.setattr(LocMemCache, "add", spy)
    Limit("try", 1, 60).wait("192.0.2.1")
    assert len(keys) == 1
    assert "192.0.2.1" not in keys[0]


def test_nothing_is_written_to_the_database(clock):
    # No database mark: any query would fail this test.
    assert Limit("try", 1, 60).wait("a") == 0


def test_a_cache_out_of_order_lets_everybody_through(clock, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(LocMemCache, "add", fail)
    assert [Limit("try", 1, 60).wait("a") for _ in range(3)] == [0, 0, 0]


def test_a_counter_lost_in_between_lets_through(clock, monkeypatch):
    monkeypatch.setattr(LocMemCache, "add", lambda *args, **kwargs: False)
    assert Limit("try", 1, 60).wait("a") == 0


def test_a_view_answers_429_with_problem_details(clock):
    @rate_limited("json", most=1, seconds=60, json=True)
    def view(request, name):
        return HttpResponse(name)

    assert view(request(), name="x").content == b"x"
    response = view(request(), name="x")
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert json.loads(response.content)["status"] == 429
    assert view(request(address="192.0.2.2"), "y").content == b"y"


def test_a_view_answers_429_with_a_page(clock, settings):
    template = "{{ wait_seconds }} seconds"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {ratelimit.TEMPLATE: template})
                ]
            },
        }
    ]

    @rate_limited("page", most=1, seconds=60)
    def view(request):
        return HttpResponse()

    view(request())
    response = view(request())
    assert (response.status_code, response.content) == (429, b"60 seconds")
    assert response["Retry-After"] == "60"


def test_only_the_named_methods_are_counted(clock):
    @rate_limited("post", most=1, seconds=60, methods=("POST",), json=True)
    def view(request):
        return HttpResponse()

    statuses = [view(request(method)).status_code for method in ("GET", "GET", "POST", "GET")]
    assert statuses == [200, 200, 200, 200]
    assert view(request("POST")).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "198.51.100.7:4711", "198.51.100.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::/64"),
    ],
)
def test_only_what_our_own_proxies_saw_is_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert client_address(request(**{"X-Forwarded-For": forwarded})) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_one_client_has_one_address(address, expected):
    assert client_address(request(address=address)) == expected
