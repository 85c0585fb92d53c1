"""Read QTI: one item as XML, or a content package (ZIP) with a manifest of its items."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w
from courses.assessment.interchange.archives import (
    Package,
    UnreadableXml,
    parse_xml,
    resolved,
)
from courses.assessment.interchange.elements import attribute, below, name_of
from courses.assessment.interchange.qti_item import read_item
from courses.assessment.interchange.tags import with_tags

FORMAT: Final = "qti"
MANIFEST: Final = "imsmanifest.xml"
_ITEM: Final = "assessmentitem"
_OLD: Final = "questestinterop"


def read(data: bytes) -> w.Reading:
    """Return what a QTI file holds, item by item.

    Raises:
        UnreadableFile: it is neither QTI 2 XML nor a package with such items.
    """
    if data[:2] == b"PK":
        return _read_package(Package(data))
    if len(data) > w.MOST_BYTES:
        raise w.UnreadableFile(
            _("The file is larger than %(most)d MB. Split it into smaller files.")
            % {"most": w.MOST_BYTES // (1024 * 1024)}
        )
    try:
        root = parse_xml(data)
    except UnreadableXml as error:
        raise w.UnreadableFile(str(error)) from None
    items = _items_in(root)
    if not items:
        raise _not_qti(root)
    seen = [_seen(n, _("Item %(n)d") % {"n": n}, item) for n, item in enumerate(items, start=1)]
    return w.Reading(FORMAT, tuple(seen))


def _items_in(root: Element) -> list[Element]:
    return [root] if name_of(root) == _ITEM else list(below(root, _ITEM))


def _not_qti(root: Element) -> w.UnreadableFile:
    if name_of(root) == _OLD:
        return _too_old()
    return w.UnreadableFile(
        _("The XML holds no QTI items (assessmentItem). Export the questions as QTI 2.1.")
    )


def _too_old() -> w.UnreadableFile:
    return w.UnreadableFile(
        _("These questions are QTI 1.2. Export them as QTI 2.1, GIFT or CSV and try again.")
    )


def _seen(number: int, place: str, item: Element, tags: tuple[str, ...] = ()) -> w.Seen:
    remarks = w.Remarks()
    begins = w.beginning(attribute(item, "title") or attribute(item, "identifier"))
    try:
        question = with_tags(read_item(item, remarks), tags, remarks)
    except w.UnreadableQuestion as fault:
        return w.Seen(number, place, fault=str(fault), begins=begins)
    begins = w.beginning(question.stem)
    return w.Seen(number, place, written=question, begins=begins, notes=tuple(remarks.said))


# --- packages -------------------------------------------------------------------------------
def _read_package(package: Package) -> w.Reading:
    manifest = next((n for n in package.names if n.rpartition("/")[2].lower() == MANIFEST), "")
    notes: list[str] = []
    if manifest:
        try:
            root = parse_xml(package.read(manifest))
        except UnreadableXml as error:
            raise w.UnreadableFile(
                _("The manifest of the package cannot be read: %(why)s") % {"why": error}
            ) from None
        listed = list(_listed(root, manifest))
        if not listed and any(
            "imsqti_xmlv1" in attribute(each, "type") for each in below(root, "resource")
        ):
            raise _too_old()
    else:
        notes.append(_("The package has no manifest; every item in it was read."))
        listed = []
    known = {name for name, _tags in listed}
    extra = _unlisted(package, known | {manifest}, whole=not listed)
    if len(listed) + len(extra) > w.MOST_QUESTIONS:
        raise w.UnreadableFile(
            _("The file has more than %(most)d questions. Split it into smaller files.")
            % {"most": w.MOST_QUESTIONS}
        )
    seen: list[w.Seen] = []
    for name, tags in [*listed, *((name, ()) for name in extra)]:
        seen += _seen_in(package, name, tags, len(seen) + 1)
    if not seen:
        raise w.UnreadableFile(
            _("The package holds no QTI items. Export the questions as QTI 2.1.")
        )
    others = [n for n in package.names if not n.lower().endswith((".xml", ".xsd", ".dtd"))]
    if others:
        notes.append(
            _("Pictures and other files of the package (%(count)d) were left out.")
            % {"count": len(others)}
        )
    return w.Reading(FORMAT, tuple(seen), tuple(notes))


def _listed(root: Element, manifest: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (part, tags) of the items that the manifest lists, each once."""
    found: set[str] = set()
    for resource in below(root, "resource"):
        kind = attribute(resource, "type").lower()
        if not kind.startswith("imsqti_item"):
            continue
        href = attribute(resource, "href")
        if not href:
            files = [attribute(each, "href") for each in below(resource, "file")]
            href = next(iter(files), "")
        name = resolved(manifest, unquote(href))
        if name in found:
            continue
        found.add(name)
        words = (" ".join("".join(each.itertext()).split()) for each in below(resource, "keyword"))
        yield name, tuple(word for word in words if word)


def _unlisted(package: Package, known: set[str], *, whole: bool) -> list[str]:
    """Return the parts that are items although the manifest does not list them."""
    found = []
    for name in package.names:
        if name in known or not name.lower().endswith(".xml"):
            continue
        try:
            root = parse_xml(package.read(name))
        except UnreadableXml:
            if whole:
                found.append(name)  # It is told as an item that cannot be read.
            continue
        if name_of(root) == _OLD:
            raise _too_old()
        if name_of(root) == _ITEM:
            found.append(name)
    return found


def _seen_in(package: Package, name: str, tags: tuple[str, ...], number: int) -> list[w.Seen]:
    place = w.beginning(name, 120)
    try:
        root = parse_xml(package.read(name))
    except KeyError:
        return [
            w.Seen(
                number,
                place,
                fault=_("The manifest lists it, but the package does not hold it."),
                begins=place,
            )
        ]
    except UnreadableXml as error:
        return [w.Seen(number, place, fault=str(error), begins=place)]
    items = _items_in(root)
    if not items:
        return [w.Seen(number, place, fault=_("It holds no QTI item."), begins=place)]
    return [_seen(at, place, item, tags) for at, item in enumerate(items, start=number)]
