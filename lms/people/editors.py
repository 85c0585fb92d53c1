"""Who may open the editor: holding the duty today decides, Wagtail's group only follows."""

from django.contrib.auth.models import Group

from lms.audit.operations import record
from lms.people.access import Ability, holds
from lms.people.authority import Authority
from lms.people.models import User

GROUP = "Editors"
"""Wagtail's own group: writes and sends for moderation, does not publish."""


def align_editor(user: User, held: Authority) -> None:
    """Put the account into Wagtail's group of editors, or take it out, as the duty says today.

    Asked at the editor's door, so that a duty that ended yesterday opens nothing today.
    """
    wanted = holds(held, Ability.EDIT_CURRICULUM)
    inside = user.groups.filter(name=GROUP).exists()
    if wanted == inside:
        return
    group, _made = Group.objects.get_or_create(name=GROUP)
    if wanted:
        user.groups.add(group)
    else:
        user.groups.remove(group)
    record(
        actor_id=None,
        action="editor_let_in" if wanted else "editor_shut_out",
        subject_kind="user",
        subject=str(user.uuid),
    )
