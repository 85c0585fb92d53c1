"""Hand out a stored file, or the part of it that a player asks for."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(ValueError):
    """The file has no such part."""


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """Return (first byte, how many) of a Range header; None: the whole file.

    A header that cannot be read, or asks for several parts, asks for the whole file (RFC 9110).

    Raises:
        Unsatisfiable: the part begins behind the end, or is empty.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        count = min(int(last), size)
        if not count:
            raise Unsatisfiable(header)
        return size - count, count
    start, end = int(first), min(int(last or size - 1), size - 1)
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable(header)
    return start, end - start + 1


def hand_out(
    request: HttpRequest,
    stored: str,
    *,
    filename: str,
    content_type: str,
    as_attachment: bool = False,
    headers: dict[str, str] | None = None,
) -> HttpResponseBase:
    """Return the response with a stored file, whole (200) or in part (206).

    The caller has checked who asks. Names of stored files are made of their contents, so the name
    tells a part of one file from a part of another (If-Range).
    """
    file = default_storage.open(stored)
    size = file.size
    tag = f'"{hashlib.sha256(stored.encode()).hexdigest()[:32]}"'
    told = {"Accept-Ranges": "bytes", "ETag": tag, **(headers or {})}
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        wanted = ""
    try:
        part = asked_part(wanted, size) if request.method == "GET" else None
    except Unsatisfiable:
        file.close()
        return HttpResponse(status=416, headers=told | {"Content-Range": f"bytes */{size}"})
    whole = FileResponse(
        file,
        as_attachment=as_attachment,
        filename=filename,
        content_type=content_type,
        headers=told,
    )
    if part is None:
        return whole
    start, count = part
    response = StreamingHttpResponse(
        _bytes(file, start, count), status=206, content_type=content_type, headers=told
    )
    response["Content-Length"] = str(count)
    response["Content-Range"] = f"bytes {start}-{start + count - 1}/{size}"
    response["Content-Disposition"] = whole.headers["Content-Disposition"]
    return response


def _bytes(file: Any, start: int, count: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while count > 0:
            chunk: bytes = file.read(min(CHUNK, count))
            if not chunk:
                return
            count -= len(chunk)
            yield chunk
