"""Alive and ready: what a load balancer asks."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process runs."""
    return JsonResponse({"status": "alive"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker, cache and storage are reachable, else 503 and name them."""
    parts: dict[str, Callable[[], None]] = {
        "database": _database,
        "broker": _broker,
        "cache": _cache,
        "storage": _storage,
    }
    failing = [name for name, check in parts.items() if not _works(check)]
    return JsonResponse(
        {"status": "not ready" if failing else "ready", "failing": failing},
        status=503 if failing else 200,
    )


def _works(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    if settings.CELERY_BROKER_URL.startswith("filesystem://"):
        if not settings.BROKER_DIR.is_dir():
            raise FileNotFoundError(settings.BROKER_DIR)
        return
    from lms.celery import app

    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=0, timeout=3)


def _cache() -> None:
    cache.set("readyz", "yes", 10)
    if cache.get("readyz") != "yes":
        raise ConnectionError("cache")


def _storage() -> None:
    name = default_storage.save("readyz/probe.txt", ContentFile(b"ready"))
    default_storage.delete(name)
