"""The address to which pages report the time they measured."""

import json
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.seat_time.operations import NotYours, take_ticks
from courses.seat_time.tickets import BadTicket, read_ticket
from courses.seat_time.ticks import read_batch
from lms.kit.problems import problem_response
from lms.kit.ratelimit import Limit, too_many
from lms.public import authority

MOST_BYTES: Final = 128 * 1024
LIMIT: Final = Limit("seat_time", most=60, seconds=60)
"""Per account, not per address: a whole agency may share one address. A page needs four."""


@never_cache
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take a batch of ticks of a page that the account was handed.

    The answer tells nothing but what was taken and the account's own seconds of its recordings.
    """
    held = authority(request)
    if held is None or held.person_id is None:
        return problem_response(403, detail=_("This account belongs to no learner."))
    wait = LIMIT.wait(str(held.user_id))
    if wait:
        return too_many(request, wait, json=True)
    if len(request.body) > MOST_BYTES:
        return problem_response(413, detail=_("Too much at once."))
    try:
        data = json.loads(request.body)
        batch = read_batch(data)
        ticket = read_ticket(str(data["ticket"]))
        taken = take_ticks(person_id=held.person_id, ticket=ticket, batch=batch)
    except (ValueError, KeyError, RecursionError) as error:
        status = 410 if isinstance(error, BadTicket) else 400
        return problem_response(status, detail=_("This is not what a page measures."))
    except NotYours:
        return problem_response(403, detail=_("This is not your page."))
    return JsonResponse({"accepted": taken.accepted, "watched": taken.watched})
