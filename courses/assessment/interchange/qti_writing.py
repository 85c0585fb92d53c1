"""Write questions as a QTI 2.1 content package: an item for each, and a manifest with tags."""

import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import markdown
from django.utils.translation import gettext as _

from courses.assessment.interchange import texts
from courses.assessment.interchange import written as w
from courses.assessment.interchange.archives import UnreadableXml, parse_xml
from courses.assessment.interchange.exported import CannotWrite, Exported, Telling
from courses.assessment.interchange.qti_item import CRITERIA, VERBATIM
from courses.assessment.interchange.tags import tags_of

ITEM: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
METADATA: Final = "http://www.imsglobal.org/xsd/imsmd_v1p2"
TEMPLATES: Final = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
# The characters that XML 1.0 cannot hold.
_ILLEGAL: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(questions: Iterable[w.Written], *, title: str) -> Exported:
    """Return questions as a ZIP file that QTI 2.1 tools import."""
    telling = Telling()
    parts: list[tuple[str, bytes]] = []
    listed: list[tuple[str, w.Written]] = []
    for question in questions:
        name = f"items/item-{len(listed) + 1:05}.xml"
        try:
            item = _item(question, telling)
        except CannotWrite as why:
            telling.leave_out(question.key, str(why))
            continue
        parts.append((name, _bytes(item)))
        listed.append((name, question))
        telling.count += 1
    parts.insert(0, ("imsmanifest.xml", _bytes(_manifest(listed, title))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            # The same questions make the same file, whenever it is made.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return telling.exported(out.getvalue())


def _bytes(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "utf-8")


def _manifest(listed: list[tuple[str, w.Written]], title: str) -> Element:
    root = Element("manifest", {"xmlns": PACKAGE, "xmlns:imsmd": METADATA, "identifier": "bank"})
    meta = SubElement(root, "metadata")
    SubElement(meta, "schema").text = "IMS Content"
    SubElement(meta, "schemaversion").text = "1.1"
    _lom(meta, title, [])
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for name, question in listed:
        resource = SubElement(
            resources,
            "resource",
            {"identifier": _identifier(name), "type": "imsqti_item_xmlv2p1", "href": name},
        )
        _lom(SubElement(resource, "metadata"), w.beginning(question.stem), tags_of(question))
        SubElement(resource, "file", {"href": name})
    return root


def _lom(parent: Element, title: str, words: list[str]) -> None:
    general = SubElement(SubElement(parent, "imsmd:lom"), "imsmd:general")
    for name, text in [("title", title), *(("keyword", word) for word in words)]:
        said = SubElement(SubElement(general, f"imsmd:{name}"), "imsmd:langstring")
        said.text = _legal(text)


def _identifier(text: str) -> str:
    """Return a name that XML takes for an identifier."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", text)
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


# --- one item -------------------------------------------------------------------------------
def _item(question: w.Written, telling: Telling) -> Element:
    writer = _WRITERS.get(question.kind)
    if writer is None:
        raise CannotWrite(_("QTI 2.1 has no such kind of question."))
    item = Element(
        "assessmentItem",
        {
            "xmlns": ITEM,
            "identifier": _identifier(question.key),
            "title": _legal(w.beginning(question.stem)),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    body = Element("itemBody")
    _say(SubElement(body, "div"), question.stem)
    writer(question, item, body, telling)
    if not item.findall("outcomeDeclaration"):
        _outcome(item, "SCORE", "float")
    processing = item.find("responseProcessing")
    if question.feedback and processing is not None:
        _outcome(item, "TOLD", "identifier")
    # The order of the parts is fixed by the schema.
    parts = [*item.findall("responseDeclaration"), *item.findall("outcomeDeclaration"), body]
    if processing is not None:
        parts.append(processing)
    for part in list(item):
        item.remove(part)
    item.extend(parts)
    if question.feedback and processing is not None:
        _set(processing, "TOLD", "identifier", "general")
        told = {"outcomeIdentifier": "TOLD", "identifier": "general", "showHide": "show"}
        _say(SubElement(item, "modalFeedback", told), question.feedback)
    return item


def _outcome(item: Element, name: str, base: str, cardinality: str = "single") -> None:
    declared = {"identifier": name, "cardinality": cardinality, "baseType": base}
    SubElement(item, "outcomeDeclaration", declared)


def _set(parent: Element, outcome: str, base: str, value: str) -> None:
    setting = SubElement(parent, "setOutcomeValue", {"identifier": outcome})
    SubElement(setting, "baseValue", {"baseType": base}).text = value


def _declare(
    item: Element,
    base: str,
    cardinality: str,
    correct: list[str],
    mapped: dict[str, Decimal] | None,
) -> None:
    declaration = SubElement(
        item,
        "responseDeclaration",
        {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": base},
    )
    right = SubElement(declaration, "correctResponse")
    for value in correct:
        SubElement(right, "value").text = _legal(value)
    if mapped is not None:
        limits = {"lowerBound": "0", "defaultValue": "0"} if cardinality == "multiple" else {
            "defaultValue": "0"
        }  # fmt: skip
        mapping = SubElement(declaration, "mapping", limits)
        for key, share in mapped.items():
            SubElement(mapping, "mapEntry", {"mapKey": _legal(key), "mappedValue": w.plain(share)})


def _process(item: Element, *, by_map: bool, tells: bool) -> None:
    """Say how the score comes about, and which feedback belongs to the answer."""
    processing = SubElement(item, "responseProcessing")
    if by_map:
        setting = SubElement(processing, "setOutcomeValue", {"identifier": "SCORE"})
        SubElement(setting, "mapResponse", {"identifier": "RESPONSE"})
    else:
        condition = SubElement(processing, "responseCondition")
        met = SubElement(condition, "responseIf")
        match = SubElement(met, "match")
        SubElement(match, "variable", {"identifier": "RESPONSE"})
        SubElement(match, "correct", {"identifier": "RESPONSE"})
        _set(met, "SCORE", "float", "1")
        _set(SubElement(condition, "responseElse"), "SCORE", "float", "0")
    if tells:
        setting = SubElement(processing, "setOutcomeValue", {"identifier": "FEEDBACK"})
        SubElement(setting, "variable", {"identifier": "RESPONSE"})


# --- the kinds ------------------------------------------------------------------------------
def _choice(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    several = question.kind == w.MULTIPLE
    choices = _named(question)
    right = [choice.id for choice in choices if choice.share > 0]
    mapped = None
    if several and question.rule == "right_minus_wrong":
        share = round(w.FULL / len(right), 7)
        mapped = {choice.id: share if choice.share > 0 else -share for choice in choices}
    elif several and question.rule == "per_option":
        telling.note(
            question.key,
            _("Other tools mark it as all or nothing; our rule is kept as a keyword."),
        )
    cardinality = "multiple" if several else "single"
    _declare(item, "identifier", cardinality, right, mapped)
    tells = any(choice.feedback for choice in choices)
    _outcome(item, "SCORE", "float")
    if tells:
        _outcome(item, "FEEDBACK", "identifier", cardinality)
    asked = {"responseIdentifier": "RESPONSE", "maxChoices": "0" if several else "1"}
    fixed = "false" if question.kind == w.TRUE_FALSE else "true"
    _simple_choices(SubElement(body, "choiceInteraction", {**asked, "shuffle": fixed}), choices)
    _process(item, by_map=mapped is not None, tells=tells)


def _named(question: w.Written) -> list[w.Choice]:
    """Return the choices with identifiers that tell nothing of what is right."""
    if question.kind == w.TRUE_FALSE:
        told = {
            question.truth: question.feedback_right,
            not question.truth: question.feedback_wrong,
        }
        return [
            w.Choice(words, w.FULL if question.truth is truth else w.NOTHING, told[truth], name)
            for name, words, truth in (("true", "True", True), ("false", "False", False))
        ]
    return [
        w.Choice(c.text, c.share, c.feedback, f"choice_{at}")
        for at, c in enumerate(question.choices, start=1)
    ]


def _simple_choices(interaction: Element, choices: list[w.Choice]) -> None:
    for choice in choices:
        element = SubElement(interaction, "simpleChoice", {"identifier": choice.id})
        _say(element, choice.text)
        if choice.feedback:
            shown = {"outcomeIdentifier": "FEEDBACK", "identifier": choice.id, "showHide": "show"}
            _say(SubElement(element, "feedbackInline", shown), choice.feedback, inline=True)


def _ordering(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    # Sorted by words, so that the order in the file does not give the answer away.
    named = [
        w.Choice(c.text, id=f"choice_{at}")
        for at, c in enumerate(sorted(question.choices, key=lambda c: c.text), start=1)
    ]
    ids = {choice.text: choice.id for choice in named}
    _declare(item, "identifier", "ordered", [ids[c.text] for c in question.choices], None)
    if question.rule not in {"", "exact"}:
        telling.note(
            question.key,
            _("Other tools mark it as all or nothing; our rule is kept as a keyword."),
        )
    asked = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
    _simple_choices(SubElement(body, "orderInteraction", asked), named)
    _process(item, by_map=False, tells=False)


def _matching(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    lefts = [pair.left for pair in question.pairs if pair.left]
    rights = sorted({pair.right for pair in question.pairs})
    left = {text: f"left_{at}" for at, text in enumerate(lefts, start=1)}
    right = {text: f"right_{at}" for at, text in enumerate(rights, start=1)}
    correct = [f"{left[p.left]} {right[p.right]}" for p in question.pairs if p.left]
    mapped = None
    if question.rule != "all_or_nothing":
        mapped = dict.fromkeys(correct, round(w.FULL / len(correct), 7))
    _declare(item, "directedPair", "multiple", correct, mapped)
    asked = {"responseIdentifier": "RESPONSE", "shuffle": "true", "maxAssociations": str(len(left))}
    interaction = SubElement(body, "matchInteraction", asked)
    for side, most in ((left, 1), (right, len(left))):
        group = SubElement(interaction, "simpleMatchSet")
        for text, name in side.items():
            given = {"identifier": name, "matchMax": str(most)}
            _say(SubElement(group, "simpleAssociableChoice", given), text)
    _process(item, by_map=mapped is not None, tells=False)


def _short(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    mapped = {choice.text: choice.share for choice in question.choices}
    full = [choice.text for choice in question.choices if choice.share == 1]
    _declare(item, "string", "single", full[:1], mapped)
    _entry(body)
    _process(item, by_map=True, tells=False)


def _numeric(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    best = next((each for each in question.ranges if each.share == 1), question.ranges[0])
    middle = best.value if best.value is not None else (best.low + best.high) / 2
    _declare(item, "float", "single", [w.plain(middle)], None)
    _entry(body)
    processing = SubElement(item, "responseProcessing")
    condition = SubElement(processing, "responseCondition")
    for at, each in enumerate(sorted(question.ranges, key=lambda r: -r.share)):
        branch = SubElement(condition, "responseIf" if not at else "responseElseIf")
        _test(branch, each)
        _set(branch, "SCORE", "float", w.plain(each.share))
    _set(SubElement(condition, "responseElse"), "SCORE", "float", "0")


def _test(branch: Element, each: w.Range) -> None:
    if each.value is not None:
        tolerance = f"{w.plain(each.value - each.low)} {w.plain(each.high - each.value)}"
        equal = SubElement(branch, "equal", {"toleranceMode": "absolute", "tolerance": tolerance})
        SubElement(equal, "variable", {"identifier": "RESPONSE"})
        SubElement(equal, "baseValue", {"baseType": "float"}).text = w.plain(each.value)
        return
    both = SubElement(branch, "and")
    for name, end in (("gte", each.low), ("lte", each.high)):
        test = SubElement(both, name)
        SubElement(test, "variable", {"identifier": "RESPONSE"})
        SubElement(test, "baseValue", {"baseType": "float"}).text = w.plain(end)


def _entry(body: Element) -> None:
    SubElement(SubElement(body, "p"), "textEntryInteraction", {"responseIdentifier": "RESPONSE"})


def _essay(question: w.Written, item: Element, body: Element, telling: Telling) -> None:
    declared = {"identifier": "RESPONSE", "cardinality": "single", "baseType": "string"}
    SubElement(item, "responseDeclaration", declared)
    SubElement(body, "extendedTextInteraction", {"responseIdentifier": "RESPONSE"})
    if question.criteria:
        block = SubElement(body, "rubricBlock", {"view": "scorer", "class": CRITERIA})
        rows = SubElement(block, "ul")
        for text, points in question.criteria:
            row = SubElement(rows, "li")
            _say(SubElement(row, "p"), text)
            SubElement(row, "span", {"class": "points"}).text = f"({points})"
    if question.feedback:
        SubElement(item, "responseProcessing")


_WRITERS: Final = {
    w.SINGLE: _choice,
    w.MULTIPLE: _choice,
    w.TRUE_FALSE: _choice,
    w.ORDERING: _ordering,
    w.MATCHING: _matching,
    w.SHORT_TEXT: _short,
    w.NUMERIC: _numeric,
    w.ESSAY: _essay,
}


# --- words ----------------------------------------------------------------------------------
def _say(parent: Element, text: str, *, inline: bool = False) -> None:
    """Put Markdown into an element as XHTML; as it is, where XHTML would not lead back to it."""
    text = _legal(text)
    if texts.is_bare(text):
        parent.text = (parent.text or "") + text
        return
    html = markdown.markdown(text, output_format="xhtml")
    if texts.from_html(html, w.Remarks()) == text:
        try:
            root = parse_xml(f"<div>{html}</div>".encode())
        except UnreadableXml:
            root = None
        paragraphs = list(root) if root is not None else []
        if root is not None and len(paragraphs) == 1 and paragraphs[0].tag == "p":
            [root] = paragraphs
            parent.text = (parent.text or "") + (root.text or "")
            parent.extend(list(root))
            return
        if root is not None and not inline:
            parent.extend(paragraphs)
            return
    SubElement(parent, "span", {"class": VERBATIM}).text = text
