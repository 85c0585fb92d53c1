"""Tell officers each night which certificates have lost what they rested on."""

import logging
from datetime import timedelta
from typing import Final

from certification.casework.notices import tell_shaken
from certification.casework.shaken import shaken
from courses.public import taken_back
from lms.kit import clock
from lms.public import every_night

log = logging.getLogger(__name__)

# Long enough for a worker that stood still; who was told is not told again.
LOOK_BACK: Final = timedelta(days=30)


@every_night("shaken")
def tell_of_shaken() -> None:
    """Tell the officers of each certificate whose evidence was taken back lately, once."""
    first = clock.now() - LOOK_BACK
    found = shaken(facts=[each for each in taken_back() if each.at >= first])
    for each in found:
        tell_shaken(each)
    log.info("%s certificates rest on evidence that was taken back", len(found))
