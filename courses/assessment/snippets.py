"""Question banks and questions in the CMS: found and read there, changed at their desk."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.assessment.access import may_edit_banks
from courses.assessment.models import Question, QuestionBank


class ReadByEditors(BasePermissionPolicy):
    """Who edits the curriculum may look; nobody changes a row: a change is a new revision."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Tell whether the account may do this to anything of the kind."""
        return action == "view" and bool(user.pk) and may_edit_banks(user_id=user.pk)

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        """Tell whether the account may do one of these."""
        return "view" in actions and self.user_has_permission(user, "view")

    def users_with_any_permission(
        self, actions: Collection[str], include_superusers: bool = True
    ) -> QuerySet[Any]:
        """Return whom the CMS may name as holders: nobody, as duties change by the day."""
        return get_user_model().objects.none()

    def users_with_any_permission_for_instance(
        self, actions: Collection[str], instance: Any, include_superusers: bool = True
    ) -> QuerySet[Any]:
        """Return whom the CMS may name as holders for one row: nobody."""
        return get_user_model().objects.none()

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Collection[str]
    ) -> QuerySet[Any]:
        """Return the rows that the account may see."""
        rows = self.model._default_manager
        return rows.all() if self.user_has_any_permission(user, actions) else rows.none()


def desk_link(row: Question | QuestionBank) -> SafeString:
    """Return the way to where a bank or a question is changed."""
    if isinstance(row, QuestionBank):
        url = reverse("bank", args=[row.key])
    else:
        url = reverse("question", args=[row.bank.key, row.key])
    return format_html('<a href="{}">{}</a>', url, _("Open at the desk"))


class _AtTheDesk(SnippetViewSet):
    """What both lists share: read-only, with a link to the desk."""

    copy_view_enabled = False
    inspect_view_enabled = True

    @property
    def permission_policy(self) -> ReadByEditors:
        """Return who may do what."""
        return ReadByEditors(self.model)


class BankViewSet(_AtTheDesk):
    """Lists the banks of questions."""

    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Question banks")
    list_display = ["title", "key", "course_key", Column("desk", accessor=desk_link, label="")]
    search_fields = ["title", "key"]
    panels = [FieldPanel("title")]
    ordering = ("title", "pk")


class QuestionViewSet(_AtTheDesk):
    """Lists the questions of all banks as they are now, by what they are about."""

    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    list_display = [
        "key",
        Column("stem", label=gettext_lazy("Question")),
        "bank",
        "kind",
        "objective",
        "competency",
        "revision",
        Column("desk", accessor=desk_link, label=""),
    ]
    list_filter = ["bank", "kind", "objective", "competency", "difficulty"]
    search_fields = ["stem", "key"]
    panels = [FieldPanel("stem")]
    ordering = ("bank__title", "key", "pk")

    def get_queryset(self, request: Any) -> QuerySet[Question]:
        """Return the revisions that new tries may draw."""
        return Question.objects.filter(retired_at__isnull=True).select_related("bank")


class BankDesk(SnippetViewSetGroup):
    """Keeps both lists under one name of the menu."""

    items = (BankViewSet, QuestionViewSet)
    menu_label = gettext_lazy("Questions of quizzes")
    menu_icon = "help"
