"""Stay signed in: the page asks how long the session lasts, and renews it."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.people.sessions import device_name, renew, seconds_left


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """Tell who is signed in and for how many seconds; POST renews."""
    if request.method == "POST":
        renew(request.session)
    who = device_name(user_id=request.user.pk) if request.user.pk else ""
    return JsonResponse({"who": who, "seconds": seconds_left(request.session)})
