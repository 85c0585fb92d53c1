"""Questions of every kind in the pages of a quiz, without script, and what these never tell."""

import copy
import json
import re
from random import Random

import pytest
from django.test import Client

from courses.assessment import items, queries
from courses.assessment.bank import read_question
from courses.assessment.integrity import integrity
from courses.assessment.models import Attempt, Question, Response
from courses.assessment.operations import mark_answer
from lms.kit import clock
from tests.cast import make_cast

from .kinds import SECRET, every_kind
from .making import KEY_MARK, URL, load_tiny_course, quiz_data
from .reading_forms import Page

pytestmark = pytest.mark.django_db

KEYS = (SECRET, KEY_MARK, "987654", "123456", "right_minus_wrong", "adjacent", "helps", "harms")


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def client(client, cast):
    client.force_login(cast.user("alma"))
    return client


@pytest.fixture
def quiz(tmp_path, settings):
    """Load a quiz of questions of these kinds and start an attempt; return its address."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def load(client, *kinds, **changes):
        rows = [every_kind()[kind] | changes for kind in kinds or every_kind()]
        data = quiz_data(1, draw=len(rows), questions=rows, pass_percent=60)
        load_tiny_course(tmp_path, data)
        return client.post(URL)["Location"]

    return load


def ids():
    """Return the numbers of the questions by kind."""
    return {question.kind: question.pk for question in Question.objects.all()}


def page_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return Page(response.content.decode())


def save(client, url, page, action="save"):
    sent = {name: values for name, values in page.sent.items() if name.startswith("q-")}
    return client.post(url, sent | {"action": action, "confirmed": "yes"})


def answered(page, right=True):
    """Fill a page in as somebody reads it: rightly or wrongly, by the words on it."""
    pk = ids()
    if "single" in pk:
        page.choose(f"q-{pk['single']}", f"Choice {'b' if right else 'a'} of story 1")
    if "multiple" in pk:
        name = f"q-{pk['multiple']}"
        wanted = "ac" if right else "b"
        by_words = {words: key for key, words in page.choices[name].items()}
        page.sent[name] = ["", *(by_words[f"Choice {x} of story 2"] for x in wanted)]
    if "true_false" in pk:
        page.choose(f"q-{pk['true_false']}", "False" if right else "True")
    if "matching" in pk:
        for row in every_kind()["matching"]["pairs"]:
            words = row["right"] if right else "Writes the bill"
            page.choose(page.field(row["left"]), words)
    if "ordering" in pk:
        things = every_kind()["ordering"]["items"]
        for place, text in enumerate(things if right else things[::-1], start=1):
            page.choose(page.field(text), str(place))
    if "short_text" in pk:
        page.write(f"q-{pk['short_text']}", f"{SECRET} lifeline" if right else "nothing")
    if "numeric" in pk:
        page.write(f"q-{pk['numeric']}", "987654,25 minutes" if right else "7")
    if "branching" in pk:
        page.choose(f"q-{pk['branching']}-door", "You wait" if right else "You leave")
        if f"q-{pk['branching']}-hall" in page.choices and right:
            page.choose(f"q-{pk['branching']}-hall", "You sit")
    if "essay" in pk:
        page.write(f"q-{pk['essay']}", "I would ask the family for their plan.")
    return page


# --- the way through without script ---------------------------------------------------------
WITHOUT_ESSAY = [kind for kind in every_kind() if kind != "essay"]


def test_every_kind_is_answered_rightly_without_script(client, quiz):
    url = quiz(client, *WITHOUT_ESSAY)
    save(client, url, answered(page_of(client, url)))
    # The case goes on: what it holds next is there now, and all other answers still are.
    page = page_of(client, url)
    before = {name: sorted(values) for name, values in page.sent.items() if name.startswith("q-")}
    again = answered(page)
    after = {name: sorted(values) for name, values in again.sent.items() if name.startswith("q-")}
    assert after == before | {f"q-{ids()['branching']}-hall": ["sit"]}
    save(client, url, again, action="submit")
    attempt = Attempt.objects.get()
    assert (str(attempt.score), attempt.passed) == ("100.00", True)
    result = client.get(url).content.decode()
    assert "8 of 8 right" in result
    assert f"{SECRET} of numbers" in result and "The right order:" in result


def test_every_kind_is_answered_wrongly_without_script(client, quiz):
    url = quiz(client, *WITHOUT_ESSAY)
    save(client, url, answered(page_of(client, url), right=False), action="submit")
    attempt = Attempt.objects.get()
    # All but the case: one pair of neighbours is right in no reversed order.
    assert (str(attempt.score), attempt.passed) == ("0.00", False)
    result = client.get(url).content.decode()
    assert result.count("Not right") >= 8
    assert "It belongs to:" in result and "Does harm" in result


@pytest.mark.parametrize("kind", WITHOUT_ESSAY)
def test_each_kind_alone_is_saved_shown_again_and_graded(client, quiz, kind):
    url = quiz(client, kind)
    page = answered(page_of(client, url))
    assert save(client, url, page).status_code == 302
    if kind == "branching":
        page = answered(page_of(client, url))
        save(client, url, page)
    shown = page_of(client, url)
    mine = {name: sorted(values) for name, values in page.sent.items() if name.startswith("q-")}
    assert {name: sorted(shown.sent[name]) for name in mine} == mine
    assert "1 of 1 answered" in client.get(url).content.decode()
    assert save(client, url, shown, action="submit").status_code == 302
    assert str(Attempt.objects.get().score) == "100.00"


@pytest.mark.parametrize("kind", every_kind())
def test_every_field_of_every_kind_has_a_label_and_its_group_a_legend(client, quiz, kind):
    url = quiz(client, kind, confidence=True)
    page = page_of(client, url)
    mine = {key for key in page.unlabelled if key.startswith("q-")}
    assert mine == set()
    assert any("What about" in legend for legend in page.legends)
    assert any("How sure are you?" in legend for legend in page.legends)


def test_parts_of_points_are_told_in_points(client, quiz):
    url = quiz(client, "multiple", "matching")
    page = answered(page_of(client, url))
    name = f"q-{ids()['multiple']}"
    page.sent[name] = [each for each in page.sent[name] if each != "c"]
    save(client, url, page, action="submit")
    assert str(Attempt.objects.get().score) == "75.00"
    result = client.get(url).content.decode()
    assert "1.5 of 2 points" in result and "Right in part" in result


def test_boxes_and_words_can_be_taken_back_without_script(client, quiz):
    url = quiz(client, "multiple", "short_text")
    save(client, url, answered(page_of(client, url)))
    assert "2 of 2 answered" in client.get(url).content.decode()
    page = page_of(client, url)
    page.sent[f"q-{ids()['multiple']}"] = [""]
    page.sent[f"q-{ids()['short_text']}"] = [""]
    save(client, url, page)
    assert "0 of 2 answered" in client.get(url).content.decode()
    assert set(Response.objects.values_list("value", flat=True)) == {None}


def test_a_started_order_is_kept_and_not_called_answered(client, quiz):
    url = quiz(client, "ordering")
    page = page_of(client, url)
    page.choose(page.field("Greet"), "1")
    page.choose(page.field("Plan"), "1")
    save(client, url, page)
    html = client.get(url).content.decode()
    assert "0 of 1 answered" in html and "Two things stand at the same place." in html


def test_what_is_no_number_is_kept_and_said(client, quiz):
    url = quiz(client, "numeric")
    page = page_of(client, url)
    page.write(f"q-{ids()['numeric']}", "a few")
    save(client, url, page)
    html = client.get(url).content.decode()
    assert "This cannot be read as a number." in html and 'value="a few"' in html


def test_a_case_shows_what_lies_ahead_only_when_it_is_reached(client, quiz):
    url = quiz(client, "branching")
    name = f"q-{ids()['branching']}"
    page = page_of(client, url)
    assert set(page.choices) >= {f"{name}-door"} and f"{name}-hall" not in page.choices
    assert "REACHED" not in client.get(url).content.decode()
    page.choose(f"{name}-door", "You call")
    save(client, url, page)
    page = page_of(client, url)
    assert f"{name}-phone" in page.choices and f"{name}-hall" not in page.choices
    # A change of mind leads elsewhere, and what was decided beside that way is gone.
    page.choose(f"{name}-phone", "You ask")
    page.choose(f"{name}-door", "You leave")
    save(client, url, page)
    assert Response.objects.get().value == {"door": "leave"}
    assert "The case ends here." in client.get(url).content.decode()


def test_being_sure_is_asked_told_and_not_marked(client, quiz):
    url = quiz(client, "single", "true_false", confidence=True)
    page = answered(page_of(client, url))
    pk = ids()
    page.choose(f"q-{pk['single']}", "Choice a of story 1")
    page.choose(f"q-{pk['single']}-sure", "Sure")
    page.choose(f"q-{pk['true_false']}-sure", "I guessed")
    save(client, url, page)
    assert page_of(client, url).sent[f"q-{pk['single']}-sure"] == ["3"]
    save(client, url, page, action="submit")
    assert str(Attempt.objects.get().score) == "50.00"
    result = client.get(url).content.decode()
    assert "You were sure, and it was not right." in result
    assert "You guessed, and it was right." in result


# --- words that a person marks --------------------------------------------------------------
def faults():
    return {check.name: check.problems for check in integrity() if not check.ok}


def test_an_essay_waits_then_its_points_count_and_integrity_agrees(client, quiz, cast):
    url = quiz(client, "essay", "single")
    save(client, url, answered(page_of(client, url)), action="submit")
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.passed) == (None, None)
    assert faults() == {}
    waiting = client.get(url).content.decode()
    assert "Handed in" in waiting and SECRET not in waiting and KEY_MARK not in waiting
    mark_answer(
        user_id=cast.user("samir").pk,
        attempt_uuid=attempt.uuid,
        question_id=ids()["essay"],
        criteria={"plan": 2, "words": 1},
        words="A kind plan. <b>Name</b> it.",
    )
    attempt.refresh_from_db()
    # Three of four points, and one of one: 4 of 5.
    assert (str(attempt.score), attempt.passed) == ("80.00", True)
    assert faults() == {}
    result = client.get(url).content.decode()
    assert "2 of 3 points" in result and "A kind plan. &lt;b&gt;Name&lt;/b&gt; it." in result
    assert "4 of 5 points" in result


@pytest.mark.parametrize(
    ("kinds", "score", "passed", "found"),
    [
        (["single", "matching"], 99, True, "attempts-regrade"),
        (["single", "matching"], 100, False, "attempts-regrade"),
        (["single", "essay"], 100, True, "attempts-regrade"),  # Nobody has marked the essay.
        (["single", "matching"], None, None, "attempts-open-or-graded"),
    ],
)
def test_integrity_finds_what_was_not_earned_and_what_waits_for_nobody(
    client, quiz, kinds, score, passed, found
):
    url = quiz(client, *kinds)
    save(client, url, answered(page_of(client, url)))
    Attempt.objects.update(submitted_at=clock.now(), score=score, passed=passed)
    assert sorted(faults().keys() - {"attempts-in-ledger"}) == [found]


# --- nothing leaks --------------------------------------------------------------------------
def other_key(row):
    """Return the same question to look at, with everything that is right being wrong."""
    row = copy.deepcopy(row)
    row["feedback"] = "Other feedback"
    match row["type"]:
        case "single" | "multiple":
            for each in row["options"]:
                each["correct"] = not each["correct"]
                each["feedback"] = "Other feedback"
            if row["type"] == "single":
                del row["feedback"]
                row["options"][2]["correct"] = False
            else:
                row["marking"] = "per_option"
        case "true_false":
            row["answer"] = not row["answer"]
        case "matching":
            # The one that was left over takes a part; another is left over.
            texts = [pair["right"] for pair in row["pairs"]] + row["distractors"]
            for pair, text in zip(row["pairs"], texts[1:], strict=True):
                pair["right"] = text
            row["distractors"] = texts[:1]
            row["marking"] = "all_or_nothing"
        case "ordering":
            row["items"].reverse()
            row["marking"] = "positions"
        case "short_text":
            row["accept"] = ["something else altogether"]
        case "numeric":
            row["answers"] = [{"value": 3}]
        case "branching":
            swap = {"helps": "harms", "harms": "helps", "mixed": "helps"}
            for step in row["steps"].values():
                for each in step["choices"]:
                    each |= {"tone": swap[each["tone"]], "result": "Other result"}
        case "essay":
            row["criteria"] = [{"id": "other", "text": "Other", "points": 9}]
    return row


ANSWERS = {
    "single": [None, "a", "b"],
    "multiple": [None, ["a"], ["a", "c"], ["b"]],
    "true_false": [None, "true", "false"],
    "short_text": [None, f"{SECRET} lifeline", "x"],
    "numeric": [None, "987654.25", "7", "x"],
    "branching": [None, {"door": "wait"}, {"door": "call", "phone": "ask"}, {"door": "leave"}],
    "essay": [None, "Words"],
}


@pytest.mark.parametrize("kind", every_kind())
@pytest.mark.parametrize("seed", range(5))
def test_a_question_with_another_key_looks_the_same_whatever_is_answered(kind, seed):
    row = every_kind()[kind]
    one, other = read_question(row).item, read_question(other_key(row)).item
    shown = items.arranged(one, Random(seed))
    assert sorted(shown) == sorted(items.arranged(other, Random(seed)))
    left = [key for key in shown if key.startswith("l")]
    right = [key for key in shown if key.startswith("r")]
    answers = ANSWERS.get(kind) or [
        None,
        *([dict.fromkeys(left, right[seed % 4])] if kind == "matching" else []),
        *([{key: n for n, key in enumerate(shown, 1)}] if kind == "ordering" else []),
    ]
    assert one.options != other.options or one.marking != other.marking
    for answer in answers:
        value = items.accepted(one, shown, answer)
        assert items.accepted(other, shown, answer) == value
        assert items.face(other, shown, value) == items.face(one, shown, value)
        assert items.complete(other, value) == items.complete(one, value)


def open_page(client, url):
    """Return the page without what changes each time it is made."""
    page = client.get(url).content.decode()
    page = page[page.index("<main") :]
    page = re.sub(r'name="(csrfmiddlewaretoken|sequence)" value="[^"]*"', "", page)
    # What measures the time of this visit is signed anew for each one.
    return re.sub(r'data-study="[^"]*"', "", page)


@pytest.mark.parametrize("right", [True, False])
def test_the_open_page_is_byte_for_byte_the_same_with_another_key(client, quiz, right):
    url = quiz(client, confidence=True)
    for _ in range(2):  # The case comes to its end with the second one.
        save(client, url, answered(page_of(client, url), right=right))
        open_page(client, url)  # "Saved" is said once.
        before = open_page(client, url)
        for row in every_kind().values():
            other = read_question(other_key(row))
            Question.objects.filter(key=other.key).update(
                options=list(other.options), marking=other.marking
            )
        queries.words.cache_clear()
        after = open_page(client, url)
        for row in every_kind().values():
            draft = read_question(row)
            Question.objects.filter(key=draft.key).update(
                options=list(draft.options), marking=draft.marking
            )
        assert after == before


def test_no_page_or_reply_before_submission_holds_a_key(client, quiz):
    url = quiz(client, confidence=True)
    said = [client.get(URL), client.get(url)]
    page = answered(page_of(client, url), right=False)
    said += [save(client, url, page), client.get(url), client.get(URL)]
    pk = ids()
    values = {
        "single": "b",
        "multiple": ["a", "c"],
        "true_false": "false",
        "numeric": "8",
        "short_text": "word",
        "branching": {"door": "wait", "hall": "sit"},
        "essay": "Words",
    }
    rows = [
        {"question": pk[kind], "value": value, "confidence": 2, "sequence": 10**14 + n}
        for n, (kind, value) in enumerate(values.items())
    ]
    body = json.dumps({"answers": rows})
    reply = client.post(f"{url}answer/", body, content_type="application/json")
    assert reply.status_code == 200
    said += [reply, client.get(url), client.get(f"{url}?missing=1")]
    said += [Client().get(url), client.post(f"{url}answer/", "{", content_type="application/json")]
    for response in said:
        text = response.content.decode() + str(response.headers)
        assert [key for key in KEYS if key in text] == []
    # They are there once it is graded, so that this could have failed.
    essay = Question.objects.get(kind="essay")
    client.post(url, {"action": "submit", "confirmed": "yes", f"q-{essay.pk}": ""})
    graded = client.get(url).content.decode()
    assert [key for key in (SECRET, KEY_MARK, "987654") if key not in graded] == []


@pytest.mark.parametrize("kinds", [["single"], ["single", "matching", "branching"], []])
def test_statements_are_the_same_for_one_three_and_nine_questions(
    client, quiz, kinds, django_assert_num_queries
):
    url = quiz(client, *kinds)
    attempt = Attempt.objects.select_related("quiz").get()
    client.get(url)
    with django_assert_num_queries(1):
        queries.paper(attempt)
    save(client, url, answered(page_of(client, url), right=False))
    with django_assert_num_queries(1):
        queries.paper(attempt)
