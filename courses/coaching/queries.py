"""Read rubrics and observations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from courses.coaching.models import Observation, Rubric
from courses.coaching.rubric import items_of
from courses.learning.models import LearningEvent
from lms.public import kept_id, rows_of


class NoSuchObservation(LookupError):
    """There is no such observation."""


@dataclass(frozen=True, slots=True)
class WaitingObservation:
    """An observation that its worker has not signed yet."""

    uuid: UUID
    person_id: int
    rubric_key: str
    rubric_title: str
    observer_name: str
    observed_on: date


# --- rubrics --------------------------------------------------------------------------------
def live_rubric(*, key: str) -> Rubric | None:
    """Return the version of a rubric that is in use, or None."""
    return Rubric.objects.filter(key=key, retired_at__isnull=True).first()


def live_rubrics() -> list[Rubric]:
    """Return every rubric in use, by title."""
    return list(Rubric.objects.filter(retired_at__isnull=True).order_by("title", "pk"))


# --- observations ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RatedItem:
    """One item of an observation with its rating, 0 to 3, and what that rating looks like."""

    text: str
    critical: bool
    failed: bool
    rating: int
    anchor: str


def rated_items(observation: Observation) -> list[RatedItem]:
    """Return the items of an observation, in the order of the rubric that was used."""
    return [
        RatedItem(
            text=item.text,
            critical=item.critical,
            failed=item.id in observation.critical_failed,
            rating=observation.ratings[item.id],
            anchor=item.anchors[observation.ratings[item.id]],
        )
        for item in items_of(observation.rubric.items)
    ]


def observations_of(*, person_id: int) -> list[Observation]:
    """Return the observations of a person, newest first, with observer, rubric and withdrawal."""
    return list(
        Observation.objects.filter(rows_of(person_ids=[person_id]))
        .select_related("observer", "rubric", "withdrawal")
        .order_by("-observed_on", "-pk")
    )


def observation(*, uuid: UUID) -> Observation:
    """Return an observation with its people, rubric and withdrawal, in one statement.

    Raises:
        NoSuchObservation: there is none.
    """
    found = (
        Observation.objects.filter(uuid=uuid)
        .annotate(
            several_records=Exists(
                Observation.objects.filter(
                    Q(person__absorbed__isnull=False) | Q(observer__absorbed__isnull=False),
                    pk=OuterRef("pk"),
                )
            )
        )
        .select_related("person", "observer", "rubric", "withdrawal")
        .first()
    )
    if found is None:
        raise NoSuchObservation(uuid)
    return found


def lock_observation(*, uuid: UUID) -> Observation:
    """Return an observation and hold its row until the transaction ends.

    Raises:
        NoSuchObservation: there is none.
    """
    found = (
        Observation.objects.select_for_update(of=("self",))
        .filter(uuid=uuid)
        .select_related("person", "observer", "rubric")
        .first()
    )
    if found is None:
        raise NoSuchObservation(uuid)
    return found


def evidence_of(*, act: str) -> UUID | None:
    """Return the ledger row of an act, or None."""
    return LearningEvent.objects.filter(act=act).values_list("uuid", flat=True).first()


def observed_among(*, person_ids: Collection[int]) -> bool:
    """Tell whether one of these people observed another one of them; withdrawn ones count not."""
    theirs = rows_of(person_ids=person_ids) & rows_of(person_ids=person_ids, field="observer_id")
    return Observation.objects.filter(theirs, withdrawal__isnull=True).exists()


def waiting_for(*, person_ids: Collection[int]) -> list[WaitingObservation]:
    """Return the observations that these people have yet to sign, oldest first."""
    rows = (
        Observation.objects.filter(
            rows_of(person_ids=person_ids), acknowledged_at__isnull=True, withdrawal__isnull=True
        )
        .annotate(human=kept_id())
        .select_related("observer", "rubric")
        .order_by("observed_on", "pk")
    )
    return [
        WaitingObservation(
            uuid=row.uuid,
            person_id=row.human,
            rubric_key=row.rubric.key,
            rubric_title=row.rubric.title,
            observer_name=row.observer.name,
            observed_on=row.observed_on,
        )
        for row in rows
    ]
