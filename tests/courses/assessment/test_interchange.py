"""Questions in the files of other tools: what each format says, and what each fault is told as."""

import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from courses.assessment.interchange import drafts, formats, sheet_writing
from courses.assessment.interchange import written as w

GOLDEN = Path(__file__).parents[2] / "golden" / "questions"


def read(data, name="", format=""):
    return formats.read(
        data if isinstance(data, bytes) else data.encode(), name=name, format=format
    )


def only(data, **options):
    """Return the one question of a file."""
    [seen] = read(data, **options).seen
    assert seen.written is not None, seen.fault or seen.skipped
    return seen.written


def fault(data, **options):
    [seen] = read(data, **options).seen
    assert seen.written is None
    return seen.fault


def draft(question):
    remarks = w.Remarks()
    return drafts.draft_of(question, remarks), remarks.said


# --- GIFT -----------------------------------------------------------------------------------
KIND_OF = {
    "TrueFalseSet": {w.TRUE_FALSE},
    "SelectSet": {w.SINGLE, w.SHORT_TEXT},
    "MultipleChoicesSet": {w.MULTIPLE},
    "ShortSet": {w.SHORT_TEXT},
    "MatchingSet": {w.MATCHING},
    "NumericAnswerSet": {w.NUMERIC},
    "Essay": {w.ESSAY},
}


def bare(text):
    return re.sub(r"\\([~=#{}:])", r"\1", text).strip()


def test_each_form_of_gift_says_what_another_reader_of_gift_sees():
    theirs = json.loads((GOLDEN / "forms.gift.json").read_text())
    ours = [seen.written for seen in read((GOLDEN / "forms.gift").read_bytes()).seen]
    assert len(ours) == len(theirs) == 12
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.key == other["title"]
        assert mine.kind in KIND_OF[other["kind"]], mine.key
        words = mine.stem.replace("\\_\\_\\_\\_\\_", "_____")
        assert words == " _____ ".join(bare(t) for t in (other["text"], other["tail"]) if t)
        if mine.kind == w.TRUE_FALSE:
            assert (mine.truth, mine.feedback_wrong) == (other["answer"], bare(other["wrong"]))
        elif mine.kind == w.MATCHING:
            pairs = [(bare(a["question"]), bare(a["answer"])) for a in other["answers"]]
            assert [(pair.left, pair.right) for pair in mine.pairs] == pairs
        elif mine.kind == w.NUMERIC:
            assert [each.share * 100 for each in mine.ranges] == [
                Decimal(str(a["fraction"])) for a in other["answers"]
            ]
        elif mine.kind != w.ESSAY:
            told = [
                (bare(a["answer"]), Decimal(str(a["fraction"])) / 100, bare(a["feedback"]))
                for a in other["answers"]
            ]
            assert [(c.text, c.share, c.feedback) for c in mine.choices] == told


@pytest.mark.parametrize(
    ("line", "span"),
    [
        ("3", ("3", "3")),
        ("3:2", ("1", "5")),
        ("1.5:0.25", ("1.25", "1.75")),
        ("1..5", ("1", "5")),
        ("-5..-1", ("-5", "-1")),
        ("=2", ("2", "2")),
        ("1,5", ("1.5", "1.5")),
    ],
)
def test_gift_numbers_have_tolerances_and_ranges(line, span):
    [each] = only(f"How many? {{#{line}}}").ranges
    assert (each.low, each.high) == tuple(Decimal(end) for end in span)


def test_gift_keeps_ids_tags_and_categories():
    text = "$CATEGORY: $course$/top/Safety\n\n// [id:d-1] [tag:objective:O2] [tag:a\\]b]\nQ? {T}"
    category, seen = read(text).seen
    assert category.skipped and not category.fault
    assert (seen.written.key, seen.written.objective) == ("d-1", "O2")
    assert seen.written.tags == ("a]b", "Safety")


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("2 * 3 * 4?{T}", r"2 \* 3 \* 4?"),
        ("[markdown]2 *is* more?{T}", "2 *is* more?"),
        ("[html]<p>One <b>two</b></p><ul><li>a</li></ul>{T}", "One **two**\n\n- a"),
        ("<p>One<br>two</p>{T}", "One\n\ntwo"),
        ("a < b?{T}", "a &lt; b?"),
        (r"One\ntwo{T}", "One\ntwo"),
    ],
)
def test_gift_words_show_the_same_characters_here(text, markdown):
    assert only(text).stem == markdown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who? {=a ~b", "A brace is missing"),
        ("Who? =a ~b}", "A brace is missing"),
        ("Who? {=a} and {=b}", "more than one pair of braces"),
        ("{=a ~b}", "no text before its answers"),
        ("Who? {a b}", "No answer begins with ="),
        ("Who? {a =b ~c}", "stands before the first answer"),
        ("Who? {= ~b}", "An answer is empty"),
        ("How many? {#x}", "is not a number"),
        ("How many? {#5..1}", "ends before it begins"),
        ("Match {=a -> b =c ->}", "nothing after its arrow"),
    ],
)
def test_a_fault_of_gift_is_told_in_plain_words(text, words):
    assert words in fault(text, format="gift")


def test_text_without_answers_is_listed_as_left_out():
    [seen] = read("Just read this.\nTwice.", format="gift").seen
    assert (seen.written, seen.fault) == (None, "") and "asks nothing" in seen.skipped


def test_one_broken_question_costs_no_other():
    seen = read("A? {=a\n\nB? {=b ~c}\n\nC? {T}").seen
    assert [(bool(each.written), each.place) for each in seen] == [
        (False, "Line 1"),
        (True, "Line 3"),
        (True, "Line 5"),
    ]


def test_answers_with_blank_lines_between_them_stay_together():
    question = only("Who? {\n=a\n\n~b\n}")
    assert [choice.text for choice in question.choices] == ["a", "b"]


# --- Aiken ----------------------------------------------------------------------------------
def test_aiken_of_another_tool_is_read():
    seen = read((GOLDEN / "qti_package_maker-aiken.txt").read_bytes()).seen
    assert [each.place for each in seen] == ["Line 1", "Line 8"]
    first = seen[0].written
    assert first.stem == "Who speaks first on a mobile visit?"
    assert [(c.text, c.share) for c in first.choices] == [
        ("The young person", 1),
        ("The police officer", 0),
        ("Nobody, for a while", 0),
    ]


AIKEN = "What?\nA. one\nB) two\nANSWER: B\n"


@pytest.mark.parametrize(
    "text", [AIKEN, AIKEN.replace("\n", "\r\n"), "\ufeff" + AIKEN, AIKEN.replace("B\n", "b")]
)
def test_aiken_comes_in_many_dresses(text):
    assert [choice.share for choice in only(text).choices] == [0, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What?\nA. one\nB. two\n", "answer is missing"),
        ("What?\nA. one\nB. two\nANSWER: C", "none of the options A to B"),
        ("What?\nA. one\nANSWER: A", "Fewer than two options"),
        ("A. one\nB. two\nANSWER: A", "no question before the options"),
        ("What?\nA. one\nC. two\nANSWER: A", "B comes next"),
        ("What?\nA. one\nmore\nB. two\nANSWER: A", "neither an option"),
        ("What?\nA.\nB. two\nANSWER: B", "An option is empty"),
    ],
)
def test_a_fault_of_aiken_is_told_in_plain_words(text, words):
    assert words in fault(text, format="aiken")


# --- tables ---------------------------------------------------------------------------------
def test_every_example_of_the_template_can_be_imported_as_it_is():
    reading = read(sheet_writing.template())
    kinds = []
    for seen in reading.seen:
        assert seen.written is not None, seen.fault
        made, said = draft(seen.written)
        assert said == []
        kinds.append(made.kind)
    assert set(kinds) == set(w.KINDS) - {w.BRANCHING}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("single,Who?,a,b,3", "name the right options by number"),
        ("single,Who?,a,,1", "Fewer than two options"),
        ("single,,a,b,1", "question” is empty"),
        ("guess,Who?,a,b,1", "type “guess” is not known"),
        ("true_false,Who?,,,perhaps", "must be true or false"),
        ("matching,Who?,a,b,", "match_1 is empty"),
        ("numeric,How many?,abc,,", "is not a number"),
        ("ordering,Order,a,,", "Fewer than two things"),
        ("short_text,Say,,,", "Write every accepted answer"),
    ],
)
def test_a_fault_of_a_row_is_told_in_plain_words(row, words):
    [seen] = read(f"type,question,option_1,option_2,correct\n{row}\n").seen
    assert seen.place == "Row 2" and words in seen.fault


def test_columns_may_be_called_as_people_call_them():
    question = only("Kind;Stem;Option A;Option B;Answer;Points\nMultiple choice;Q?;x;y;A,B;2\n")
    assert (question.kind, question.points) == (w.MULTIPLE, 2)
    assert [choice.share for choice in question.choices] == [1, 1]


def test_an_unknown_column_is_told():
    reading = read("question,option_1,option_2,correct,colour\nQ?,a,b,1,blue\n")
    assert reading.notes == ("Columns that are not known were left out: colour.",)


# --- QTI ------------------------------------------------------------------------------------
def test_the_package_of_another_tool_is_read_item_by_item():
    seen = read((GOLDEN / "qti_package_maker-qti21.zip").read_bytes()).seen
    assert [each.written.kind if each.written else None for each in seen] == [
        w.SINGLE, w.MULTIPLE, w.MATCHING, w.NUMERIC, w.SHORT_TEXT, None, w.ORDERING,
    ]  # fmt: skip
    single, several, match, number, short, gaps, order = seen
    assert single.written.stem == "Who speaks **first** on a mobile visit?"
    assert [c.text for c in w.full(single.written.choices)] == ["The young person"]
    assert [c.text for c in several.written.choices if c.share > 0] == [
        "Sitting down", "A low voice", "Slow movements",
    ]  # fmt: skip
    assert [(pair.left, pair.right) for pair in match.written.pairs] == [
        ("Safety plan", "Written with the family"),
        ("Warm handoff", "Two teams meet in person"),
    ]
    [span] = number.written.ranges
    assert (span.low, span.high, span.value) == (55, 65, 60)
    assert [c.text for c in short.written.choices] == ["988", "nine eight eight"]
    assert "asks 2 things at once" in gaps.fault
    assert [c.text for c in order.written.choices] == ["Arrive", "Listen", "Plan", "Say goodbye"]
    for each in seen:
        if each.written:
            draft(each.written)


@pytest.mark.parametrize("name", ["qti_package_maker-qti12.zip", "text2qti-canvas.zip"])
def test_the_old_qti_is_refused_with_what_to_do(name):
    with pytest.raises(w.UnreadableFile, match=r"QTI 1\.2\. Export them as QTI 2\.1"):
        read((GOLDEN / name).read_bytes())


ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="t"
 adaptive="false" timeDependent="false">
{declared}<itemBody><p>Which <em>one</em>?</p>{asked}</itemBody></assessmentItem>"""
CHOICE = """<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
<simpleChoice identifier="A">One<feedbackInline outcomeIdentifier="F" identifier="A">So it is.
</feedbackInline></simpleChoice><simpleChoice identifier="B">Two</simpleChoice>
</choiceInteraction>"""
RIGHT = """<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>A</value></correctResponse></responseDeclaration>"""


def item(asked=CHOICE, declared=RIGHT):
    return ITEM.format(asked=asked, declared=declared)


def test_a_single_item_is_read_with_its_feedback():
    question = only(item())
    assert (question.key, question.stem) == ("i1", "Which *one*?")
    assert [(c.text, c.share, c.feedback) for c in question.choices] == [
        ("One", 1, "So it is."),
        ("Two", 0, ""),
    ]


def test_prefixes_and_the_third_edition_are_understood():
    prefixed = item().replace("<", "<q:").replace("<q:/", "</q:").replace("<q:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:q=")
    assert [c.share for c in only(prefixed).choices] == [1, 0]
    third = (
        '<qti-assessment-item identifier="n"><qti-response-declaration identifier="RESPONSE"'
        ' cardinality="single" base-type="identifier"><qti-correct-response><qti-value>B'
        "</qti-value></qti-correct-response></qti-response-declaration><qti-item-body><p>Q</p>"
        '<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">'
        '<qti-simple-choice identifier="A">x</qti-simple-choice>'
        '<qti-simple-choice identifier="B">y</qti-simple-choice></qti-choice-interaction>'
        "</qti-item-body></qti-assessment-item>"
    )
    assert [c.share for c in only(third, name="x.xml").choices] == [0, 1]


@pytest.mark.parametrize(
    "name", ["hotspotInteraction", "gapMatchInteraction", "uploadInteraction", "customInteraction"]
)
def test_an_interaction_that_is_not_supported_is_named(name):
    words = fault(item(f'<{name} responseIdentifier="RESPONSE"/>'))
    assert name.lower() in words and "cannot be taken over" in words


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (item(declared=""), "does not declare what is right"),
        (item(declared=RIGHT.replace(">A<", ">Z<")), "none of the options"),
        (item(asked="<p>only words</p>"), "nothing to answer"),
        (item(CHOICE.replace('identifier="B"', 'identifier="A"')), "same identifier"),
        (item(CHOICE.replace(">Two<", "><img src='x.png'/><")), "no words"),
    ],
)
def test_a_fault_of_an_item_is_told_in_plain_words(broken, words):
    assert words in fault(broken)


def test_a_picture_is_told_and_not_silently_lost():
    [seen] = read(item().replace("Which", "<img src='a.png' alt='A door'/>Which")).seen
    assert any("picture" in note for note in seen.notes)
    assert "[A door]" in seen.written.stem


def package(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
<resource identifier="a" type="imsqti_item_xmlv2p1" href="items/a.xml"/>
<resource identifier="b" type="imsqti_item_xmlv2p1" href="items/b.xml"/>
</resources></manifest>"""


def test_every_part_of_a_package_is_accounted_for():
    data = package(
        imsmanifest_xml=MANIFEST, items__a_xml=item(), extra_xml=item(), **{"p.png": "x"}
    )
    reading = read(data)
    told = [(s.place, bool(s.written), bool(s.fault)) for s in reading.seen]
    assert told == [
        ("items/a.xml", True, False),
        ("items/b.xml", False, True),
        ("extra.xml", True, False),
    ]
    assert "Pictures and other files of the package (1) were left out." in reading.notes


# --- what a question here cannot hold is said --------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Q? {=a ~%50%b}", "would earn 50 %"),
        ("Q? {~%60%a ~%40%b ~c}", "right less wrong"),
        ("Q? {=a ~b#}", None),
        ("Q? {=a#well =%50%b}", "Feedback of single answers"),
        ("Q? {}", "one criterion was put in"),
    ],
)
def test_what_is_not_kept_is_said(text, words):
    _made, said = draft(only(text))
    assert (words is None and said == []) or any(words in each for each in said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Q? {=a =b ~c}", "2 answers are right"),
        ("Q? {~a ~b}", "No option is right"),
        ("Q? {=a ~a}", "is there twice"),
        ("Q? {=*}", "accepts anything"),
        ("Q? {=a -> b}", "2 to 40 pairs"),
        ("Q? {=a -> b =c -> b}", "belongs to the same"),
        ("Q? {=%50%a}", "No answer earns all"),
        ("Q? {=...}", "no letter or digit"),
    ],
)
def test_what_nobody_could_be_asked_is_refused(text, words):
    with pytest.raises(w.UnreadableQuestion, match=words):
        draft(only(text))


def test_ids_tell_neither_the_order_nor_the_answer():
    made, _said = draft(only("Q? {=right one ~wrong one}"))
    turned, _said = draft(only("Q? {~wrong one =right one}"))
    assert {o["id"] for o in made.options} == {o["id"] for o in turned.options}
    assert not any(word in o["id"] for o in made.options for word in ("right", "correct", "true"))
