"""The blocks of a lesson body."""

from wagtail import blocks

LESSON_BLOCKS = [("text", blocks.RichTextBlock())]
