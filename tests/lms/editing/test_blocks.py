"""Blocks of a page body are drawn by our components and refuse what would shut somebody out."""

import pytest
from django.core.exceptions import ValidationError

from lms.editing.blocks import CalloutBlock, ImageBlock, ProseBlock


def test_a_callout_without_a_title_is_headed_by_its_kind():
    block = CalloutBlock()
    html = block.render(block.to_python({"kind": "say", "title": "", "text": "<p>Hi.</p>"}))
    assert "callout--say" in html
    assert "What you could say" in html
    assert "<p>Hi.</p>" in html


def test_a_picture_without_words_is_refused():
    block = ImageBlock()
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python({"image": None, "alt": "", "caption": ""}))
    assert set(refused.value.block_errors) == {"image", "alt"}


def test_running_text_has_no_second_first_heading():
    assert "h1" not in ProseBlock().field.widget.features
