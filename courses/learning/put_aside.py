"""Keep what somebody typed into a lesson while nobody was signed in any more, until they are again.

A page with its script keeps it on the device; this is for pages without. It waits in the session of
the stranger that the browser has become, and is shown to nobody but its writer.
"""

from typing import Final

from django.http import HttpRequest

from courses.learning.operations import MOST_LETTERS
from courses.learning.places import Reader
from lms.public import device_name

KEY: Final = "typed"


def keep(request: HttpRequest) -> None:
    """Put aside what a form brought, with the name of the account whose page it was."""
    block, who = request.POST.get("block", ""), request.POST.get("who", "")
    words = request.POST.get(block, "") if block else ""
    if words and len(who) == len(device_name(user_id=0)) and len(block) <= 80:
        request.session[KEY] = [request.path, who, block, words[:MOST_LETTERS]]


def kept(request: HttpRequest, reader: Reader) -> dict[str, list[str]]:
    """Return what this reader had typed on this page, by block; nothing of anybody else."""
    held = request.session.get(KEY) if reader.user_id is not None else None
    if not held or reader.user_id is None:
        return {}
    path, who, block, words = held
    if path != request.path or who != device_name(user_id=reader.user_id):
        return {}
    return {block: [words]}


def forget(request: HttpRequest) -> None:
    """Drop what was put aside, now that it is saved."""
    if KEY in request.session:
        del request.session[KEY]
