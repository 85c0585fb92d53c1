"""Drafts of programs, what becomes of them, and the walks through the people they concern."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.program_review.states import Step
from lms.kit import clock


def review_steps() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return [
        (Step.SUBMITTED, _("Asked for review")),
        (Step.SENT_BACK, _("Sent back")),
        (Step.PUBLISHED, _("Published")),
        (Step.WITHDRAWN, _("Withdrawn")),
    ]


class ProgramDraft(models.Model):
    """One row is one text that somebody proposes as the next version of a program.

    Triggers refuse UPDATE and DELETE: a changed text is a new row, `revision` 2, 3 … of the same
    `series`, that names the one it replaces. The text need not be a program yet. Seen by the
    officers and auditors of the office it was written for. Kept for ever. Personal data: no.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    series = models.UUIDField(default=uuid4, editable=False)
    revision = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    # The office whose officers review it: where its author is certification officer.
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    # As the text says; empty where it cannot be read.
    program_key = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=160, blank=True)
    label = models.CharField(max_length=40, blank=True)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    # The newest version when it was written; None: the program was not published yet.
    based_on = models.ForeignKey(
        "certification.ProgramVersion", models.PROTECT, null=True, related_name="+"
    )
    # Why the rules should change, in the author's words.
    note = models.TextField()
    # The day the author would let it count from.
    effective_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    # One form sent twice is one draft.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("program draft")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "revision"], name="a_draft_is_revised_in_one_line"
            ),
            models.CheckConstraint(
                condition=Q(revision=1, replaces__isnull=True)
                | Q(revision__gt=1, replaces__isnull=False),
                name="a_revision_names_what_it_replaces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_key} {self.label} ({self.revision})"


class ProgramReview(models.Model):
    """One row is one thing done with a draft: submitted, sent back, published or withdrawn.

    Triggers refuse UPDATE and DELETE; the state of a draft is the fold of its rows. Two people at
    once would write the same `turn`, and one is refused. Seen with the draft. Kept for ever.
    Personal data: no.
    """

    draft = models.ForeignKey(ProgramDraft, models.PROTECT, related_name="reviews")
    turn = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=review_steps)
    # Why it was sent back, or why a version counts back.
    note = models.TextField(blank=True)
    version = models.OneToOneField(
        "certification.ProgramVersion", models.PROTECT, null=True, related_name="review"
    )
    effective_on = models.DateField(null=True)
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("program review")
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "turn"], name="one_thing_at_a_time_is_done_with_a_draft"
            ),
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(kind="published"),
                name="a_draft_is_published_once",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="published", version__isnull=False, effective_on__isnull=False)
                    | (~Q(kind="published") & Q(version__isnull=True, effective_on__isnull=True))
                ),
                name="what_is_published_is_a_version_from_a_day_on",
            ),
            models.CheckConstraint(
                condition=~Q(kind="sent_back") | ~Q(note=""),
                name="what_is_sent_back_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.turn} {self.kind}"


class ProgramWalk(models.Model):
    """One row is one walk through everybody, in portions, about one program.

    A preview (`draft`) finds out who would be affected; a rollout puts a change that happened
    into effect. Its cursor and counts move on until it is finished. Seen with the draft or the
    program. Kept with the draft. Personal data: no.
    """

    draft = models.ForeignKey(ProgramDraft, models.PROTECT, null=True, related_name="walks")
    program_key = models.CharField(max_length=60)
    # The version that a preview compares with; None: there is none yet.
    compared_with = models.ForeignKey(
        "certification.ProgramVersion", models.PROTECT, null=True, related_name="+"
    )
    effective_on = models.DateField(null=True)
    # The legal date on which it is made, in the program's zone.
    today_on = models.DateField()
    # Everybody up to this id has been looked at.
    last_id = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # People the program counts for, before or after.
    concerned = models.PositiveIntegerField(default=0)
    affected = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("program walk")
        indexes = [
            # Serves the page of a program: what is under way.
            models.Index(fields=["program_key", "finished_at"], name="walks_of_program"),
        ]

    def __str__(self) -> str:
        return f"{self.program_key} {self.done}/{self.total}"


class ImpactRow(models.Model):
    """One row says how one person would be affected by a draft on one date.

    Derived: worked out anew with every preview, and thrown away with the one before. Seen by
    officers and auditors who may see the person. Personal data: yes.
    """

    # Says nothing that is not said elsewhere: roster records with rows may still be joined.
    rebuilt = True

    walk = models.ForeignKey(ProgramWalk, models.PROTECT, related_name="rows")
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    # The agency that employs them on the date; None: nobody does.
    agency = models.ForeignKey("lms.Organisation", models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    # The kinds of change, each between bars: "|unmet|deadline|".
    kinds = models.CharField(max_length=160)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("impact row")
        constraints = [
            models.UniqueConstraint(
                fields=["walk", "on", "person"], name="a_person_is_affected_once_on_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on} {self.kinds}"
