"""What an officer has to have seen before two records are joined, and what stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from certification.credentials.records import Held
from certification.duplicates.conflicts import blemished
from certification.duplicates.queries import Side, reports_to, same_places
from courses.public import observed_among
from lms.kit.statuses import look_of


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to tick; `key` is the same for the same thing on every look."""

    key: str
    text: str


def concerns(first: Side, second: Side, on: date) -> list[Concern]:
    """Return what must be ticked: certificates taken away, two accounts, signs of two people."""
    found = [
        Concern(f"lost:{each.code}:{each.worth(on).status.value}", _lost(each, on))
        for side in (first, second)
        for each in blemished(side.held, on)
    ]
    accounts = [record.account for side in (first, second) for record in side.records]
    used = [each for each in accounts if each]
    if len(used) > 1:
        words = _("Both accounts sign in to the one record from then on: %(accounts)s.")
        found.append(Concern("accounts", words % {"accounts": ", ".join(used)}))
    if any(record.duties for side in (first, second) for record in side.records):
        words = _("Duties of both are held by the one person from then on.")
        found.append(Concern("duties", words))
    if reports_to(first, second):
        words = _("One of the two is on record as the supervisor of the other.")
        found.append(Concern("supervises", words))
    places = same_places(first, second, on)
    if places:
        words = _("Both are employed today at %(places)s. An agency may really have two people.")
        found.append(Concern("same-place", words % {"places": ", ".join(places)}))
    return found


def _lost(each: Held, on: date) -> str:
    words = _("The certificate %(code)s (%(title)s) is %(status)s. It stays so.")
    status = str(look_of(each.worth(on).status).words).lower()
    return words % {"code": each.code, "title": each.title, "status": status}


def unticked(found: Sequence[Concern], seen: Sequence[str]) -> list[Concern]:
    """Return the concerns that were not ticked."""
    return [each for each in found if each.key not in seen]


def against(first: Side, second: Side) -> list[str]:
    """Return what makes joining impossible: nobody observes themselves."""
    if observed_among(person_ids=[first.id, second.id]):
        return [
            _(
                "One of the two signed an observation of the other, and nobody observes"
                " themselves. If they are one person, withdraw the observation first."
            )
        ]
    return []
