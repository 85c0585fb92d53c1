"""The blocks of a lesson body: the shared ones, files of the pack, and the three that answer.

Texts of the blocks below are Markdown; ``rendering.py`` turns them into safe HTML.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    ListBlock,
    RegexBlock,
    StructBlock,
    TextBlock,
)

from lms.editing.blocks import SHARED_BLOCKS

MARKDOWN = _("Plain words or Markdown.")


def tones() -> list[tuple[str, Any]]:
    """Return what a choice may do for the family, with labels in the reader's language."""
    return [
        ("helps", _("This helps")),
        ("mixed", _("Some of both")),
        ("harms", _("This can hurt")),
    ]


class WordsBlock(TextBlock):
    """Running text with a table or another thing that rich text cannot hold, as Markdown."""

    class Meta:
        icon = "table"
        label = _("Text with a table")


class KeyBlock(RegexBlock):
    """The name of a block or choice: stable, because saved answers cite it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("regex", r"^[a-z0-9]+(-[a-z0-9]+)*$")
        options.setdefault("max_length", 80)
        options.setdefault(
            "help_text", _("Small letters, digits, hyphens. Saved answers cite it: keep it.")
        )
        super().__init__(**options)


class ChoiceOfStep(StructBlock):
    """One thing the learner may do, and what comes of it."""

    id = KeyBlock(max_length=40)
    text = TextBlock(max_length=400, help_text=MARKDOWN)
    tone = ChoiceBlock(choices=tones)
    result_title = CharBlock(max_length=160)
    result = TextBlock(help_text=MARKDOWN)
    next = CharBlock(required=False, max_length=80, help_text=_("Empty: the story ends here."))


class StepBlock(StructBlock):
    """One moment of a story."""

    id = KeyBlock()
    text = TextBlock(help_text=MARKDOWN)
    question = TextBlock(max_length=400, help_text=MARKDOWN)
    choices = ListBlock(ChoiceOfStep(), min_num=2)


class ScenarioBlock(StructBlock):
    """A branching story; every choice has a result."""

    id = KeyBlock()
    title = CharBlock(max_length=160)
    intro = TextBlock(help_text=MARKDOWN)
    start = CharBlock(max_length=80)
    steps = ListBlock(StepBlock(), min_num=1)
    debrief = TextBlock(required=False, help_text=MARKDOWN)

    class Meta:
        icon = "group"
        label = _("Family story")


class OptionBlock(StructBlock):
    """One answer of a check."""

    id = KeyBlock(max_length=40)
    text = TextBlock(max_length=400, help_text=MARKDOWN)
    correct = BooleanBlock(required=False)
    feedback = TextBlock(help_text=MARKDOWN)


class CheckBlock(StructBlock):
    """A question that is not graded, with feedback for every answer."""

    id = KeyBlock()
    title = CharBlock(max_length=160)
    question = TextBlock(help_text=MARKDOWN)
    options = ListBlock(OptionBlock(), min_num=2)

    class Meta:
        icon = "help"
        label = _("Quick check")


class ReflectionBlock(StructBlock):
    """A question to think about; the answer stays private."""

    id = KeyBlock()
    title = CharBlock(max_length=160)
    prompt = TextBlock(help_text=MARKDOWN)
    hint = TextBlock(required=False, help_text=MARKDOWN)

    class Meta:
        icon = "edit"
        label = _("Reflection")


class PackPictureBlock(StructBlock):
    """A picture that came with the curriculum pack."""

    src = CharBlock(max_length=300)
    alt = CharBlock(max_length=300, label=_("Words for people who cannot see it"))
    caption = CharBlock(required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture of the pack")


class PackFileBlock(StructBlock):
    """A file that came with the curriculum pack."""

    file = CharBlock(max_length=300)
    title = CharBlock(max_length=160)
    description = CharBlock(required=False, max_length=400)

    class Meta:
        icon = "download"
        label = _("File of the pack")


class VideoBlock(StructBlock):
    """A film of the pack; captions and transcript are required, for who cannot hear or load it."""

    title = CharBlock(max_length=160)
    src = CharBlock(max_length=300)
    captions = CharBlock(max_length=300)
    transcript = TextBlock(help_text=MARKDOWN)
    minutes = CharBlock(required=False, max_length=8, label=_("Minutes it runs"))

    class Meta:
        icon = "media"
        label = _("Film of the pack")


def recording_choices() -> list[tuple[str, Any]]:
    """Return the recordings that have captions and a transcript, newest first."""
    from courses.catalog.models import CourseMedia

    rows = CourseMedia.objects.exclude(captions="").exclude(transcript="")
    found = rows.order_by("-recorded_at", "-pk").values_list("uuid", "title")
    return [(str(uuid), title) for uuid, title in found]


class RecordingBlock(StructBlock):
    """A film or sound that an editor uploaded with captions and transcript."""

    recording = ChoiceBlock(
        choices=recording_choices,
        help_text=_("Upload recordings under Teaching, Recordings. Only whole ones are offered."),
    )
    minutes = CharBlock(required=False, max_length=8, label=_("Minutes it runs"))

    class Meta:
        icon = "media"
        label = _("Recording")


class LocalRuleBlock(StructBlock):
    """A place for state law. The words stand once, among the state rules, for every lesson."""

    id = KeyBlock()
    title = CharBlock(max_length=160)
    ask = TextBlock(help_text=MARKDOWN)

    class Meta:
        icon = "globe"
        label = _("State rule")


LESSON_BLOCKS = [
    *SHARED_BLOCKS,
    ("words", WordsBlock(rows=12, help_text=MARKDOWN)),
    ("scenario", ScenarioBlock()),
    ("check", CheckBlock()),
    ("reflection", ReflectionBlock()),
    ("pack_picture", PackPictureBlock()),
    ("pack_file", PackFileBlock()),
    ("video", VideoBlock()),
    ("recording", RecordingBlock()),
    ("local_rule", LocalRuleBlock()),
]
