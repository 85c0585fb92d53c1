"""Open what may be an attack: XML without its dangerous parts, ZIP files within limits."""

import io
import posixpath
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree  # type: ignore[import-untyped]  # ships no types
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # as above
from django.utils.translation import gettext as _

from courses.assessment.interchange.written import MOST_BYTES, UnreadableFile

MOST_UNPACKED: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 3_000
MOST_XML: Final = 4 * 1024 * 1024
MOST_RATIO: Final = 200
_RATIO_FROM: Final = 1024 * 1024
"""Smaller parts may shrink as they like: they cannot hurt."""
MOST_DEPTH: Final = 60
MOST_ELEMENTS: Final = 100_000


class UnreadableXml(ValueError):
    """A piece of XML cannot or must not be read; the text says why and what to do about it."""


def parse_xml(data: bytes) -> Element:
    """Return the root of an XML document.

    DTDs, entities and everything that leads out of the document are refused before anything is
    expanded.

    Raises:
        UnreadableXml: it is no XML, or more than a question needs.
    """
    if len(data) > MOST_XML:
        raise UnreadableXml(
            _("The XML is larger than %(most)d MB.") % {"most": MOST_XML // (1024 * 1024)}
        )
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableXml(
            _("The XML has a document type or entities, which are not read. Remove <!DOCTYPE …>.")
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError, MemoryError):
        # LookupError: an encoding that nobody knows; ValueError: one that expat cannot use.
        raise UnreadableXml(
            _("This is not well-formed XML. Export the file again from where it was made.")
        ) from None
    _measure(root)
    return root


def _measure(root: Element) -> None:
    """Refuse what would exhaust whoever walks through it."""
    level, depth, count = [root], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            raise UnreadableXml(_("The XML is nested too deeply or has too many elements."))
        level = [child for element in level for child in element]


class Package:
    """A ZIP file whose parts are read into memory, each within limits; nothing is unpacked."""

    def __init__(self, data: bytes) -> None:
        """Look at the list of parts.

        Raises:
            UnreadableFile: it is no ZIP file, or one that could do harm.
        """
        if len(data) > MOST_BYTES:
            raise UnreadableFile(
                _("The file is larger than %(most)d MB. Split it into smaller files.")
                % {"most": MOST_BYTES // (1024 * 1024)}
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise _broken() from None
        if len(parts) > MOST_PARTS:
            raise UnreadableFile(
                _("The package has more than %(most)d parts. Split it.") % {"most": MOST_PARTS}
            )
        self._left = MOST_UNPACKED
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in parts:
            self._look_at(part)

    def _look_at(self, part: zipfile.ZipInfo) -> None:
        if part.flag_bits & 1:
            raise UnreadableFile(_("The package is protected by a password. Remove it first."))
        # ZipInfo cuts a name at a NUL byte; the name as stored is what was meant.
        raw = part.orig_filename
        steps = part.filename.split("/")
        if (
            "\x00" in raw
            or "\\" in raw
            or part.filename.startswith("/")
            or ".." in steps
            or (len(steps[0]) == 2 and steps[0].endswith(":"))
        ):
            raise UnreadableFile(
                _("A part of the package has a name that leads out of it. It was not opened.")
            )
        if part.filename in self._parts:
            raise UnreadableFile(
                _("Two parts of the package are called “%(name)s”.") % {"name": part.filename[:80]}
            )
        if (
            part.file_size > _RATIO_FROM
            and part.file_size > max(part.compress_size, 1) * MOST_RATIO
        ):
            raise UnreadableFile(
                _("A part of the package unpacks to far more than it holds. It was not opened.")
            )
        if not part.is_dir():
            self._parts[part.filename] = part

    @property
    def names(self) -> list[str]:
        """Return the names of the parts, as stored."""
        return list(self._parts)

    def read(self, name: str) -> bytes:
        """Return one part.

        Raises:
            KeyError: there is no such part.
            UnreadableXml: it is broken or too large for a document of questions.
            UnreadableFile: all parts together are too large.
        """
        part = self._parts[name]
        try:
            with self._zip.open(part) as stream:
                data = stream.read(MOST_XML + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError):
            raise UnreadableXml(
                _("“%(name)s” in the package is damaged. Export the package again.")
                % {"name": name[:80]}
            ) from None
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile(
                _("The package unpacks to more than %(most)d MB. Split it.")
                % {"most": MOST_UNPACKED // (1024 * 1024)}
            )
        return data


def _broken() -> UnreadableFile:
    return UnreadableFile(
        _("The ZIP file is damaged. Export the package again and upload it unchanged.")
    )


def resolved(base: str, href: str) -> str:
    """Return the name of the part to which a relative address in another part leads."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), href))
