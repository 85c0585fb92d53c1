"""Answer a failed API request with problem details that programs can read (RFC 9457)."""

from http import HTTPStatus
from typing import Final

from django.http import JsonResponse

CONTENT_TYPE: Final = "application/problem+json"
UNTYPED: Final = "about:blank"

_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance"})


def problem_response(
    status: int,
    *,
    title: str = "",
    detail: str = "",
    kind: str = UNTYPED,
    instance: str = "",
    headers: dict[str, str] | None = None,
    **extensions: object,
) -> JsonResponse:
    """Return a problem details response.

    `kind` is the problem's URI and says what went wrong in a form that never changes; `title`
    is the same for every problem of that kind, by default the name of the HTTP status; `detail`
    is about this one occurrence; `extensions` are further members, such as `errors`.

    Raises:
        ValueError: `status` is not that of an error, or an extension has a reserved name.
    """
    if not 400 <= status <= 599:
        raise ValueError(f"{status} is not the status of a problem")
    if reserved := _MEMBERS & extensions.keys():
        raise ValueError(f"reserved problem members: {sorted(reserved)}")
    body: dict[str, object] = {
        "type": kind,
        "title": title or HTTPStatus(status).phrase,
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if instance:
        body["instance"] = instance
    return JsonResponse(
        body | extensions, status=status, content_type=CONTENT_TYPE, headers=headers
    )
