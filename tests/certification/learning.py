"""Let people of the cast learn: evidence in the ledger, as courses records it."""

from datetime import UTC, datetime, time, timedelta
from itertools import count

from certification.engine.requirements import Group, Kind, Requirement, walk
from certification.programs.queries import catalogue
from courses.public import record_training
from lms.people.models import Licence, LicenceVerification

_acts = count()
_HOURS_TYPE = {
    Kind.SELF_PACED: "self_paced",
    Kind.LIVE_SESSION: "live",
    Kind.OBSERVED_SKILL: "practice",
    Kind.COLLABORATIVE: "live",
}
_EVENT = {
    Kind.SELF_PACED: "training",
    Kind.LIVE_SESSION: "session",
    Kind.QUIZ: "quiz",
    Kind.OBSERVED_SKILL: "observation",
    Kind.COLLABORATIVE: "collaborative",
    Kind.EXPERIENCE: "experience",
}


def noon(day):
    """Return 19:00 UTC of a day: the same legal date in every American zone."""
    return datetime.combine(day, time(19), UTC)


def learn(person, subject, on, *, kind="training", hours=0, hours_type="none", score=None, **more):
    """Record one fact about a person."""
    return record_training(
        person_id=person.pk,
        kind=kind,
        subject=subject,
        hours=hours,
        hours_type=hours_type,
        score=score,
        occurred_at=noon(on),
        actor_id=None,
        act=f"test:{next(_acts)}",
        **more,
    )


def finish_mrss_101(person, on, *, score=90):
    """Record what the free course asks for."""
    learn(
        person, "course:mrss-101", on, kind="course", hours="1.5", hours_type="self_paced",
        score=score, content_revision="mrss-101 2026.1",
    )  # fmt: skip
    return learn(person, "quiz:mrss-101-check", on, kind="quiz", score=score)


def finish_program(person, key, on, *, skip=()):
    """Record evidence, and grant the licences, for every requirement that can certify."""
    rules = catalogue().version(key, on).rules
    for _, node in walk(rules.requirements):
        if isinstance(node, Group) or node.id in skip:
            continue
        if node.kind in (Kind.CREDENTIAL, Kind.BACKGROUND):
            license_for(person, node, on)
        elif "renew" not in node.gates:
            _meet(person, node, on)


def license_for(person, node, on):
    """Grant a verified licence that answers a requirement."""
    row = Licence.objects.create(
        person=person,
        kind="BACKGROUND" if node.kind is Kind.BACKGROUND else "OTHER",
        requirement=node.id,
        valid_from=on - timedelta(days=1),
        verified_at=noon(on - timedelta(days=1)),
    )
    LicenceVerification.objects.create(
        licence=row,
        outcome="confirmed",
        source="Board",
        looked_up_on=row.valid_from,
        recorded_at=row.verified_at,
    )
    return row


def _meet(person, node: Requirement, on):
    hours = node.hours or 0
    for _ in range(node.count or 1):
        learn(
            person,
            node.id,
            on,
            kind=_EVENT[node.kind],
            hours=hours,
            hours_type=_HOURS_TYPE.get(node.kind, "none") if hours else "none",
            score=100 if node.pass_percent else None,
        )
