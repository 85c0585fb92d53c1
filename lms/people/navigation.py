"""What the page header offers to the person who is looking."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return ``nav`` (list of {label, url, current}) and ``account`` ({name, initials} or None)."""
    return {"nav": [], "account": None}
