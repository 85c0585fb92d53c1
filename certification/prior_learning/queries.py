"""Read requests with how they stand, in as many statements for 500 as for one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from certification.engine.requirements import Requirement, walk
from certification.prior_learning.models import (
    PriorLearningDecision,
    PriorLearningFile,
    PriorLearningFinding,
    PriorLearningItem,
    PriorLearningRequest,
)
from certification.prior_learning.reasons import RequestKind
from certification.prior_learning.weighing import (
    OPEN_KINDS,
    ZERO,
    Clause,
    Training,
    clause_of,
)
from certification.programs.document import Program
from certification.programs.queries import rules_of
from lms.public import rows_of as rows_of_people

PORTION = 500
"""How many requests are read together for a file."""


class NoSuchRequest(LookupError):
    """There is no request with this uuid."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One requirement of a request, with what was decided; `code` is empty while it waits."""

    id: int
    clause: Clause
    code: str = ""
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request as lists and files show it; `outcome` is empty while it waits."""

    uuid: UUID
    reference: str
    person_uuid: UUID
    person_name: str
    program_key: str
    program_title: str
    kind: str
    what: str
    provider: str
    completed_on: date | None
    evidence_type: str
    requested_on: date
    outcome: str
    decided_on: date | None
    decided_by: str
    zone: str
    items: tuple[ItemRow, ...]

    def days(self, today: date) -> int:
        """Return how many days it took to decide, or how long it has waited until `today`."""
        return ((self.decided_on or today) - self.requested_on).days

    @property
    def age_days(self) -> int | None:
        """Return how many days old the training was when it was brought forward."""
        done = self.completed_on
        return None if done is None else (self.requested_on - done).days


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a request's history: a decision, or its reversal."""

    at: datetime
    who: str
    outcome: str
    reason_code: str
    note: str
    reversed: bool
    findings: tuple[tuple[str, str, Decimal, str], ...]


def standing() -> Q:
    """Return the filter for decisions that were not taken back."""
    return Q(reverses__isnull=True, reversed_by__isnull=True)


def requests(where: Q) -> QuerySet[Any]:
    """Return requests with `outcome` ("" while waiting) and whether they are `documented`."""
    decided = PriorLearningDecision.objects.filter(standing(), request=OuterRef("pk"))
    papers = PriorLearningFile.objects.filter(request=OuterRef("pk"))
    return (
        PriorLearningRequest.objects.filter(where)
        .select_related("person__merged_into", "program_version__program")
        .defer("program_version__source")
        .annotate(
            outcome=Coalesce(Subquery(decided.order_by("pk").values("outcome")[:1]), Value("")),
            documented=Exists(papers),
        )
    )


def request_of(*, uuid: UUID) -> PriorLearningRequest:
    """Return one request as `requests` does. Raises: NoSuchRequest."""
    found: PriorLearningRequest | None = requests(Q(uuid=uuid)).first()
    if found is None:
        raise NoSuchRequest(uuid)
    return found


def whose(request: PriorLearningRequest) -> int:
    """Return the id of the person whom a request is about, under whichever record it was made."""
    return request.person.merged_into_id or request.person_id


def counts(where: Q) -> dict[str, int]:
    """Return how many requests stand how, by outcome; one statement."""
    rows = requests(where).order_by().values_list("outcome").annotate(n=Count("pk"))
    return dict(rows.order_by("outcome"))


def code_counts(where: Q) -> dict[str, int]:
    """Return how many clauses were decided how, by code; one statement."""
    theirs = PriorLearningRequest.objects.filter(where).values("pk")
    here = PriorLearningDecision.objects.filter(standing(), request__in=theirs).values("pk")
    rows = PriorLearningFinding.objects.filter(decision__in=here).values_list("code")
    return dict(rows.annotate(n=Count("pk")).order_by("code"))


def rules_for(request: PriorLearningRequest) -> Program:
    """Return the rules that a request is weighed by: those of the day it was made."""
    return rules_of(request.program_version.digest)


def askable(rules: Program) -> dict[str, Requirement]:
    """Return the requirements of a program that can be asked about, by id, in its order."""
    return {
        node.id: node
        for _, node in walk(rules.requirements)
        if isinstance(node, Requirement) and node.kind in OPEN_KINDS
    }


def training_of(request: PriorLearningRequest, *, documented: bool) -> Training:
    """Return what a request rests on."""
    return Training(
        exemption=request.kind == RequestKind.EXEMPTION,
        completed_on=request.completed_on,
        requested_on=request.requested_on,
        hours=request.hours,
        documented=documented,
    )


def rows_of(found: Sequence[PriorLearningRequest]) -> list[RequestRow]:
    """Return requests as rows, in their order; three more statements for any number of them."""
    ids = [each.pk for each in found]
    items: dict[int, list[PriorLearningItem]] = {}
    for item in PriorLearningItem.objects.filter(request_id__in=ids).order_by("pk"):
        items.setdefault(item.request_id, []).append(item)
    decisions = {
        each.request_id: each
        for each in PriorLearningDecision.objects.filter(standing(), request_id__in=ids)
        .select_related("decided_by__person")
        .order_by("pk")
    }
    findings = {
        each.item_id: each
        for each in PriorLearningFinding.objects.filter(
            decision_id__in=[each.pk for each in decisions.values()] or [0]
        ).order_by("pk")
    }
    return [_row(each, items.get(each.pk, []), decisions.get(each.pk), findings) for each in found]


def _row(
    request: PriorLearningRequest,
    items: Sequence[PriorLearningItem],
    decision: PriorLearningDecision | None,
    findings: dict[int, PriorLearningFinding],
) -> RequestRow:
    rules = rules_for(request)
    open_to = askable(rules)
    person = request.person.merged_into or request.person
    training = training_of(request, documented=bool(getattr(request, "documented", False)))
    rows = []
    for item in items:
        told = findings.get(item.pk)
        clause = clause_of(open_to[item.requirement], rules, training)
        rows.append(ItemRow(item.pk, clause, told.code, told.amount) if told else
                    ItemRow(item.pk, clause))  # fmt: skip
    return RequestRow(
        uuid=request.uuid,
        reference=request.reference,
        person_uuid=person.uuid,
        person_name=person.name,
        program_key=rules.key,
        program_title=rules.title,
        kind=request.kind,
        what=request.what,
        provider=request.provider,
        completed_on=request.completed_on,
        evidence_type=request.evidence_type,
        requested_on=request.requested_on,
        outcome=decision.outcome if decision else "",
        decided_on=decision.decided_on if decision else None,
        decided_by=_name(decision) if decision else "",
        zone=rules.zone,
        items=tuple(rows),
    )


def stream(found: QuerySet[Any]) -> Iterator[RequestRow]:
    """Yield rows for a file, read in portions."""
    portion: list[PriorLearningRequest] = []
    for each in found.iterator(chunk_size=PORTION):
        portion.append(each)
        if len(portion) == PORTION:
            yield from rows_of(portion)
            portion = []
    yield from rows_of(portion)


def history(request: PriorLearningRequest) -> list[Step]:
    """Return what was decided about a request and taken back, the oldest first; two statements."""
    decisions = list(
        PriorLearningDecision.objects.filter(request=request)
        .select_related("decided_by__person", "reversed_by")
        .order_by("turn")
    )
    findings: dict[int, list[tuple[str, str, Decimal, str]]] = {}
    for each in (
        PriorLearningFinding.objects.filter(decision__in=[row.pk for row in decisions] or [0])
        .select_related("item")
        .order_by("pk")
    ):
        row = (each.item.title, each.code, each.amount, each.unit)
        findings.setdefault(each.decision_id, []).append(row)
    taken_back = {each.reverses_id for each in decisions if each.reverses_id}
    return [
        Step(
            at=each.recorded_at,
            who=_name(each),
            outcome=each.outcome,
            reason_code=each.reason_code,
            note=each.note,
            reversed=each.pk in taken_back,
            findings=tuple(findings.get(each.pk, ())),
        )
        for each in decisions
    ]


def _name(decision: PriorLearningDecision) -> str:
    person = getattr(decision.decided_by, "person", None)
    return person.name if person is not None else decision.decided_by.email


def papers_of(request: PriorLearningRequest) -> list[PriorLearningFile]:
    """Return the papers of a request in the order in which they were chosen."""
    return list(PriorLearningFile.objects.filter(request=request).order_by("pk"))


def same_papers(request: PriorLearningRequest) -> list[str]:
    """Return the numbers of other requests of the person that rest on the same files."""
    theirs = PriorLearningFile.objects.filter(request=request).values("sha256")
    rows = (
        PriorLearningRequest.objects.filter(
            rows_of_people(person_ids=[request.person_id]), files__sha256__in=theirs
        )
        .exclude(pk=request.pk)
        .distinct()
        .order_by("pk")
    )
    return [each.reference for each in rows]
