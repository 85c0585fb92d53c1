"""Find elements and attributes whichever edition of QTI wrote them."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element


def name_of(element: Element) -> str:
    """Return the name of an element as compared: without namespace, prefix, dashes and case."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].lower().removeprefix("qti-").replace("-", "")


def attribute(element: Element, name: str) -> str:
    """Return an attribute, however its name is written; empty: there is none."""
    wanted = name.lower()
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].lower().replace("-", "") == wanted:
            return value.strip()
    return ""


def below(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements with this name, in the order of the document."""
    return (each for each in element.iter() if name_of(each) == name)
