"""Write the rows of a request, a decision and a reversal; inside the transaction of operations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from certification.prior_learning import notices, queries
from certification.prior_learning.models import (
    PriorLearningDecision,
    PriorLearningFile,
    PriorLearningFinding,
    PriorLearningItem,
    PriorLearningRequest,
)
from certification.prior_learning.papers import Paper
from certification.prior_learning.reasons import RequestKind, ReversalReason
from certification.prior_learning.weighing import (
    CannotStand,
    Clause,
    Verdict,
    amount_of,
    clause_of,
    credits_of,
    faults,
    outcome_of,
)
from courses.public import record_training
from courses.public import reverse as reverse_evidence
from lms.kit import clock
from lms.public import person, record_audit

SUBJECT: Final = "prior_learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for. `completed_on` and `hours` are those of the training elsewhere."""

    person_id: int
    program_key: str
    kind: str
    requirements: tuple[str, ...]
    what: str
    form_key: UUID
    provider: str = ""
    completed_on: date | None = None
    hours: Decimal | None = None
    evidence_type: str = ""
    reason: str = ""
    papers: tuple[Paper, ...] = ()


def write_request(
    asked: Asked, version_id: int, today: date, actor_id: int, titles: Mapping[str, str]
) -> PriorLearningRequest:
    """Write a request with its clauses and papers."""
    request = PriorLearningRequest.objects.create(
        person_id=person(person_id=asked.person_id).id,
        program_version_id=version_id,
        kind=RequestKind(asked.kind),
        what=asked.what,
        provider=asked.provider,
        completed_on=asked.completed_on,
        hours=asked.hours,
        evidence_type=asked.evidence_type,
        reason=asked.reason,
        requested_by_id=actor_id,
        requested_on=today,
        form_key=asked.form_key,
    )
    PriorLearningItem.objects.bulk_create(
        PriorLearningItem(request=request, requirement=each, title=title)
        for each, title in titles.items()
    )
    PriorLearningFile.objects.bulk_create(
        PriorLearningFile(
            request=request,
            name=each.name,
            content_type=each.content_type,
            storage_name=each.storage_name,
            sha256=each.sha256,
            size=len(each.data),
        )
        for each in asked.papers
    )
    record_audit(
        actor_id=actor_id,
        action="prior_learning.requested",
        subject_kind=SUBJECT,
        subject=str(request.uuid),
        detail={
            "person_id": asked.person_id,
            "program": asked.program_key,
            "kind": asked.kind,
            "requirements": sorted(titles),
            "files": [each.sha256 for each in asked.papers],
        },
    )
    return request


def write_decision(
    request: PriorLearningRequest,
    turn: int,
    verdicts: Mapping[str, Verdict],
    note: str,
    actor_id: int,
    form_key: UUID,
) -> PriorLearningDecision:
    """Write a decision, what it finds on each clause, and the facts that it credits.

    Raises:
        CannotStand: with what breaks the rules, by requirement.
    """
    rules = queries.rules_for(request)
    open_to = queries.askable(rules)
    documented = PriorLearningFile.objects.filter(request=request).exists()
    training = queries.training_of(request, documented=documented)
    items = list(PriorLearningItem.objects.filter(request=request).order_by("pk"))
    weighed = [
        (
            item,
            clause_of(open_to[item.requirement], rules, training),
            verdicts.get(item.requirement, Verdict("")),
        )
        for item in items
    ]
    wrong = faults(training, [(clause, verdict) for _, clause, verdict in weighed])
    if wrong:
        raise CannotStand(wrong)
    decision = PriorLearningDecision.objects.create(
        request=request,
        turn=turn,
        outcome=outcome_of([verdict.code for _, _, verdict in weighed]),
        note=note,
        decided_by_id=actor_id,
        decided_on=clock.today(rules.zone),
        form_key=form_key,
    )
    happened = _happened_at(request, rules.zone)
    PriorLearningFinding.objects.bulk_create(
        PriorLearningFinding(
            decision=decision,
            item=item,
            code=verdict.code,
            amount=amount_of(clause, verdict),
            unit=clause.unit.value,
            evidence=_credit(request, decision, item, clause, amount_of(clause, verdict), happened),
        )
        for item, clause, verdict in weighed
    )
    told = {item.requirement: verdict.code for item, _, verdict in weighed}
    write_audit(
        "decided", request, actor_id, {"outcome": decision.outcome, "codes": told, "turn": turn}
    )
    notices.tell_decided(
        request,
        turn=turn,
        outcome=decision.outcome,
        findings=[(item.title, verdict.code) for item, _, verdict in weighed],
        note=note,
    )
    return decision


def _credit(
    request: PriorLearningRequest,
    decision: PriorLearningDecision,
    item: PriorLearningItem,
    clause: Clause,
    amount: Decimal,
    happened: datetime,
) -> list[str]:
    """Write what is granted of one clause to the ledger, and return the ids of its facts."""
    return [
        record_training(
            person_id=request.person_id,
            kind="training",
            subject=item.requirement,
            hours=hours,
            hours_type=hours_type,
            occurred_at=happened,
            actor_id=decision.decided_by_id,
            act=f"prior-learning:{decision.uuid}:{item.pk}:{place}",
            detail={
                "prior_learning": str(request.uuid),
                "reference": request.reference,
                "as": request.kind,
                "training": request.what,
                "provider": request.provider,
            },
        )
        for place, (hours, hours_type) in enumerate(credits_of(clause, amount))
    ]


def _happened_at(request: PriorLearningRequest, zone: str) -> datetime:
    """Return noon of the day the training was completed in the program's zone; waived: now."""
    now = clock.now()
    if request.kind == RequestKind.EXEMPTION or request.completed_on is None:
        return now
    return min(now, datetime.combine(request.completed_on, time(12), ZoneInfo(zone)))


def write_reversal(
    request: PriorLearningRequest,
    turn: int,
    last: PriorLearningDecision,
    reason: str,
    note: str,
    actor_id: int,
    form_key: UUID,
) -> PriorLearningDecision:
    """Write that a decision is taken back, and take its facts back."""
    reversal = PriorLearningDecision.objects.create(
        request=request,
        turn=turn,
        reverses=last,
        reason_code=reason,
        note=note,
        decided_by_id=actor_id,
        decided_on=clock.today(queries.rules_for(request).zone),
        form_key=form_key,
    )
    taken_back = [
        evidence
        for finding in PriorLearningFinding.objects.filter(decision=last).order_by("pk")
        for evidence in finding.evidence
    ]
    for evidence in taken_back:
        reverse_evidence(
            evidence_id=evidence,
            actor_id=actor_id,
            reason=f"{request.reference}: {ReversalReason(reason).name}",
        )
    write_audit(
        "reversed", request, actor_id, {"reason": reason, "facts": taken_back, "turn": turn}
    )
    notices.tell_reversed(request, turn=turn, note=note)
    return reversal


def write_audit(
    action: str, request: PriorLearningRequest, actor_id: int, detail: dict[str, object]
) -> None:
    """Write one act about a request into the audit log."""
    record_audit(
        actor_id=actor_id,
        action=f"prior_learning.{action}",
        subject_kind=SUBJECT,
        subject=str(request.uuid),
        detail=detail,
    )
