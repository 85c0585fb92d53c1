"""The audit log is written once."""

import pytest
from django.db import DatabaseError, connection, transaction

from lms.audit.models import AuditEntry
from lms.audit.operations import record


@pytest.fixture
def entry(db):
    record(actor_id=None, action="tested", subject_kind="test", subject="1", detail={"a": 1})
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "statement", ["UPDATE lms_auditentry SET action = 'x'", "DELETE FROM lms_auditentry"]
)
def test_the_database_refuses_to_change_it(entry, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.get().action == "tested"
