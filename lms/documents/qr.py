"""Draw QR codes that a telephone reads from paper: small, upper-case, as inline SVG."""

import io
from typing import Final

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
"""The characters of the compact mode. Source: ISO/IEC 18004, alphanumeric mode."""

QUIET_ZONE: Final = 4
"""Modules of white around the code. Source: ISO/IEC 18004, 4 modules."""

_CAPACITY: Final = 1_000


class NotAlphanumeric(ValueError):
    """The text has characters that would make the code larger and harder to read."""


def qr_svg(text: str, *, title: str = "") -> SafeString:
    """Return `text`, in upper case, as an inline SVG image with a name for screen readers.

    The image has no size of its own and the class "qr": the style sheet sizes it. It has no
    style attribute, so that it passes a strict content security policy. Give `title` in words,
    such as "Check this certificate"; by default it says the text.

    Raises:
        NotAlphanumeric: `text` holds more than letters, digits, spaces and $ % * + - . / :
    """
    payload = text.upper()
    if not payload or not ALPHANUMERIC.issuperset(payload) or len(payload) > _CAPACITY:
        raise NotAlphanumeric(text[:_CAPACITY])
    label = title or _("QR code: %(text)s") % {"text": payload}
    code = segno.make_qr(payload, error="m", mode="alphanumeric")
    out = io.BytesIO()
    code.save(
        out, kind="svg", xmldecl=False, nl=False, omitsize=True, border=QUIET_ZONE,
        svgclass="qr", lineclass=None, dark="#000", light="#fff", title=label,
    )  # fmt: skip
    drawing = out.getvalue().decode()
    named = drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
    return mark_safe(named)  # noqa: S308 - drawn by us from checked characters
