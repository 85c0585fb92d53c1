import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from lms.documents.qr import NotAlphanumeric, qr_svg

ADDRESS = "https://academy.example/v/MRSS-7K3Q-9XPA-G"
SVG = "{http://www.w3.org/2000/svg}"


def read_back(svg, scale=6):
    """Paint the strokes of the code and read them as a telephone would."""
    root = ElementTree.fromstring(svg)
    side = int(root.get("viewBox").split()[2])
    image = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(image)
    strokes = next(path for path in root.iter(f"{SVG}path") if path.get("stroke"))
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes.get("d")):
        parts = [float(part) for part in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            top = (y - 0.5) * scale
            draw.rectangle([x * scale, top, (x + parts[0]) * scale - 1, top + scale - 1], fill=0)
            x += parts[0]
        elif command == "M":
            x, y = parts
        else:
            x, y = x + parts[0], y + parts[1]
    return zxingcpp.read_barcodes(image)


def test_a_telephone_reads_the_address_in_upper_case():
    [code] = read_back(qr_svg(ADDRESS))
    assert code.text == ADDRESS.upper()


def test_the_image_has_a_name_for_those_who_do_not_see_it():
    root = ElementTree.fromstring(qr_svg(ADDRESS, title='Check "this" <certificate>'))
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Check "this" <certificate>'
    assert root.find(f"{SVG}title").text == 'Check "this" <certificate>'
    assert ADDRESS.upper() in ElementTree.fromstring(qr_svg(ADDRESS)).get("aria-label")


def test_the_image_passes_a_strict_policy_and_takes_its_size_from_the_style_sheet():
    svg = qr_svg(ADDRESS)
    root = ElementTree.fromstring(svg)
    assert "style" not in svg
    assert root.get("class") == "qr"
    assert root.get("width") is None
    assert root.get("viewBox") == "0 0 37 37"


@pytest.mark.parametrize("text", ["", "a_b", "https://x/?a=1", "Río", "x" * 2000, "a&b", "<b>"])
def test_text_that_needs_a_larger_code_is_refused(text):
    with pytest.raises(NotAlphanumeric):
        qr_svg(text)
