"""Let Wagtail's own groups keep the state's rules: Editors write them, Moderators publish."""

from typing import Any, Final

from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS

GIVEN: Final = {"Editors": ("change",), "Moderators": ("change", "publish")}
"""Group → what it may do to a state rule. Packs add rules and nobody deletes one here."""


def give_rules_to_editors(*, apps: Apps, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Give the groups their permissions after every migration; what they have stays.

    Wagtail's own migrations make the groups. Where they are not there yet, or were renamed,
    nothing is given: a superuser decides then.
    """
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
        type_model = apps.get_model("contenttypes", "ContentType")
        apps.get_model("courses", "LocalRule")
    except LookupError:
        return  # Migrated only in part.
    groups = list(group_model.objects.using(using).filter(name__in=GIVEN).order_by("pk"))
    if not groups:
        return
    kind, _made = type_model.objects.using(using).get_or_create(
        app_label="courses", model="localrule"
    )
    for group in groups:
        for act in GIVEN[group.name]:
            permission, _made = permission_model.objects.using(using).get_or_create(
                codename=f"{act}_localrule",
                content_type=kind,
                defaults={"name": f"Can {act} state rule"},
            )
            group.permissions.add(permission)
