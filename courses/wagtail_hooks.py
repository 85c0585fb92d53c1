"""What editors do besides pages: the state's rules; what they must not: delete records."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, LiveStatusTagColumn
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.assessment.snippets import BankDesk
from courses.catalog.models import LocalRule
from courses.learning.protection import Held, held_by
from courses.publishing import editing


class LocalRuleViewSet(SnippetViewSet):
    """The state's rules: lessons ask for them, the state writes each once. None is added here."""

    model = LocalRule
    icon = "globe"
    menu_label = gettext_lazy("State rules")
    add_to_admin_menu = True
    list_display = [
        "title",
        BooleanColumn("is_written", label=gettext_lazy("In the lessons")),
        LiveStatusTagColumn(),
        "as_of",
    ]
    search_fields = ["title", "text"]
    copy_view_enabled = False


register_snippet(LocalRuleViewSet)
register_snippet(BankDesk)


hooks.register("before_publish_page", editing.publish_as_one)
hooks.register("before_unpublish_page", editing.leave_out_instead)
hooks.register("before_move_page", editing.stay_in_place)
hooks.register("before_copy_page", editing.write_anew)
hooks.register("construct_page_action_menu", editing.without_publish)
hooks.register("register_page_header_buttons", editing.publish_button)


@hooks.register("register_reports_menu_item")
def offer_reviews_due() -> MenuItem:
    """Offer the list of lessons whose clinical review is due."""
    return MenuItem(
        gettext_lazy("Clinical reviews due"), reverse_lazy("reviews_due"), icon_name="date"
    )


@hooks.register("before_delete_page")
def keep_pages_with_a_record(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page of which somebody has a record, and say how many."""
    refused = _refuse(request, held_by([page]), page.get_parent())
    return refused or editing.keep_published(request, page)


@hooks.register("before_bulk_action")
def keep_many_pages_with_a_record(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action_class_instance: Any
) -> HttpResponse | None:
    """Refuse what no single page may suffer either, and deleting pages with a record."""
    pages = [each for each in objects if isinstance(each, Page)]
    refused = None
    if action_type == "delete" and pages:
        refused = _refuse(request, held_by(pages), pages[0].get_parent())
    return refused or editing.lead_bulk_actions(
        request, action_type, objects, action_class_instance
    )


def _refuse(request: HttpRequest, held: Held, parent: Page) -> HttpResponse | None:
    if not held:
        return None
    facts = ngettext(
        "%(count)s entry in the learning ledger",
        "%(count)s entries in the learning ledger",
        held.facts,
    ) % {"count": held.facts}
    people = ngettext("%(count)s person", "%(count)s people", held.people) % {"count": held.people}
    messages.error(
        request,
        _(
            "Nothing was deleted: %(facts)s of %(people)s rest on this. Retire the course, or"
            " leave the lesson out of its next version. Then nobody new can start it, and every"
            " record stays readable."
        )
        % {"facts": facts, "people": people},
    )
    return redirect("wagtailadmin_explore", parent.pk)
