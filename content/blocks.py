"""The blocks of the home page: where to go, what MRSS 101 holds, the road to certified."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    ListBlock,
    StructBlock,
    TextBlock,
)

from lms.editing.blocks import CalloutBlock, ProseBlock


def path_pictures() -> list[tuple[str, Any]]:
    """Return the line drawings that a path may carry: files lms/static/img/path-<name>.svg."""
    return [
        ("learn", _("Open book")),
        ("train", _("Two people")),
        ("verify", _("Checked paper")),
        ("audit", _("Bars")),
    ]


class PathBlock(StructBlock):
    """One way into the site. The address may be a path on this site or a whole URL."""

    picture = ChoiceBlock(choices=path_pictures)
    title = CharBlock(max_length=40)
    text = TextBlock(max_length=200)
    action = CharBlock(label=_("Words of the link"), max_length=40)
    url = CharBlock(label=_("Address"), max_length=200)


class PathsBlock(StructBlock):
    """The ways into the site, side by side."""

    heading = CharBlock(max_length=80, help_text=_("Read by screen readers only."))
    paths = ListBlock(PathBlock(), min_num=2, max_num=4)

    class Meta:
        icon = "link"
        label = _("Ways in")
        template = "content/blocks/paths.html"


class UnitBlock(StructBlock):
    """One unit of a course: its name and how many minutes it takes."""

    title = CharBlock(max_length=80)
    minutes = IntegerBlock(min_value=1, max_value=600)


class UnitsBlock(StructBlock):
    """What a course holds, as a numbered list beside an invitation."""

    title = CharBlock(max_length=80)
    lede = TextBlock(max_length=400)
    text = TextBlock(max_length=400, required=False)
    action = CharBlock(label=_("Words of the button"), max_length=40)
    url = CharBlock(label=_("Address"), max_length=200)
    units = ListBlock(UnitBlock(), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Units of a course")
        template = "content/blocks/units.html"


class StopBlock(StructBlock):
    """One stop on the road; `assumption` says why a figure in it is not from a rule book."""

    title = CharBlock(max_length=60)
    text = TextBlock(max_length=300)
    assumption = TextBlock(max_length=300, required=False)


class RoadBlock(StructBlock):
    """The road from the first day to certified."""

    title = CharBlock(max_length=80)
    action = CharBlock(label=_("Words of the link"), max_length=60, required=False)
    url = CharBlock(label=_("Address"), max_length=200, required=False)
    stops = ListBlock(StopBlock(), min_num=2, max_num=4)

    class Meta:
        icon = "arrow-right"
        label = _("Road")
        template = "content/blocks/road.html"


HOME_BLOCKS = [
    ("paths", PathsBlock()),
    ("units", UnitsBlock()),
    ("road", RoadBlock()),
    ("text", ProseBlock()),
    ("callout", CalloutBlock()),
]
