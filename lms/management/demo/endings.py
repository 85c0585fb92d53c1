"""What an officer does to certificates of the demo: suspensions, one let run again, revocations."""

from collections.abc import Iterable
from typing import Final

from certification.public import reinstate, revoke, status_on, suspend
from lms.management.demo import writing
from lms.management.demo.stories import Story
from lms.management.demo.training import NM

NOTES: Final = {
    "suspend": "Paused while the question is open.",
    "reinstate": "The question was answered; nothing was found.",
    "revoke": "Decided after hearing the holder.",
}


def apply_all(stories: Iterable[Story], people: dict[str, int]) -> None:
    """Write what the stories say became of certificates, unless it is written already."""
    officer = writing.user_id("ines")
    for story in stories:
        if not story.ending:
            continue
        report = status_on(person_id=people[story.key], program_key=NM)
        if not report.held:
            continue
        held = report.held[-1]
        told = {event.kind for event in held.events}
        for what, reason, on in story.ending:
            act = {"suspend": suspend, "reinstate": reinstate, "revoke": revoke}[what]
            if _done(what) not in told:
                act(
                    code=held.code,
                    actor_id=officer,
                    reason=reason,
                    effective_on=max(on, held.valid_from),
                    note=NOTES[what],
                )


def _done(what: str) -> str:
    return {"suspend": "suspended", "reinstate": "reinstated", "revoke": "revoked"}[what]
