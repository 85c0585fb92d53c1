"""Files made to break the reading of questions: each is told, none does harm."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.assessment.interchange import archives, formats
from courses.assessment.interchange import written as w
from courses.assessment.interchange.plan import Outcome, as_rows, from_rows, pieces_of, plan_of

from .test_interchange import GOLDEN, ITEM, item, package

FORMATS = ["", formats.TABLE, formats.AIKEN, formats.GIFT, formats.QTI]
SEEDS = [path.read_bytes() for path in sorted(GOLDEN.iterdir()) if path.suffix != ".json"] + [
    item().encode(),
    b"question,option_1,option_2,correct\nWho?,a,b,1\n",
]
few = settings(max_examples=60, suppress_health_check=list(HealthCheck))
many = settings(max_examples=80, suppress_health_check=list(HealthCheck))


def account(data, format="", name=""):
    """Read and plan; every piece must be accounted for exactly once."""
    try:
        reading = formats.read(data, name=name, format=format)
    except w.UnreadableFile as error:
        assert str(error)
        return
    assert reading.seen
    for seen in reading.seen:
        assert (seen.written is not None) + bool(seen.fault) + bool(seen.skipped) == 1
        assert seen.place
    pieces = pieces_of(reading)
    plan = plan_of(pieces, {})
    assert sum(plan.counts.values()) == len(plan.rows) == len(reading.seen)
    refused = plan.counts[Outcome.FAULT] + plan.counts[Outcome.SKIPPED]
    refused += plan.counts[Outcome.TWICE] + plan.counts[Outcome.SAME]
    assert len(plan.writing) + refused == len(reading.seen)
    assert all(row.says for row in plan.rows if row.outcome not in {Outcome.NEW, Outcome.SAME})
    assert from_rows(as_rows(pieces)) == pieces


# --- noise ----------------------------------------------------------------------------------
@many
@given(data=st.binary(max_size=400), format=st.sampled_from(FORMATS))
def test_bytes_of_any_kind_raise_nothing_but_the_named_fault(data, format):
    account(data, format)


GIFTISH = st.text(st.sampled_from('abc123 {}=~#%:.->\\n$\n"*[]<>/tT'), max_size=120)
AIKENISH = st.lists(
    st.sampled_from(
        ["What?", "A. one", "B) two", "C. three", "ANSWER: A", "ANSWER:", "", "A.", "Z) x"]
    ),
    max_size=14,
).map("\n".join)  # fmt: skip


@many
@given(text=GIFTISH)
def test_anything_that_looks_like_gift_is_accounted_for(text):
    account(text.encode(), formats.GIFT)


@many
@given(text=AIKENISH)
def test_anything_that_looks_like_aiken_is_accounted_for(text):
    account(text.encode(), formats.AIKEN)


@many
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(
                ["single", "numeric", "matching", "essay", "", "a", "1", "1;2", "yes", "1:2",
                 "9" * 30, "100;50", "²"]
            ),
            min_size=8, max_size=8,
        ),
        max_size=5,
    )
)  # fmt: skip
def test_any_cells_are_accounted_for(cells):
    head = "type,question,option_1,match_1,option_2,correct,shares,points"
    account("\n".join([head, *(",".join(row) for row in cells)]).encode(), formats.TABLE)


@few
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_a_file_cut_off_or_scratched_anywhere_is_accounted_for(seed, data):
    cut = data.draw(st.integers(0, len(seed)))
    account(seed[:cut])
    at = data.draw(st.integers(0, max(len(seed) - 1, 0)))
    account(seed[:at] + bytes([data.draw(st.integers(0, 255))]) + seed[at + 1 :])


NAMES = st.sampled_from(
    ["choiceInteraction", "simpleChoice", "prompt", "correctResponse", "value", "mapEntry",
     "mapping", "matchInteraction", "simpleMatchSet", "simpleAssociableChoice", "equal",
     "textEntryInteraction",
     "orderInteraction", "extendedTextInteraction", "rubricBlock", "modalFeedback", "img", "and",
     "responseProcessing", "responseIf", "gte", "lte", "baseValue", "setOutcomeValue", "itemBody"]
)  # fmt: skip
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["identifier", "responseIdentifier", "mapKey", "mappedValue", "cardinality",
                     "baseType", "tolerance", "toleranceMode", "template", "view", "class"]),
    st.sampled_from(["RESPONSE", "A", "B", "A B", "multiple", "ordered", "float", "1", "-1", "x",
                     "absolute", "relative", "", "map_response", "scorer", "mrss-criteria"]),
    max_size=3,
)  # fmt: skip


def xml(name, attributes, children):
    inside = "".join(children)
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{given}>{inside}</{name}>"


TREES = st.recursive(
    st.sampled_from(["words", "A", "1.5", " ", ""]),
    lambda inner: st.builds(xml, NAMES, ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=20,
)


@many
@given(asked=TREES, declared=TREES, base=st.sampled_from(["identifier", "float", "string"]))
def test_any_tree_of_qti_is_accounted_for(asked, declared, base):
    given = {"identifier": "RESPONSE", "baseType": base}
    declared = xml("responseDeclaration", given, [declared])
    account(ITEM.format(asked=asked, declared=declared).encode(), formats.QTI)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_words_survive_every_usual_encoding_and_line_end(encoding, end):
    text = end.join(["¿Quién habla primero?", "A. El señor", "B. La niña", "ANSWER: B", ""])
    [seen] = formats.read(text.encode(encoding)).seen
    assert seen.written.stem == "¿Quién habla primero?"
    assert seen.written.choices[1].text == "La niña"


def test_a_null_byte_makes_it_no_text():
    with pytest.raises(w.UnreadableFile, match="not a text file"):
        formats.read(b"Who?\x00 {=a ~b}", name="x.gift")


# --- XML that attacks -----------------------------------------------------------------------
LAUGHS = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]>
<assessmentItem identifier="x"><itemBody>&d;</itemBody></assessmentItem>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<assessmentItem identifier="x"><itemBody>&x;</itemBody></assessmentItem>"""
DTD = """<?xml version="1.0"?><!DOCTYPE assessmentItem SYSTEM "http://example.org/x.dtd">
<assessmentItem identifier="x"><itemBody/></assessmentItem>"""


@pytest.mark.parametrize("attack", [LAUGHS, OUTSIDE, DTD])
def test_document_types_and_entities_are_refused(attack):
    with pytest.raises(w.UnreadableFile, match="document type or entities"):
        formats.read(attack.encode())
    [seen] = formats.read(package(a_xml=attack)).seen
    assert "document type or entities" in seen.fault


def test_a_manifest_that_attacks_is_refused():
    with pytest.raises(w.UnreadableFile, match="document type or entities"):
        formats.read(package(imsmanifest_xml=LAUGHS, a_xml=item()))


def test_depth_without_end_is_refused():
    deep = "<a>" * 5000 + "</a>" * 5000
    account(deep.encode(), formats.QTI)
    with pytest.raises(w.UnreadableFile, match=r"nested too deeply|not well-formed"):
        formats.read(deep.encode(), format=formats.QTI)


# --- ZIP files that attack ------------------------------------------------------------------
def zipped(*parts, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def test_a_bomb_is_not_opened():
    bomb = zipped(("a.xml", b"\0" * (30 * 1024 * 1024)))
    assert len(bomb) < 100_000
    with pytest.raises(w.UnreadableFile, match="unpacks to far more"):
        formats.read(bomb, format=formats.QTI)


def test_many_small_bombs_are_stopped_by_their_sum(monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 50_000)
    parts = [(f"{n}.xml", b"<a>" + b" " * 20_000 + b"</a>") for n in range(9)]
    with pytest.raises(w.UnreadableFile, match="unpacks to more than"):
        formats.read(zipped(*parts), format=formats.QTI)


@pytest.mark.parametrize(
    "name", ["../x.xml", "/etc/x.xml", "C:/x.xml", "a/../../x.xml", "a\\x.xml"]
)
def test_a_name_that_leads_out_is_refused(name):
    data = zipped(("aaaaaaaaaaaaaaaaaaa.xml"[: len(name)].ljust(len(name), "a"), item()))
    data = data.replace(
        "aaaaaaaaaaaaaaaaaaa.xml"[: len(name)].ljust(len(name), "a").encode(), name.encode()
    )
    with pytest.raises(w.UnreadableFile, match="leads out of it"):
        formats.read(data, format=formats.QTI)


def test_two_parts_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("a.xml", item()), ("a.xml", item()))
    with pytest.raises(w.UnreadableFile, match="Two parts"):
        formats.read(data, format=formats.QTI)


def test_too_many_parts_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_PARTS", 3)
    with pytest.raises(w.UnreadableFile, match="more than 3 parts"):
        formats.read(zipped(*((f"{n}.xml", "") for n in range(4))), format=formats.QTI)


def test_a_password_is_named():
    data = bytearray(zipped(("a.xml", item())))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(w.UnreadableFile, match="password"):
        formats.read(bytes(data), format=formats.QTI)


def test_a_part_that_lies_about_its_sum_is_told_as_damaged():
    data = bytearray(zipped(("a.xml", item())))
    wrong = struct.pack("<I", zlib.crc32(b"something else"))
    for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = data.find(mark) + offset
        data[at : at + 4] = wrong
    [seen] = formats.read(bytes(data), format=formats.QTI).seen
    assert "damaged" in seen.fault


def test_a_large_file_is_refused_before_it_is_read(monkeypatch):
    for format in (formats.GIFT, formats.AIKEN, formats.QTI):
        with pytest.raises(w.UnreadableFile, match="larger than 5 MB"):
            formats.read(b"x" * (w.MOST_BYTES + 1), format=format)


def test_too_many_questions_are_refused(monkeypatch):
    monkeypatch.setattr(w, "MOST_QUESTIONS", 3)
    with pytest.raises(w.UnreadableFile, match="more than 3 questions"):
        formats.read("\n\n".join(["Q?{T}"] * 4).encode(), format=formats.GIFT)
