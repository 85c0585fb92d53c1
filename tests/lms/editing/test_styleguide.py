"""The style guide shows every component there is, without a script or style in the page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.ROOT) / "templates"


@pytest.fixture
def page(client):
    response = client.get("/styleguide/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_component_is_shown(client):
    shown = {
        template.name
        for template in client.get("/styleguide/").templates
        if template.name and template.name.startswith("components/")
    }
    there = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert there - shown == {"components/messages.html"}


def test_every_component_lists_its_parameters():
    silent = [
        path.name
        for path in sorted((TEMPLATES / "components").glob("*.html"))
        if not path.name.startswith("_") and not path.read_text().startswith("{% comment %}")
    ]
    assert silent == []


class Ids(HTMLParser):
    """Collect ids, and what points at them."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.pointers, self.inline = [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.pointers.update((attrs.get(name) or "").split())
        if "style" in attrs or tag == "style" or any(name.startswith("on") for name in attrs):
            self.inline.append((tag, attrs))
        if tag == "script" and "src" not in attrs:
            self.inline.append((tag, attrs))


def test_ids_are_unique_and_every_pointer_finds_one(page):
    found = Ids(page)
    assert sorted({i for i in found.ids if found.ids.count(i) > 1}) == []
    assert found.pointers - set(found.ids) == set()


def test_nothing_is_inline(page):
    assert Ids(page).inline == []


def test_every_icon_asked_for_is_in_the_sprite(page):
    sprite = (Path(settings.ROOT) / "lms/static/img/sprite.svg").read_text()
    asked = set(re.findall(r"sprite\.svg#([a-z_]+)", page))
    assert {name for name in asked if f'id="{name}"' not in sprite} == set()


def test_style_and_script_stay_light():
    import gzip

    static = Path(settings.ROOT) / "lms/static"
    weight = sum(
        len(gzip.compress((static / name).read_bytes())) for name in ("css/mrss.css", "js/mrss.js")
    )
    assert weight <= 60_000
