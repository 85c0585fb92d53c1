"""Alive and ready answer what a load balancer asks."""

import pytest
from django.core.cache import cache


def test_alive_needs_nothing(client):
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_ready_when_every_part_answers(client, settings):
    settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "failing": []})


@pytest.mark.django_db
def test_a_failing_part_is_named(client, settings, monkeypatch):
    settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9",
        }
    }
    response = client.get("/readyz")
    assert (response.status_code, response.json()["failing"]) == (503, ["cache"])
    del settings.CACHES
    assert cache is not None
