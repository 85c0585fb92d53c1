"""Content blocks that public pages and lessons share; each is drawn by one template."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    RichTextBlock,
    StructBlock,
    TextBlock,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

# What an editor may use in running text; the page has the only h1.
PROSE_FEATURES = [
    "h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote",
]  # fmt: skip
NOTE_FEATURES = ["bold", "italic", "ol", "ul", "link"]


def callout_kinds() -> list[tuple[str, Any]]:
    """Return the kinds of callout, with labels in the reader's language."""
    return [
        ("note", _("Note")),
        ("try", _("Try this")),
        ("say", _("What you could say")),
        ("warning", _("Take care")),
        ("help", _("Help for you")),
    ]


class ProseBlock(RichTextBlock):
    """Running text: headings from h2 down, lists, quotes and links."""

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "lms/editing/prose.html"

    def __init__(self, **options: Any) -> None:
        options.setdefault("features", PROSE_FEATURES)
        super().__init__(**options)


class CalloutBlock(StructBlock):
    """A short aside that stands out; its kind gives it an icon and, without a title, a heading."""

    kind = ChoiceBlock(choices=callout_kinds, default="note")
    title = CharBlock(required=False, max_length=120)
    text = RichTextBlock(features=NOTE_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "lms/editing/callout.html"


class ImageBlock(StructBlock):
    """A picture that means something: the words for who cannot see it are required."""

    image = ImageChooserBlock()
    alt = CharBlock(
        label=_("Words for people who cannot see it"),
        help_text=_("What the picture says here, in one sentence."),
        max_length=300,
    )
    caption = CharBlock(required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "lms/editing/image.html"


class DownloadBlock(StructBlock):
    """A file to take along, with its size said before the click."""

    document = DocumentChooserBlock()
    title = CharBlock(max_length=160)
    description = TextBlock(required=False, max_length=400)

    class Meta:
        icon = "download"
        label = _("File to download")
        template = "lms/editing/download.html"


SHARED_BLOCKS = [
    ("text", ProseBlock()),
    ("callout", CalloutBlock()),
    ("image", ImageBlock()),
    ("download", DownloadBlock()),
]
