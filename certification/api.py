"""The HTTP face of certification, as the API's documentation describes it."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from certification.verification.views import checking

router = Router()


class VerifiedCertificate(Schema):
    """What anybody may learn from a certificate code. Dates are legal dates, YYYY-MM-DD."""

    code: str
    status: Literal["valid", "expired", "suspended", "revoked", "superseded", "not_yet_valid"]
    as_of: str
    holder_name: str
    credential: str
    program: str
    issuer: str
    issued_on: str
    valid_from: str
    # The last day on which it is valid.
    valid_until: str | None
    hours: float
    replaced_by: str | None
    reason: str | None
    checked_at: str
    credential_url: str | None


class NotFound(Schema):
    """The code is not known; `detail` says so when it was mistyped."""

    status: Literal["not_found"]
    detail: str | None = None


class Problem(Schema):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None


@router.get(
    "/verify/{code}",
    response={200: VerifiedCertificate, 404: NotFound, 422: Problem, 429: Problem},
    summary="Verify a certificate",
    tags=["verification"],
)
def verify_certificate(
    request: HttpRequest,
    code: str,
    as_of: str | None = Query(  # type: ignore[type-arg]  # ninja's own idiom
        None, description="The date of the work, YYYY-MM-DD; today when left out."
    ),
) -> HttpResponse:
    """Say what a certificate is worth on a date: public, live, and without employer or score.

    `valid_until` is the last valid day. The fast lane answers before this function is reached;
    both call the same view.
    """
    return checking.api(request, code)
