"""No inline style or script: the content security policy forbids them, and so does this.

A block of JSON is data that no browser runs.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
PDF_ONLY = {"certificate_pdf.html"}


def test_no_template_has_inline_style_or_script():
    found = []
    for file in TEMPLATES.rglob("*.html"):
        if file.name in PDF_ONLY:
            continue
        text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", file.read_text(), flags=re.S)
        inline = re.findall(
            r"<style|\sstyle=|<script(?![^>]*(?:\bsrc=|application/json))|\son[a-z]+=[\"']|javascript:",
            text,
        )
        found += [(file.name, hit) for hit in inline]
    assert found == []
