"""What is written to a file comes back from it as it was, or the export says that it does not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.assessment.interchange import drafts, exporting, formats
from courses.assessment.interchange import written as w

many = settings(max_examples=50, suppress_health_check=list(HealthCheck))

LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u200b\u2060\ufeff"
)
PROSE = (
    st.text(LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
)
TRICKY = st.sampled_from(
    ["=1+1", "a -> b", "%50% off", "{T}", "~ not", "#hash", "a:b", "back\\slash", "[html]x",
     "*x* _y_", "1. one", "- dash", "two\n\nparagraphs", "a\nb", "<b>bold</b>", "&amp; &lt;", "'=x",
     '"quoted", and',
     "::t::", "// no", "$CATEGORY: x", "ANSWER: A", "#N/A", "😀 naïve", "]]>", "a;b", "@x", "-5"]
)  # fmt: skip
TEXT = st.one_of(PROSE, TRICKY, st.builds("{} {}".format, PROSE, TRICKY).map(str.strip))
SHORT = st.one_of(PROSE, TRICKY).filter(lambda t: any(sign.isalnum() for sign in t))
TOLD = st.one_of(st.just(""), TEXT)
NUMBERS = st.decimals(-1000, 1000, places=3)


def folded(text):
    return " ".join(text.split()).casefold()


def texts(least, most):
    return st.lists(TEXT, min_size=least, max_size=most, unique_by=folded)


@st.composite
def written(draw):
    kind = draw(st.sampled_from([kind for kind in w.KINDS if kind != w.BRANCHING]))
    parts = {}
    if kind in {w.SINGLE, w.MULTIPLE}:
        options = draw(texts(2, 5))
        right = draw(st.sets(st.sampled_from(range(len(options))), min_size=1))
        right = {min(right)} if kind == w.SINGLE else right
        parts["choices"] = tuple(
            w.Choice(text, w.FULL if at in right else w.NOTHING, draw(TOLD))
            for at, text in enumerate(options)
        )
        if kind == w.MULTIPLE:
            parts["rule"] = draw(
                st.sampled_from(["all_or_nothing", "right_minus_wrong", "per_option"])
            )
    elif kind == w.TRUE_FALSE:
        parts = {
            "truth": draw(st.booleans()),
            "feedback_right": draw(TOLD),
            "feedback_wrong": draw(TOLD),
        }
    elif kind == w.MATCHING:
        left, right = draw(texts(2, 4)), draw(texts(3, 5))
        made = [w.Pair(one, right[at % len(right)]) for at, one in enumerate(left)]
        used = {pair.right for pair in made}
        parts["pairs"] = (*made, *(w.Pair("", text) for text in right if text not in used))
        parts["rule"] = draw(st.sampled_from(["per_pair", "all_or_nothing"]))
    elif kind == w.ORDERING:
        parts["choices"] = tuple(w.Choice(text, w.FULL) for text in draw(texts(2, 5)))
        parts["rule"] = draw(st.sampled_from(["exact", "positions", "adjacent"]))
    elif kind == w.SHORT_TEXT:
        words = draw(st.lists(SHORT, min_size=1, max_size=3, unique_by=folded))
        shares = [w.FULL, *(draw(st.decimals("0.01", 1, places=4)) for _ in words[1:])]
        parts["choices"] = tuple(w.Choice(t, s) for t, s in zip(words, shares, strict=True))
    elif kind == w.NUMERIC:
        value, about = draw(NUMBERS), draw(st.decimals(0, 50, places=2))
        ends = sorted([draw(NUMBERS), draw(NUMBERS)])
        parts["ranges"] = (
            w.Range(value - about, value + about, value=value),
            w.Range(*ends, draw(st.decimals("0.01", "0.99", places=3))),
        )
        parts["unit"] = draw(st.sampled_from(["", "min", "°C"]))
    else:
        criteria = draw(texts(1, 3))
        parts["criteria"] = tuple((text, draw(st.integers(1, 20))) for text in criteria)
        parts["max_words"] = draw(st.integers(10, 3000))
    return w.Written(
        kind=kind,
        stem=draw(TEXT),
        key=draw(st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)),
        feedback="" if kind == w.TRUE_FALSE and draw(st.booleans()) else draw(TOLD),
        points=draw(st.integers(1, 100)),
        asks_confidence=draw(st.booleans()),
        objective=draw(st.sampled_from(["", "O1", "O12"])),
        competency=draw(st.sampled_from(["", "C3"])),
        tags=tuple(
            draw(st.lists(st.sampled_from(["voice", "de-escalation", "a]b", "día"]), unique=True))
        ),
        difficulty=draw(st.integers(1, 3)),
        critical=draw(st.booleans()),
        **parts,
    )


def made(question):
    return drafts.draft_of(question, w.Remarks())


@pytest.mark.parametrize("format", ["csv", "gift", "qti"])
@many
@given(question=written())
def test_a_question_comes_back_as_it_was_or_the_export_says_so(format, question):
    draft = made(question)
    exported = exporting.export([draft], format=format, title="A bank")
    told = {key for key, _words in (*exported.left_out, *exported.notes)}
    assert exported.count + len(exported.left_out) == 1
    if not exported.count:
        return
    [seen] = formats.read(exported.data, name=f"x.{formats.EXPORTS[format][0]}").seen
    if draft.key not in told:
        assert drafts.canonical(made(seen.written)) == drafts.canonical(draft)


PLAIN = st.lists(
    written().filter(lambda q: "\\" not in repr(q)),
    min_size=1,
    max_size=4,
    unique_by=lambda q: q.key,
)


@many
@given(question=written())
def test_qti_loses_nothing_of_any_kind(question):
    """All that QTI cannot say stands in the keywords of its manifest."""
    draft = made(question)
    [seen] = formats.read(exporting.export([draft], format="qti", title="x").data).seen
    assert drafts.canonical(made(seen.written)) == drafts.canonical(draft)


@many
@given(question=written().filter(lambda q: q.kind not in {w.ORDERING, w.ESSAY}))
def test_gift_loses_nothing_that_it_takes(question):
    draft = made(question)
    exported = exporting.export([draft], format="gift", title="x")
    if exported.left_out:
        assert "->" in repr(question)
        return
    [seen] = formats.read(exported.data, name="x.gift").seen
    assert drafts.canonical(made(seen.written)) == drafts.canonical(draft)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(questions=PLAIN)
def test_a_whole_bank_comes_back_in_its_order(questions):
    bank = [made(question) for question in questions]
    for format in ("csv", "gift", "qti"):
        exported = exporting.export(bank, format=format, title="x")
        gone = {key for key, _why in exported.left_out}
        if len(gone) == len(bank):
            continue
        back = formats.read(exported.data, name=f"x.{formats.EXPORTS[format][0]}").written
        assert [made(q).key for q in back] == [d.key for d in bank if d.key not in gone]


def test_the_same_questions_make_the_same_file():
    [seen] = formats.read(b"Q? {=a ~b}").seen
    bank = [made(seen.written)]
    for format in formats.EXPORTS:
        once = exporting.export(bank, format=format, title="x").data
        assert once == exporting.export(bank, format=format, title="x").data


def test_a_case_with_decisions_is_left_out_of_every_format_and_named():
    case = drafts.QuestionDraft(
        key="case", stem="?", options=(), objective="", competency="", difficulty=1,
        kind=w.BRANCHING, marking={"start": "a"},
    )  # fmt: skip
    for format in formats.EXPORTS:
        exported = exporting.export([case], format=format, title="x")
        assert (exported.count, [key for key, _why in exported.left_out]) == (0, ["case"])
