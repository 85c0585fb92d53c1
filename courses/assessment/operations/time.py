"""Hand in what was saved when time is up, whether or not its learner ever comes back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.assessment import timing
from courses.assessment.models import Attempt, Ended
from courses.assessment.operations import closing
from lms.kit import clock
from lms.public import enqueue

JOB = "attempt_due"


class NotOverYet(Exception):
    """The grace is not over by this machine's clock; ask again later."""


def promise(attempt: Attempt) -> None:
    """Promise to hand the attempt in when its grace is over; call in the starting transaction."""
    if attempt.due_at is not None:
        enqueue(
            kind=JOB,
            key=f"attempt-due:{attempt.uuid}",
            payload={"attempt": str(attempt.uuid)},
            run_after=attempt.due_at + timing.GRACE,
        )


def hand_in_overdue(*, attempt_uuid: UUID) -> bool:
    """Hand in an open attempt whose time and grace are over, once; tell whether this call did.

    Raises:
        NotOverYet: it is open, has a deadline and may still be answered.
    """
    with transaction.atomic(durable=True):
        attempt = (
            Attempt.objects.select_for_update(of=("self",))
            .filter(uuid=attempt_uuid, submitted_at__isnull=True, due_at__isnull=False)
            .select_related("quiz")
            .first()
        )
        if attempt is None:
            return False
        if not closing.overdue(attempt, clock.now()):
            raise NotOverYet(attempt_uuid)
        closing.hand_in(attempt, ended=Ended.TIME, user_id=None)
        return True


def overdue_attempts(*, most: int = 500) -> list[UUID]:
    """Return open attempts whose time and grace are over, the oldest deadline first."""
    before: datetime = clock.now() - timing.GRACE
    rows = Attempt.objects.filter(submitted_at__isnull=True, due_at__lte=before)
    return list(rows.order_by("due_at", "pk").values_list("uuid", flat=True)[:most])
