import io
import re
import threading
from hashlib import sha256

import pikepdf
import pytest

from lms.documents import pdf
from lms.documents.pdf import ResourceRefused, render_pdf, static_file
from lms.documents.qr import qr_svg

BASE = "https://academy.example/"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
STYLE = """
@font-face { font-family: "Test Sans"; src: url(../fonts/plain.ttf) }
@page { size: letter landscape; margin: 2cm }
body { font-family: "Test Sans" }
.qr { width: 3cm }
"""


@pytest.fixture(autouse=True)
def statics(settings, tmp_path):
    """Serve one font, one picture and one style sheet; keep a secret beside them."""
    for name in ("css", "fonts", "img"):
        (tmp_path / "static" / name).mkdir(parents=True)
    font = settings.ROOT / "lms/static/fonts/pdf/PublicSans-Regular.ttf"
    (tmp_path / "static/fonts/plain.ttf").write_bytes(font.read_bytes())
    (tmp_path / "static/css/print.css").write_text(STYLE)
    (tmp_path / "static/img/mark.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    )
    (tmp_path / "secret.txt").write_text("secret")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.SITE_URL = BASE.rstrip("/")
    pdf.finders.get_finder.cache_clear()
    yield
    pdf.finders.get_finder.cache_clear()


def page(body="", head=""):
    return (
        f'<!doctype html><html lang="es"><head><title>x</title>{head}</head>'
        f'<body><h1>Río Vista</h1><p>Café <a href="/v/X">check</a></p>{body}</body></html>'
    )


def render(body="", head="", title="Certificate of Alma Reyes", **options):
    return render_pdf(page(body, head), title=title, stylesheets=["css/print.css"], **options)


def opened(data):
    return pikepdf.open(io.BytesIO(data))


def test_the_document_is_tagged_for_screen_readers():
    document = opened(render('<img src="/static/img/mark.svg" alt="Seal">'))
    assert "/StructTreeRoot" in document.Root
    assert bool(document.Root.MarkInfo.Marked)
    assert str(document.Root.Lang) == "es"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Certificate of Alma Reyes"


def test_the_style_sheet_sets_the_page_and_embeds_its_font():
    document = opened(render())
    assert [float(side) for side in document.pages[0].mediabox] == [0, 0, 792, 612]
    for font in document.pages[0].Resources.Font.values():
        assert "Test-Sans" in str(font.BaseFont)
        assert "/ToUnicode" in font
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_the_same_input_gives_the_same_bytes_also_in_threads():
    expected = sha256(render(qr_svg("HTTPS://ACADEMY.EXAMPLE/V/X"))).hexdigest()
    found = []

    def work():
        found.append(sha256(render(qr_svg("HTTPS://ACADEMY.EXAMPLE/V/X"))).hexdigest())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_the_style_sheet_is_parsed_once():
    render()
    renderer = pdf._renderer()
    before = dict(renderer._sheets)
    render()
    assert renderer is pdf._renderer()
    assert renderer._sheets == before


def test_no_date_and_no_path_of_this_machine_are_in_the_file(tmp_path):
    document = opened(render())
    assert set(document.docinfo) == {"/Producer", "/Title"}
    assert str(tmp_path).encode() not in render()


def test_links_lead_to_the_site_or_to_the_base_that_is_given():
    def link(**options):
        document = opened(render(**options))
        return str(document.pages[0].Annots[0].A.URI)

    assert link() == "https://academy.example/v/X"
    assert link(base="https://other.example/") == "https://other.example/v/X"


def test_pictures_may_be_static_or_in_the_page():
    body = f'<img src="/static/img/mark.svg?v=1" alt="a"><img src="{PIXEL}" alt="b">'
    assert render(body).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://evil.example/static/img/mark.svg",
        "//evil.example/static/img/mark.svg",
        "https://academy.example.evil.example/static/img/mark.svg",
        "ftp://academy.example/static/img/mark.svg",
        "file:///etc/passwd",
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static//etc/passwd",
        "/static/",
        "/static/img",
        "/static/img/none.svg",
        "/static/img/mark.svg%00.png",
        "/media/x.png",
        "/secret.txt",
    ],
)
@pytest.mark.parametrize(
    "where",
    [
        '<img src="{}" alt="">',
        '<p style="background: url({})">x</p>',
        '<object data="{}"></object>',
    ],
)
def test_nothing_else_is_ever_fetched(address, where):
    with pytest.raises(ResourceRefused):
        render(where.format(address))


def test_linked_style_sheets_and_attachments_pass_the_same_door():
    assert render(head='<link rel="stylesheet" href="/static/css/print.css">')
    for link in ("stylesheet", "attachment"):
        with pytest.raises(ResourceRefused):
            render(head=f'<link rel="{link}" href="file:///etc/passwd">')


def test_a_style_sheet_that_is_missing_or_outside_is_refused():
    for name in ("css/none.css", "../secret.txt"):
        with pytest.raises(ResourceRefused):
            render_pdf(page(), title="x", stylesheets=[name])


def test_files_that_were_collected_are_found_by_their_hashed_names(settings):
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "mark.0123.svg").write_text("<svg/>")
    found = static_file(f"{BASE}static/mark.0123.svg", BASE)
    assert found == settings.STATIC_ROOT / "mark.0123.svg"


def test_the_site_starts_without_weasyprint():
    source = (pdf.settings.ROOT / "lms/documents/pdf.py").read_text()
    assert not re.search(r"^(import|from) weasyprint", source, re.MULTILINE)
