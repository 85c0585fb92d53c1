"""Import a history: all of its rows or none, once, however often and by how many it is told."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from certification.credentials.operations import PORTION, evaluate
from certification.history.queries import plan_of
from certification.history.reading import HistoryRow
from certification.history.records import NewFact, NewPaper, Outcome, PlannedRow
from certification.programs.models import Program
from courses.public import Fact, record_trainings
from lms.kit import clock
from lms.public import PERSON_CHANGED, NewLicence, enqueue_many, record_audit, record_licences

log = logging.getLogger(__name__)

NET_DELAY: Final = timedelta(minutes=5)
"""How long the jobs wait behind the evaluation of this process; they are only the net."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is imported: its name and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What was planned and, by row number, the id of the evidence or licence that came of it.

    `written` tells whether this import wrote anything; with any error nothing is written.
    """

    planned: Sequence[PlannedRow]
    written: bool = False
    ids: Mapping[int, str] = field(default_factory=dict)


def source_of(name: str, data: bytes) -> Source:
    """Return how the audit log names a file."""
    return Source(name, hashlib.sha256(data).hexdigest())


def import_history(
    *,
    rows: Sequence[HistoryRow],
    source: Source,
    actor_id: int | None,
    organisation_id: int | None = None,
) -> Imported:
    """Write what every row says, or nothing when any of them has an error; then decide anew.

    The same file again, or at the same moment from two sides, changes nothing more. The caller
    has checked the rights; `organisation_id` says whose record ids the file uses.

    Raises:
        InvalidEvidence, LicenceRefused: the database does not take a value.
    """
    with transaction.atomic(durable=True):
        # One history at a time: the second plans after the first is on record. No program is
        # changed, so whoever only points at one (NO KEY) is not held up.
        list(Program.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        planned = plan_of(rows, organisation_id=organisation_id)
        adding = [each for each in planned if each.outcome is Outcome.ADD]
        if len(adding) == 0 or any(each.outcome is Outcome.ERROR for each in planned):
            return Imported(planned)
        ids = _write_facts(adding, actor_id) | _write_papers(adding)
        people = sorted({each.who.id for each in adding if each.who is not None})
        record_audit(
            actor_id=actor_id,
            action="history_imported",
            subject_kind="history_import",
            subject=source.sha256,
            detail={
                "file": source.name[:200],
                "organisation_id": organisation_id,
                "rows": len(planned),
                "facts": sum(each.fact is not None for each in adding),
                "licences": sum(each.paper is not None for each in adding),
                "people": len(people),
            },
        )
        _promise(people, source)
    _evaluate(people)
    return Imported(planned, written=True, ids=ids)


def _write_facts(adding: Sequence[PlannedRow], actor_id: int | None) -> dict[int, str]:
    rows = [(each.row.number, each.fact) for each in adding if each.fact is not None]
    facts = [_fact(fact, actor_id) for _number, fact in rows]
    # All these people are decided anew below, in portions, and the audit entry is one for all.
    ids = record_trainings(facts=facts, actor_id=actor_id, batch=None, announce=False)
    return {number: id_ for (number, _fact), id_ in zip(rows, ids, strict=True)}


def _fact(fact: NewFact, actor_id: int | None) -> Fact:
    return Fact(
        person_id=fact.person_id,
        kind="training",
        subject=fact.subject,
        act=fact.act,
        actor_id=actor_id,
        occurred_at=_instant(fact.day),
        hours=fact.hours,
        hours_type=fact.hours_type,
        detail=dict(fact.detail),
    )


def _instant(day: date) -> datetime:
    """Return noon of a day in the academy's zone, which is that day also in its neighbours'.

    Today, noon may be still to come: then it is now.
    """
    noon = datetime.combine(day, time(12), ZoneInfo(settings.ACADEMY_ZONE))
    return min(noon, clock.now())


def _write_papers(adding: Sequence[PlannedRow]) -> dict[int, str]:
    rows = [(each.row.number, each.paper) for each in adding if each.paper is not None]
    record_licences(new=[_licence(paper) for _number, paper in rows])
    return {number: str(paper.uuid) for number, paper in rows}


def _licence(paper: NewPaper) -> NewLicence:
    return NewLicence(
        uuid=paper.uuid,
        person_id=paper.person_id,
        kind=paper.kind,
        requirement=paper.requirement,
        valid_from=paper.valid_from,
        valid_until=paper.until,
        issuer=paper.issuer,
        number=paper.number,
    )


def _promise(people: Sequence[int], source: Source) -> None:
    """Leave jobs that decide anew if this process dies before it has."""
    stamp = clock.now()
    jobs = {
        f"history:{source.sha256[:16]}:{stamp.isoformat()}:{start}": {
            "person_ids": people[start : start + PORTION]
        }
        for start in range(0, len(people), PORTION)
    }
    enqueue_many(kind=PERSON_CHANGED, jobs=jobs, run_after=stamp + NET_DELAY)


def _evaluate(people: Sequence[int]) -> None:
    for start in range(0, len(people), PORTION):
        some = people[start : start + PORTION]
        try:
            done = evaluate(person_ids=some)
        except Exception:  # the import stands; the job tries again
            log.exception("%s imported people wait to be decided anew", len(some))
        else:
            log.info("%s people evaluated, %s credentials issued", done.people, len(done.issued))
