"""The step of a Wagtail workflow at which a clinician reads a page."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Task, TaskState

from courses.catalog.models.changes import ClinicalReview
from lms.kit.widgets import DayInput
from lms.public import today


class ReviewForm(forms.Form):
    """What a clinician signs with."""

    name = forms.CharField(label=_("Your name, as it is shown"), max_length=120)
    qualification = forms.CharField(
        label=_("Your licence or qualification"), max_length=120, help_text=_("For example: LCSW")
    )
    reviewed_on = forms.DateField(label=_("Read on"), widget=DayInput)
    review_due = forms.DateField(
        label=_("To be read again by"), widget=DayInput, help_text=_("Shown to learners.")
    )
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea)

    def clean(self) -> dict[str, Any]:
        """Refuse a review of tomorrow and one that is due before it was made."""
        cleaned = super().clean() or {}
        on, due = cleaned.get("reviewed_on"), cleaned.get("review_due")
        if on and on > today():
            self.add_error("reviewed_on", _("This day is still to come."))
        if on and due and due <= on:
            self.add_error("review_due", _("This must be later than the day it was read on."))
        return cleaned


class ClinicalReviewTask(AbstractGroupApprovalTask):  # type: ignore[misc]  # wagtail is untyped
    """One row is one step "Clinical review" of a workflow: its groups read and sign.

    A course below a workflow with this step is published only when its new words were reviewed.
    Approving leaves a ``ClinicalReview`` of exactly the revision that was read. Personal data: no.
    """

    task_ptr = models.OneToOneField(Task, models.PROTECT, parent_link=True, related_name="+")

    class Meta:
        verbose_name = _("clinical review step")
        verbose_name_plural = _("clinical review steps")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what the reviewer may do; approving asks for name, licence and dates."""
        actions = super().get_actions(obj, user)
        return [each for each in actions if each[0] != "approve"] + (
            [("approve", _("Sign the review"), True)] if actions else []
        )

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        """Return the form of an action."""
        if action == "approve":
            return ReviewForm
        form: type[forms.Form] = super().get_form_for_action(action)
        return form

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **options: Any) -> Any:
        """Keep the review with the revision that was read, and go on in the workflow.

        Raises:
            BadRequest: the review is not signed.
        """
        if action_name != "approve":
            return super().on_action(task_state, user, action_name, **options)
        # The editor sends the words again as text, and nobody signs with an empty name.
        signed = ReviewForm(options)
        if not signed.is_valid():
            raise BadRequest("A review needs a name, a qualification and two dates.")
        given = signed.cleaned_data
        with transaction.atomic():
            ClinicalReview.objects.create(
                page_key=task_state.revision.as_object().key,
                page_revision=task_state.revision_id,
                reviewer=user,
                name=given["name"],
                qualification=given["qualification"],
                words=given["comment"],
                reviewed_on=given["reviewed_on"],
                review_due=given["review_due"],
            )
            super().on_action(task_state, user, action_name, comment=given["comment"])

    @classmethod
    def get_description(cls) -> str:
        """Return what the step is, for who builds workflows."""
        return str(_("A clinician of the chosen groups reads the page and signs the review."))
