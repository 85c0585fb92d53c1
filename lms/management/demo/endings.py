"""What officers do to certificates of the demo, and the cases that wait for one of them."""

from collections.abc import Iterable
from typing import Final

from certification.public import (
    agree_to_revocation,
    appeal,
    propose_revocation,
    reinstate,
    status_on,
    suspend,
)
from lms.management.demo import writing
from lms.management.demo.stories import Story
from lms.management.demo.training import NM

NOTES: Final = {
    "suspend": "Paused while the question is open.",
    "reinstate": "The question was answered; nothing was found.",
    "revoke": "Decided after hearing the holder.",
}
DONE: Final = {"suspend": "suspended", "reinstate": "reinstated", "revoke": "revoked"}
APPEALS: Final = "nadia.rael"
PROPOSED: Final = "samuel.tso"


def apply_all(stories: Iterable[Story], people: dict[str, int]) -> None:
    """Write what the stories say became of certificates, unless it is written already."""
    ines, odette = writing.user_id("ines"), writing.user_id("odette")
    for story in stories:
        if not story.ending:
            continue
        report = status_on(person_id=people[story.key], program_key=NM)
        if not report.held:
            continue
        held = report.held[-1]
        told = {event.kind for event in held.events}
        for what, reason, on in story.ending:
            if DONE[what] in told:
                continue
            day = max(on, held.valid_from)
            if what == "revoke":
                uuid = propose_revocation(
                    code=held.code, actor_id=ines, reason=reason, effective_on=day,
                    note=NOTES[what], suspend=False,
                )  # fmt: skip
                agree_to_revocation(actor_id=odette, uuid=uuid)
                continue
            act = {"suspend": suspend, "reinstate": reinstate}[what]
            act(code=held.code, actor_id=ines, reason=reason, effective_on=day, note=NOTES[what])


def open_cases(people: dict[str, int]) -> None:
    """Let one appeal wait for an officer, and one proposal for a second one; call once."""
    [*_, suspended] = status_on(person_id=people[APPEALS], program_key=NM).held
    event = next(each for each in suspended.events if each.kind == DONE["suspend"])
    appeal(
        actor_id=writing.user_id(APPEALS),
        code=suspended.code,
        event_id=event.id,
        words="The review was closed in spring and nothing was found. I still cannot go out.",
    )
    [*_, doubted] = status_on(person_id=people[PROPOSED], program_key=NM).held
    propose_revocation(
        code=doubted.code,
        actor_id=writing.user_id("ines"),
        reason="evidence_withdrawn",
        note="Two of the live sessions on the record were cancelled. See the agency’s letter.",
        suspend=False,
    )
