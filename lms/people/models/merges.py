"""Which records of people turned out to be one and the same human, and which of that was undone."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class PersonMerge(models.Model):
    """One row says that two records are of one human: ``absorbed`` is read as ``kept`` from now on.

    No other row is moved or changed, so that it can be undone. Triggers refuse UPDATE and DELETE.
    Seen by certification officers. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    absorbed = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    # How often this record was absorbed, this time counted: two officers at once meet here.
    turn = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    reason = models.TextField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("merge of two records")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed", "turn"], name="a_record_is_absorbed_once_a_turn"
            ),
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")), name="nobody_is_merged_with_themselves"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("actor")), name="a_merge_takes_two_officers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} is {self.kept_id}"


class PersonUnmerge(models.Model):
    """One row takes a merge back, with a reason; both records stand on their own again.

    Triggers refuse UPDATE and DELETE. Seen by certification officers. Kept for ever.
    Personal data: yes.
    """

    merge = models.OneToOneField(PersonMerge, models.PROTECT, related_name="undone")
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    reason = models.TextField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("merge taken back")

    def __str__(self) -> str:
        return f"{self.merge_id} undone"
