"""The state's own rules, which lessons leave room for."""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import DraftStateMixin, RevisionMixin


class LocalRule(DraftStateMixin, RevisionMixin, models.Model):  # type: ignore[misc]
    """One row is one place where state law stands: who must report, who may consent.

    Packs name the rule and ask for it; the state writes ``text`` (Markdown) once, and every lesson
    with this rule shows it. Empty: the lesson says that it is not filled in. Public.
    Personal data: no.
    """

    key = models.SlugField(_("key"), unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=160)
    ask = models.TextField(_("what the state fills in"), blank=True)
    text = models.TextField(
        _("the rule here"), blank=True, help_text=_("In plain words. Plain words or Markdown.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("ask", read_only=True),
        FieldPanel("text"),
        FieldPanel("source"),
        FieldPanel("source_url"),
        FieldPanel("as_of"),
    ]

    class Meta:
        verbose_name = _("state rule")

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        """Tell whether lessons show the rule, for the editors' list."""
        return self.live and bool(self.text)

    @classmethod
    def filled(cls, keys: Collection[str]) -> dict[str, "LocalRule"]:
        """Return the rules with these keys that the state has written and published."""
        if not keys:
            return {}
        rows = cls.objects.filter(key__in=keys, live=True).exclude(text="")
        return {row.key: row for row in rows}
