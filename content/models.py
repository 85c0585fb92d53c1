"""The pages of the public site, edited in Wagtail."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from content.blocks import HOME_BLOCKS
from lms.editing.blocks import SHARED_BLOCKS
from lms.editing.fields import BodyField


class HomePage(Page):
    """The one home page. Public. Kept while the site stands. Personal data: no."""

    hero_title = models.CharField(_("big words"), max_length=80)
    hero_lede = models.CharField(_("sentence under them"), max_length=300)
    hero_action = models.CharField(_("words of the button"), max_length=40)
    hero_url = models.CharField(_("address of the button"), max_length=200)
    hero_note = models.CharField(_("note beside the button"), max_length=120, blank=True)
    body = BodyField(HOME_BLOCKS, blank=True)

    max_count = 1
    subpage_types = ["content.StandardPage"]
    template = "content/home.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_title"),
                FieldPanel("hero_lede"),
                FieldPanel("hero_action"),
                FieldPanel("hero_url"),
                FieldPanel("hero_note"),
            ],
            heading=_("Top of the page"),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")


class StandardPage(Page):
    """A page of plain words: accessibility, privacy, rules. Public. Personal data: no."""

    lede = models.CharField(_("first sentence"), max_length=400, blank=True)
    reviewed_date = models.DateField(_("last reviewed on"), null=True, blank=True)
    body = BodyField(SHARED_BLOCKS, blank=True)

    parent_page_types = ["content.HomePage", "content.StandardPage"]
    subpage_types = ["content.StandardPage"]
    template = "content/standard.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("lede"),
        FieldPanel("body"),
        FieldPanel("reviewed_date"),
    ]

    class Meta:
        verbose_name = _("standard page")
