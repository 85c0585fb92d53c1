"""The public address of our keys."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from certification.signing.keyfile import NoSigningKey
from certification.signing.queries import did_document


@require_safe
def did(request: HttpRequest) -> JsonResponse:
    """Return the DID document: who we are and by which keys our signatures are checked."""
    try:
        document = did_document()
    except NoSigningKey:
        return JsonResponse({"error": "this academy has no signing key yet"}, status=503)
    response = JsonResponse(document, json_dumps_params={"indent": 2})
    response.headers["Cache-Control"] = "public, max-age=300"
    # Whoever checks a signature in a page of their own may read it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
