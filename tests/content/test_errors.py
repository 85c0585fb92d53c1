"""Error pages say what happened, that nothing was lost, and what to do."""

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_needs_no_request_and_no_database(code):
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert "What you can do" in html
    assert "<li>" in html
