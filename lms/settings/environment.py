"""Reading settings from environment variables, with errors that name the variable."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PROBLEMS: list[tuple[str, str]] = []
"""(variable, what is wrong): reported by the system checks in ``lms/checks.py``."""


def text(name: str, default: str = "") -> str:
    """Return the variable, stripped, or the default when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable; anything but 1/0, true/false, yes/no, on/off is a problem."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    PROBLEMS.append((name, f"{raw!r} is neither yes nor no. Use 1 or 0."))
    return default


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """Return a whole-number variable within bounds."""
    raw = text(name)
    if not raw:
        return default
    if raw.lstrip("-").isdigit() and least <= int(raw) <= most:
        return int(raw)
    PROBLEMS.append((name, f"{raw!r} is not a whole number from {least} to {most}."))
    return default


def listed(name: str) -> list[str]:
    """Return a comma-separated variable as a list without empty items."""
    return [item.strip() for item in text(name).split(",") if item.strip()]


@dataclass(frozen=True)
class Address:
    """A URL from the environment, taken apart."""

    scheme: str
    host: str
    port: int | None
    user: str
    password: str
    path: str
    options: dict[str, str]


def address(name: str, default: str, *, schemes: set[str]) -> Address:
    """Return a URL variable; an unknown scheme or a bad port is a problem."""
    raw = text(name, default)
    parts = urlsplit(raw)
    if parts.scheme not in schemes:
        known = ", ".join(sorted(schemes))
        PROBLEMS.append((name, f"starts with {parts.scheme or raw!r}. Use one of: {known}."))
        parts = urlsplit(default)
    try:
        port = parts.port
    except ValueError:
        PROBLEMS.append((name, "has a port that is not a number from 0 to 65535."))
        port = None
    return Address(
        parts.scheme,
        parts.hostname or "",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        unquote(parts.path),
        dict(parse_qsl(parts.query)),
    )


def database(name: str, default: str, base: Path) -> dict[str, Any]:
    """Return Django's database settings for ``sqlite:///path`` or ``postgresql://…``."""
    url = address(name, default, schemes={"sqlite", "postgresql", "postgres"})
    if url.scheme == "sqlite":
        path = url.path[1:] if url.path.startswith("/") else url.path
        file = Path(path) if path.startswith("/") else base / path
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(file),
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "timeout": 20,
                # Without IMMEDIATE a read that turns into a write fails at once under load.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-16000;",
            },
            "TEST": {"NAME": text("TEST_DATABASE_FILE") or None},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": url.user,
        "PASSWORD": url.password,
        "HOST": url.options.pop("host", url.host),
        "PORT": url.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(url.options),
    }
