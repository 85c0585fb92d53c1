"""Load rubrics; record, acknowledge and withdraw observations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.catalog.queries import outline
from courses.coaching import access, queries
from courses.coaching.models import Observation, Rubric, Setting, Withdrawal
from courses.coaching.rubric import RubricDraft, items_of, rate, read_rubric
from courses.learning import ledger
from courses.learning.completion import append_in_course
from courses.learning.models import EventKind, HoursType
from lms.kit import clock
from lms.kit.formats import academy_zone
from lms.public import (
    Ability,
    PersonRecord,
    can,
    duty_for,
    memberships_on,
    notify,
    person,
    person_of_user,
    record_audit,
    today,
)

OBSERVING_DUTIES = ("coach", "trainer")
"""Duties by which somebody may observe, the first that fits is noted on the observation."""


class NoSuchRubric(LookupError):
    """There is no live rubric with this key."""


class MayNotObserve(Exception):
    """The account held no coach or trainer duty for this person on the observed date."""


class ObservesThemselves(MayNotObserve):
    """Nobody observes themselves."""


class NotYetObserved(ValueError):
    """The observed date lies in the future."""


class NotEmployedThen(ValueError):
    """The person was not employed on the observed date."""


class UnknownSetting(ValueError):
    """The setting is none of those that an observation can have."""


class FormUsed(ValueError):
    """The form's key already belongs to another observation."""


class MayNotAcknowledge(Exception):
    """Only the observed worker acknowledges."""


class MayNotWithdraw(Exception):
    """Only the observer or a certification officer withdraws."""


class AlreadyWithdrawn(Exception):
    """The observation was taken back."""


class NoReason(ValueError):
    """A withdrawal needs a reason."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a coach saw, as the form brings it. ``form_key`` makes a double click one row."""

    person_id: int
    rubric_key: str
    observed_on: date
    setting: str
    ratings: Mapping[str, int]
    form_key: UUID
    strengths: str = ""
    next_step: str = ""


# --- rubrics --------------------------------------------------------------------------------
def load_rubric(*, course_key: str, data: Mapping[str, Any]) -> bool:
    """Bring a rubric up to a rubric file; return whether anything changed.

    A changed file becomes a new version and the old one is retired; observations keep theirs.
    When the file kept its version label, the new row's label gets a number: "2026.1-2". May run
    within the transaction of a loader.

    Raises:
        rubric.FaultyRubric: the file cannot be used; nothing was changed.
    """
    draft = read_rubric(data)
    with transaction.atomic():
        rows = list(Rubric.objects.select_for_update().filter(key=draft.key).order_by("pk"))
        live = next((row for row in rows if row.retired_at is None), None)
        if live and (live.digest, live.course_key) == (draft.digest, course_key):
            return False
        if live:
            live.retired_at = clock.now()
            live.save(update_fields=["retired_at"])
        label = _free_label(draft.version, {row.version for row in rows})
        Rubric.objects.create(course_key=course_key, **_rubric_fields(draft, label))
        return True


def retire_rubrics(*, course_key: str, keep: Collection[str]) -> None:
    """Retire the rubrics of a course whose keys are not kept; observations keep theirs.

    May run within the transaction of a publisher.
    """
    gone = Rubric.objects.filter(course_key=course_key, retired_at__isnull=True)
    gone.exclude(key__in=keep).update(retired_at=clock.now())


def _free_label(wanted: str, taken: set[str]) -> str:
    labels = (f"{wanted}-{number}" if number > 1 else wanted for number in range(1, 10_000))
    return next(label for label in labels if label not in taken)


def _rubric_fields(draft: RubricDraft, label: str) -> dict[str, Any]:
    return {
        "key": draft.key,
        "version": label,
        "digest": draft.digest,
        "title": draft.title,
        "items": draft.item_rows(),
        "instructions": draft.instructions,
        "plan": list(draft.plan),
        "benchmark_percent": draft.benchmark_percent,
        "hours_type": draft.mode,
        "hours": draft.hours,
    }


# --- observations ---------------------------------------------------------------------------
def record_observation(*, actor_id: int, observed: Observed) -> UUID:
    """Record what a coach saw and tell the worker that it waits; the same form is one row.

    Raises:
        ObservesThemselves, MayNotObserve: no right on the observed date; the refusal is audited.
        NotYetObserved, NotEmployedThen, UnknownSetting: the facts cannot be true.
        NoSuchRubric: there is no live rubric with this key.
        rubric.FaultyRatings: an item is not rated, is unknown, or is not rated 0 to 3.
        FormUsed: the form key belongs to another observation.
    """
    if observed.observed_on > today():
        raise NotYetObserved(observed.observed_on)
    if observed.setting not in Setting.values:
        raise UnknownSetting(observed.setting)
    observer, duty_id = _right_to_observe(actor_id, observed)
    with transaction.atomic(durable=True):
        rubric = queries.live_rubric(key=observed.rubric_key)
        if rubric is None:
            raise NoSuchRubric(observed.rubric_key)
        draft = _observation(observed, rubric, observer, duty_id, actor_id)
        # ON CONFLICT DO NOTHING: the second of two clicks finds the row of the first.
        Observation.objects.bulk_create([draft], ignore_conflicts=True)
        found = Observation.objects.filter(form_key=observed.form_key).first()
        if found is None or (found.observer_id, found.person_id) != (
            observer.id,
            observed.person_id,
        ):
            raise FormUsed(observed.form_key)
        if found.uuid == draft.uuid:
            detail = {"person": observed.person_id, "rubric": rubric.key, "passed": found.passed}
            _audit(actor_id, "observation_signed", found.uuid, detail)
            _tell_worker(found, observer)
        return found.uuid


def _right_to_observe(actor_id: int, observed: Observed) -> tuple[PersonRecord, int]:
    """Return the observer and the duty that gives the right; audit and raise when there is none."""
    observer = person_of_user(user_id=actor_id)
    if observer is not None and observer.id == observed.person_id:
        _refuse(actor_id, observed, ObservesThemselves())
    on, person_id = observed.observed_on, observed.person_id
    # can() also asks for the second factor, which the duty alone does not.
    if observer and can(user_id=actor_id, ability=Ability.OBSERVE, person_id=person_id, on=on):
        for kind in OBSERVING_DUTIES:
            duty_id = duty_for(person_id=observer.id, kind=kind, for_person_id=person_id, on=on)
            if duty_id is not None:
                return observer, duty_id
    reaches_today = can(user_id=actor_id, ability=Ability.OBSERVE, person_id=person_id)
    if reaches_today and not memberships_on(person_id=person_id, on=on):
        raise NotEmployedThen(on)
    _refuse(actor_id, observed, MayNotObserve())
    raise AssertionError("unreachable")


def _refuse(actor_id: int, observed: Observed, why: MayNotObserve) -> None:
    detail = {
        "why": type(why).__name__,
        "rubric": observed.rubric_key,
        "observed_on": observed.observed_on.isoformat(),
    }
    with transaction.atomic(durable=True):
        record_audit(
            actor_id=actor_id,
            action="observation_refused",
            subject_kind="person",
            subject=str(observed.person_id),
            detail=detail,
        )
    raise why


def _observation(
    observed: Observed, rubric: Rubric, observer: PersonRecord, duty_id: int, actor_id: int
) -> Observation:
    rating = rate(
        items=items_of(rubric.items),
        ratings=observed.ratings,
        benchmark_percent=rubric.benchmark_percent,
    )
    return Observation(
        uuid=uuid4(),
        form_key=observed.form_key,
        person_id=observed.person_id,
        observer_id=observer.id,
        duty_id=duty_id,
        rubric=rubric,
        setting=observed.setting,
        observed_on=observed.observed_on,
        ratings=dict(observed.ratings),
        strengths=observed.strengths,
        next_step=observed.next_step,
        score=rating.percent,
        passed=rating.passed,
        critical_failed=list(rating.critical_failed),
        signed_by_id=actor_id,
    )


def acknowledge(*, actor_id: int, observation_uuid: UUID, comment: str) -> None:
    """Sign as the observed worker; the observation then stands as it is, and counts.

    Signing twice changes nothing.

    Raises:
        queries.NoSuchObservation: there is none.
        MayNotAcknowledge: the account is not the observed worker's.
        AlreadyWithdrawn: it was taken back.
    """
    with transaction.atomic(durable=True):
        observation = queries.lock_observation(uuid=observation_uuid)
        if not access.may_acknowledge(user_id=actor_id, observation=observation):
            raise MayNotAcknowledge(observation_uuid)
        if observation.acknowledged_at is not None:
            return
        if Withdrawal.objects.filter(observation=observation).exists():
            raise AlreadyWithdrawn(observation_uuid)
        observation.acknowledged_by_id = actor_id
        observation.acknowledged_at = clock.now()
        observation.worker_comment = comment.strip()
        observation.save(update_fields=["acknowledged_by", "acknowledged_at", "worker_comment"])
        _write_fact(observation, actor_id)
        _audit(actor_id, "observation_acknowledged", observation.uuid, {})


def _write_fact(observation: Observation, actor_id: int) -> None:
    rubric = observation.rubric
    earned = observation.passed and rubric.hours > 0
    fact = ledger.Fact(
        person_id=observation.person_id,
        kind=EventKind.OBSERVATION,
        subject=f"rubric:{rubric.key}",
        act=_act(observation),
        actor_id=actor_id,
        occurred_at=_instant(observation.observed_on),
        hours=rubric.hours if earned else Decimal(0),
        hours_type=rubric.hours_type if earned else HoursType.NONE,
        score=observation.score,
        passed=observation.passed,
        content_revision=rubric.version,
        detail={"observation": str(observation.uuid), "setting": observation.setting},
    )
    append_in_course(outline=outline(course_key=rubric.course_key), fact=fact)


def withdraw(*, actor_id: int, observation_uuid: UUID, reason: str) -> None:
    """Take an observation back with a reason; it stays, and what it earned is reversed.

    Withdrawing twice changes nothing.

    Raises:
        queries.NoSuchObservation: there is none.
        MayNotWithdraw: the account is neither the observer's nor an officer's.
        NoReason: no reason is given.
    """
    with transaction.atomic(durable=True):
        observation = queries.lock_observation(uuid=observation_uuid)
        if not access.may_withdraw(user_id=actor_id, observation=observation):
            raise MayNotWithdraw(observation_uuid)
        if not reason.strip():
            raise NoReason(observation_uuid)
        if Withdrawal.objects.filter(observation=observation).exists():
            return
        Withdrawal.objects.create(observation=observation, reason=reason.strip(), actor_id=actor_id)
        evidence_id = queries.evidence_of(act=_act(observation))
        if evidence_id is not None:
            ledger.reverse(evidence_id=evidence_id, actor_id=actor_id, reason=reason.strip()[:1000])
        _audit(actor_id, "observation_withdrawn", observation.uuid, {"reason": reason.strip()})
        _tell_withdrawn(observation)


# --- steps that the operations share --------------------------------------------------------
def _act(observation: Observation) -> str:
    return f"observation:{observation.uuid}"


def _instant(day: date) -> datetime:
    """Return noon of a day in the Academy's zone, or now when noon is still to come.

    Noon is the same legal date in every zone of the country.
    """
    noon = datetime.combine(day, time(12), tzinfo=academy_zone())
    return min(noon, clock.now())


def _audit(actor_id: int, action: str, uuid: UUID, detail: dict[str, Any]) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="observation",
        subject=str(uuid),
        detail=detail,
    )


def _link(observation: Observation) -> str:
    path = reverse("observation", kwargs={"observation": observation.uuid})
    return f"{settings.SITE_URL}{path}"


def _tell_worker(observation: Observation, observer: PersonRecord) -> None:
    worker = person(person_id=observation.person_id)
    body = _(
        "Hello %(name)s,\n\n%(observer)s wrote down what they saw in your practice. Please read"
        " it and sign it. You may add a comment. It counts once you have signed.\n\n%(link)s\n"
    )
    notify(
        key=f"observation:{observation.uuid}:waits",
        kind="observation_waits",
        address=worker.email,
        subject=_("An observation waits for you"),
        body=body
        % {"name": worker.given_name, "observer": observer.name, "link": _link(observation)},
        person_id=worker.id,
    )


def _tell_withdrawn(observation: Observation) -> None:
    worker = person(person_id=observation.person_id)
    body = _(
        "Hello %(name)s,\n\nan observation of your practice was withdrawn and no longer counts."
        " The page says why.\n\n%(link)s\n"
    )
    notify(
        key=f"observation:{observation.uuid}:withdrawn",
        kind="observation_withdrawn",
        address=worker.email,
        subject=_("An observation was withdrawn"),
        body=body % {"name": worker.given_name, "link": _link(observation)},
        person_id=worker.id,
    )
