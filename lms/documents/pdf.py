"""Render HTML as tagged PDF: the only import of WeasyPrint, and never the network."""

import mimetypes
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.templatetags.static import static
from django.utils._os import safe_join

VARIANT: Final = "pdf/ua-1"
"""Tagged for screen readers. Source: ISO 14289-1."""

NOWHERE: Final = "https://documents.invalid/"
"""The address of style sheets. Source: RFC 2606, a name under `.invalid` never resolves."""


class PdfUnavailable(RuntimeError):
    """WeasyPrint or Pango is not installed here; the text says how to get it."""


class ResourceRefused(ValueError):
    """The document asks for something that is not a static file of ours or a data: address."""


def render_pdf(
    html: str, *, title: str, base: str | None = None, stylesheets: Sequence[str] = ()
) -> bytes:
    """Return `html` as a PDF/UA-1 document; the same input gives the same bytes.

    `html` has `<html lang>`. `base` is the address that links are relative to, by default
    `SITE_URL`. `stylesheets` are names of static files, such as "css/print.css"; they are
    parsed once per process, unlike those that the page links to.

    Raises:
        PdfUnavailable: the machine cannot render PDF.
        ResourceRefused: a resource is foreign or missing; a certificate without its seal or
            its style is not sent out.
    """
    return _renderer().render(html, title, base or f"{settings.SITE_URL}/", stylesheets)


def static_file(url: str, base: str) -> Path:
    """Return the file behind `url`, which must be below STATIC_URL on our own site.

    Raises:
        ResourceRefused: any other address, a way out of the static folders, or no such file.
    """
    prefixes = {urljoin(base, static("")), urljoin(NOWHERE, static(""))}
    address = urlsplit(url)._replace(query="", fragment="").geturl()
    prefix = next((prefix for prefix in prefixes if address.startswith(prefix)), None)
    if prefix is None:
        raise ResourceRefused(url)
    name = unquote(address.removeprefix(prefix))
    try:
        found = finders.find(name)
        if found is None and settings.STATIC_ROOT:
            # Names with a content hash exist only where static files were collected.
            found = safe_join(settings.STATIC_ROOT, name)
    except (SuspiciousFileOperation, ValueError) as error:
        raise ResourceRefused(url) from error
    path = Path(str(found))
    if found is None or not path.is_file():
        raise ResourceRefused(url)
    return path


class _Renderer:
    """Hold what is costly to make, for one process.

    Pango's font map and the parser of style sheets are not thread-safe, so one thread renders
    at a time. Rendering is Python and holds the interpreter lock: little is lost by waiting.
    """

    def __init__(self) -> None:
        # Imported late, as the site, its admin and its tests start without Pango.
        try:
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
        except (ImportError, OSError) as error:
            raise PdfUnavailable(
                "Install Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
                " libharfbuzz-subset0, or brew install pango."
            ) from error
        self._weasyprint: Any = weasyprint
        self._fonts: Any = FontConfiguration()
        self._sheets: dict[tuple[str, int], Any] = {}
        self._lock = threading.Lock()

    def render(self, html: str, title: str, base: str, stylesheets: Sequence[str]) -> bytes:
        with self._lock:
            try:
                sheets = [self._sheet(name) for name in stylesheets]
                page = self._weasyprint.HTML(
                    string=html, base_url=base, url_fetcher=self._fetcher(base)
                )
                document = page.render(
                    font_config=self._fonts, stylesheets=sheets, pdf_variant=VARIANT, pdf_tags=True
                )
                document.metadata.title = title
                return bytes(document.write_pdf(pdf_variant=VARIANT, pdf_tags=True))
            except self._fatal as fatal:
                # Not an Exception: without this, a bad address would end the whole worker.
                raise ResourceRefused(str(fatal)) from fatal.__cause__

    @property
    def _fatal(self) -> type[BaseException]:
        fatal: type[BaseException] = self._weasyprint.urls.FatalURLFetchingError
        return fatal

    def _sheet(self, name: str) -> Any:
        url = urljoin(NOWHERE, static(name))
        path = static_file(url, NOWHERE)
        key = (name, path.stat().st_mtime_ns)
        if key not in self._sheets:
            self._sheets[key] = self._weasyprint.CSS(
                string=path.read_text("utf-8"),
                base_url=url,
                url_fetcher=self._fetcher(NOWHERE),
                font_config=self._fonts,
            )
        return self._sheets[key]

    def _fetcher(self, base: str) -> Any:
        """Return a fetcher for static files and data: addresses that fails on all others."""
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        class StaticFetcher(URLFetcher):
            def fetch(self, url: str, headers: object = None) -> Any:
                if urlsplit(url).scheme.lower() == "data":
                    return super().fetch(url, headers)
                path = static_file(url, base)
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

        return StaticFetcher(allowed_protocols={"data"}, fail_on_errors=True)


_made: list[_Renderer] = []
_making: Final = threading.Lock()


def _renderer() -> _Renderer:
    """Return the renderer of this process; after a fork each child makes its own on first use."""
    with _making:
        if not _made:
            _made.append(_Renderer())
        return _made[0]
