"""What operators see in the admin site: jobs, messages and the audit log, to read and to retry."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.jobs.operations import retry
from lms.notices.models import Notice


class ReadOnly(admin.ModelAdmin):
    """History is read here; nothing is added, changed or deleted."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(Job)
class JobAdmin(ReadOnly):
    """Promised work, with what went wrong."""

    list_display = ("key", "kind", "state", "attempts", "run_after", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("key",)
    ordering = ("-pk",)
    actions = ("try_again",)

    @admin.action(description=_("Try the failed ones again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Put failed jobs back."""
        done = sum(retry(key=key) for key in queryset.values_list("key", flat=True))
        self.message_user(request, _("%(count)s jobs put back.") % {"count": done})


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """Messages without their bodies, which may hold sign-in links."""

    list_display = ("key", "kind", "address", "subject", "recorded_at", "sent_at")
    list_filter = ("kind",)
    search_fields = ("address", "key")
    ordering = ("-pk",)
    exclude = ("body",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Who did what to what."""

    list_display = ("recorded_at", "actor", "action", "subject_kind", "subject")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("subject",)
    ordering = ("-pk",)
