"""Draw the parts of a page: template tags and filters that every template has without loading."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.boundfield import BoundWidget
from django.template import Context, Library
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lms.kit import formats
from lms.kit.statuses import look_of

register = Library()

# What a component may see besides its own parameters.
SHARED = ("request", "csrf_token", "user")


# --- components -----------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def ui(context: Context, component: str, **params: Any) -> SafeString:
    """Render templates/components/<component>.html with its parameters and nothing else.

    {% ui "alert" kind="ok" title=_("Saved") text=message %}
    """
    inner = {key: context[key] for key in SHARED if key in context}
    engine = context.template.engine  # type: ignore[union-attr]  # set while rendering
    template = engine.get_template(f"components/{component}.html")
    return template.render(context.new(inner | params))


@register.simple_block_tag(takes_context=True)
def uibox(context: Context, content: SafeString, component: str, **params: Any) -> SafeString:
    """Render a component around a body, which it finds in `body`.

    {% uibox "panel" title=_("Your hours") %} … {% enduibox %}
    """
    return ui(context, component, body=content, **params)


@register.simple_tag
def fixed(template: str) -> SafeString:
    """Draw a part that depends on nothing but the language; drawn once for a process and language.

    {% fixed "lms/people/_session.html" %}
    """
    return _fixed(template, get_language() or "")


@lru_cache(maxsize=256)
def _fixed(template: str, language: str) -> SafeString:
    return SafeString(render_to_string(template).strip())


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw an icon of the sprite; without `label` it is hidden from screen readers.

    The names are those in lms/scss/icons.txt.
    """
    use = f"{static('img/sprite.svg')}#{name}"
    css = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css, label, use,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        css,
        use,
    )


@register.simple_tag
def chip(status: str, text: object = "", symbol: str = "") -> SafeString:
    """Draw a status chip: icon and words, never colour alone.

    `status` is a code in lms/kit/statuses.py or a bare tone (ok, part, warn, bad, none, plain);
    `text` replaces the words of the code, `symbol` its icon.
    """
    look = look_of(status)
    return format_html(
        '<span class="usa-tag chip chip--{}">{}{}</span>',
        look.tone, icon(symbol or look.icon), text or look.words,
    )  # fmt: skip


@register.simple_tag
def day(value: date | datetime | None) -> SafeString | str:
    """Write a date as <time>, "3 Mar 2026"."""
    if value is None:
        return ""
    machine = value.date() if isinstance(value, datetime) and not value.tzinfo else value
    return format_html(
        '<time datetime="{}">{}</time>', machine.isoformat(), formats.date_short(value)
    )


@register.simple_tag
def instant(value: datetime | None) -> SafeString | str:
    """Write an aware instant as <time>, "3 Mar 2026, 14:03 MST", in the Academy's zone."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(timespec="minutes"),
        formats.moment(value),
    )


@register.simple_tag(takes_context=True)
def assume(context: Context, why: object, text: object = "") -> SafeString:
    """Draw the small "assumption" mark whose reason opens on focus and hover."""
    return ui(context, "assume", why=why, text=text)


MARKS = {"I": formats.INTERPRETED, "G": formats.UNVERIFIED, "A": formats.ASSUMED}


@register.simple_tag(takes_context=True)
def basis(context: Context, code: str, why: object = "") -> SafeString | str:
    """Mark how well a figure is founded: V (verbatim) is silent; I, G and A show a tag.

    Source: the basis letters of the program files in certification/programs/data.
    """
    mark = MARKS.get(code[:1].upper())
    return ui(context, "assume", why=why or mark.why, text=mark.tag) if mark else ""


# --- words ----------------------------------------------------------------------------------
register.filter("date_short", formats.date_short)
register.filter("moment", formats.moment)
register.filter("clock_time", formats.clock_time)
register.filter("through", formats.through)
register.filter("last_day", formats.last_day)
register.filter("plain", formats.plain)
register.filter("hours", formats.hours)
register.filter("minutes", formats.minutes)
register.filter("percent", formats.percent)
register.filter("share", formats.share)
register.simple_tag(formats.period, name="period")


@register.filter
def initials(name: str) -> str:
    """Return up to two capital initials of a name."""
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if words[1:] else words))


# --- lists ----------------------------------------------------------------------------------
@register.filter
def elided(page: Page[Any]) -> list[int | str]:
    """Return the page numbers to show, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: object, key: str, css: str = "", param: str = "sort"
) -> SafeString:
    """Draw a column head that sorts by `key`: ?sort=key, then ?sort=-key, then back."""
    request = context["request"]
    now = request.GET.get(param, "")
    state: Literal["ascending", "descending", ""] = (
        "ascending" if now == key else "descending" if now == f"-{key}" else ""
    )
    query = request.GET.copy()
    query.pop("page", None)
    query[param] = f"-{key}" if state == "ascending" else key
    return ui(
        context,
        "sort_header",
        label=label,
        css=css,
        state=state,
        href=f"?{query.urlencode()}",
    )


@register.simple_tag(takes_context=True)
def page_link(context: Context, param: str, number: int) -> str:
    """Return the link to another page of the list, keeping the rest of the query string."""
    query = context["request"].GET.copy()
    query[param] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def bar_width(have: formats.Number, need: formats.Number) -> str:
    """Return how far a bar is filled, "68.75%"; never less than nothing or more than all."""
    full = Decimal(str(have)) * 100 / Decimal(str(need)) if need else Decimal(100)
    return f"{min(max(full, Decimal(0)), Decimal(100)):.2f}%"


@register.simple_tag
def status_icon(status: str) -> SafeString:
    """Draw the icon of a status code."""
    return icon(look_of(status).icon)


# --- forms ----------------------------------------------------------------------------------
@register.filter
def field_kind(field: BoundField) -> str:
    """Name how a field is drawn: checkbox, tiles, checkboxes, textarea, select, file or input."""
    widget = field.field.widget
    kinds: tuple[tuple[type, str], ...] = (
        (CheckboxSelectMultiple, "checkboxes"),
        (RadioSelect, "tiles"),
        (CheckboxInput, "checkbox"),
        (Textarea, "textarea"),
        (Select, "select"),
        (FileInput, "file"),
    )
    return next((name for kind, name in kinds if isinstance(widget, kind)), "input")


FIELD_CLASS = {
    "checkbox": "usa-checkbox__input",
    "textarea": "usa-textarea",
    "select": "usa-select",
    "file": "file-input",
    "input": "usa-input",
}


@register.simple_tag
def field_widget(field: BoundField) -> SafeString:
    """Render the control of a form field with the classes of our theme."""
    own = field.field.widget.attrs.get("class", "")
    kind = field_kind(field)
    css = f"{FIELD_CLASS.get(kind, '')} {own}".strip()
    attrs: dict[str, str | bool] = {"class": css + (" usa-input--error" if field.errors else "")}
    # Django's ten rows suit a letter; most notes here are a few lines.
    if kind == "textarea" and field.field.widget.attrs.get("rows") == "10":
        attrs["rows"] = "5"
    return field.as_widget(attrs=attrs)


@register.simple_tag
def option_widget(option: BoundWidget, css: str) -> SafeString:
    """Render one radio button or checkbox of a group with the classes of our theme."""
    option.data["attrs"] = option.data["attrs"] | {"class": css}
    return option.tag(wrap_label=False)
