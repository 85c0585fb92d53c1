"""The face of the public site: set it up once, then leave the editors' work alone."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.models import HomePage, StandardPage
from lms.kit import clock
from lms.kit.html import render_markdown

WORDS = Path(__file__).resolve().parent / "pages"


def ensure_site() -> int:
    """Make the home page and the standard pages where they are missing; return how many were made.

    A page that exists is never changed, so that this may run at every start.
    """
    with transaction.atomic(durable=True):
        home, made = _home()
        for path in sorted(WORDS.glob("*.md")):
            made += _standard(home, path)
    return made


def _home() -> tuple[HomePage, int]:
    """Return the home page and 1 if it was just made."""
    existing = HomePage.objects.order_by("pk").first()
    if existing is not None:
        return existing, 0
    words: dict[str, Any] = yaml.safe_load((WORDS / "home.yaml").read_text(encoding="utf-8"))
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(title="Root", slug="root", locale=Locale.get_active())
    home: HomePage = root.add_child(
        instance=HomePage(slug="mrss-academy", first_published_at=clock.now(), **words)
    )
    _point_site(home)
    return home, 1


def _point_site(home: HomePage) -> None:
    """Serve `home` at the site's root, and drop Wagtail's welcome page if nobody touched it."""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.root_page_id else None
    site.root_page = Page.objects.get(pk=home.pk)
    site.hostname, site.port = address.hostname or "localhost", port
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()


def _standard(home: HomePage, path: Path) -> int:
    """Make one standard page from its Markdown file if its slug is free; return 1 if made."""
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    words: dict[str, Any] = yaml.safe_load(front)
    home.refresh_from_db()
    if home.get_children().filter(slug=words["slug"]).exists():
        return 0
    body = [{"type": "text", "value": str(render_markdown(text))}]
    home.add_child(instance=StandardPage(body=body, first_published_at=clock.now(), **words))
    return 1
