"""Many attested facts at once pass the same door as one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.learning.models import LearningEvent
from courses.public import ActConflict, Fact, InvalidEvidence, record_trainings
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.kit import clock


def fact(cast, key="alma", number=1, **fields):
    return Fact(
        **{
            "person_id": cast.person(key).pk,
            "kind": "training",
            "subject": f"NM-40-{number:02}-S",
            "act": f"file:{key}:{number}",
            "actor_id": None,
            "occurred_at": clock.now() - timedelta(days=number),
            "hours": Decimal("1.5"),
            "hours_type": "self_paced",
            **fields,
        }
    )


def record(facts, **fields):
    return record_trainings(facts=facts, actor_id=None, batch="file", **fields)


def test_ids_come_back_in_order_and_the_batch_is_one_audit_row(cast):
    facts = [fact(cast, number=3), fact(cast, "kofi", 1), fact(cast, number=2)]
    ids = record(facts)
    acts = dict(LearningEvent.objects.values_list("uuid", "act"))
    told = {str(uuid): act for uuid, act in acts.items()}
    assert [told[each] for each in ids] == [each.act for each in facts]
    assert AuditEntry.objects.get(action="record_trainings").detail == {"facts": 3}


def test_a_batch_told_twice_is_one_row_each(cast):
    facts = [fact(cast, number=number) for number in (1, 2)]
    assert record(facts) == record(facts)
    assert LearningEvent.objects.count() == 2
    assert AuditEntry.objects.filter(action="record_trainings").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": Decimal(-1)},
        {"hours_type": "none"},
        {"score": Decimal(101)},
        {"subject": "with a space"},
        {"kind": "reversal"},
        {"occurred_at": clock.now() + timedelta(days=2)},
    ],
)
def test_one_faulty_fact_refuses_the_whole_batch(cast, wrong):
    with pytest.raises(InvalidEvidence):
        record([fact(cast, number=1), fact(cast, number=2, **wrong)])
    assert not LearningEvent.objects.exists()


def test_an_act_of_somebody_else_refuses_the_whole_batch(cast):
    record([fact(cast, number=1)])
    with pytest.raises(ActConflict):
        record([fact(cast, number=2), fact(cast, "kofi", act="file:alma:1")])
    assert LearningEvent.objects.count() == 1


def test_the_news_is_one_promise_a_person_unless_the_caller_decides_anew(cast):
    facts = [fact(cast, key, number) for key in ("alma", "kofi") for number in (1, 2, 3)]
    record(facts[:3], announce=False)
    assert not Job.objects.filter(kind="evidence_recorded").exists()
    record(facts[3:])
    assert Job.objects.filter(kind="evidence_recorded").count() == 1
