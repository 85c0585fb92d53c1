"""Let editors write the sources of a lesson, one in a line."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm

PARTS: Final = ("title", "publisher", "year", "url", "supports")
MARK: Final = " | "


class SourcesField(forms.Field):
    """The sources of a lesson as lines "title | publisher | year | address | what it supports"."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return the lines that an editor sees."""
        if not isinstance(value, list):
            return value
        return "\n".join(MARK.join(str(each.get(part) or "") for part in PARTS) for each in value)

    def to_python(self, value: Any) -> list[dict[str, str]]:
        """Return the sources of some lines.

        Raises:
            ValidationError: a line has too few or too many parts, no title or no address.
        """
        found, faults = [], []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            source = dict(zip(PARTS, parts, strict=False))
            if len(parts) != len(PARTS) or not source["title"]:
                faults.append(_("Line %(line)s needs five parts and a title.") % {"line": number})
                continue
            if source["url"] and not _is_address(source["url"]):
                faults.append(_("Line %(line)s: the address is no address.") % {"line": number})
            found.append(source)
        if faults:
            raise ValidationError(faults)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the lines say something else than before."""
        return bool(self.prepare_value(initial or []) != str(data or "").replace("\r\n", "\n"))


def _is_address(value: str) -> bool:
    try:
        URLValidator(["http", "https"])(value)
    except ValidationError:
        return False
    return True


class LessonForm(WagtailAdminPageForm):  # type: ignore[misc]  # wagtail is untyped
    """The editor's form of a lesson."""

    sources = SourcesField(
        label=gettext_lazy("Sources"),
        required=False,
        help_text=gettext_lazy(
            "One in a line: title | publisher | year | address | what it supports."
            " A lesson without a source is not published."
        ),
    )
