"""The pages of a quiz as a browser meets them, with and without script."""

import json
import re

import pytest

from courses.assessment.models import Attempt, Question, Response
from courses.learning.models import LearningEvent
from courses.learning.operations import finish_lesson
from courses.public import enrol, outline
from tests.cast import make_cast, make_user

from .making import KEY_MARK, URL, load_tiny_course, question, quiz_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def client(client, cast):
    client.force_login(cast.user("alma"))
    return client


@pytest.fixture
def course(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"

    def load(count=3, **changes):
        load_tiny_course(tmp_path, quiz_data(count, **changes))

    return load


def started(client):
    """Start by the button and return the address of the attempt."""
    response = client.post(URL)
    assert response.status_code == 302
    return response["Location"]


def fields(choices, attempt=None):
    shown = (attempt or Attempt.objects.get(submitted_at=None)).shown
    return {f"q-{row['question']}": c for row, c in zip(shown, choices, strict=False) if c}


def sent(choices, sequence=10):
    shown = Attempt.objects.get().shown
    rows = [
        {"question": row["question"], "value": choice, "sequence": sequence}
        for row, choice in zip(shown, choices, strict=False)
        if choice
    ]
    return json.dumps({"answers": rows})


def post_json(client, url, body):
    return client.post(f"{url}answer/", body, content_type="application/json")


# --- the way through ------------------------------------------------------------------------
def test_a_learner_without_script_starts_saves_stops_and_submits(client, course):
    course()
    intro = client.get(URL).content.decode()
    assert "You pass with 3 of 3 right (80\u00a0%)." in intro
    url = started(client)
    saved = client.post(url, fields(["b", None, "b"]) | {"action": "save"}, follow=True)
    page = saved.content.decode()
    assert "Saved" in page and "2 of 3 answered" in page
    assert page.count(" checked>") == 2
    assert "You have begun: 2 of 3 questions are answered." in client.get(URL).content.decode()
    done = client.post(url, fields(["b", "b", "b"]) | {"action": "submit"}, follow=True)
    page = done.content.decode()
    assert "<h1>You passed</h1>" in page and "3 of 3 right" in page
    assert 'href="/me/"' in page


def test_submitting_with_a_question_open_asks_once_and_keeps_the_answers(client, course):
    course()
    url = started(client)
    asked = client.post(url, fields(["b", None, "b"]) | {"action": "submit"})
    assert asked["Location"] == f"{url}?missing=1#ask"
    page = client.get(f"{url}?missing=1").content.decode()
    assert "1 question has no answer yet" in page and 'href="#question-2"' in page
    assert Response.objects.count() == 2
    client.post(url, {"action": "submit", "confirmed": "yes"})
    attempt = Attempt.objects.get()
    assert (str(attempt.score), attempt.passed) == ("66.67", False)
    result = client.get(url).content.decode()
    assert "Not passed yet" in result and "No answer" in result and "Try again" in result


def test_submitting_twice_leads_to_the_same_result(client, course):
    course()
    url = started(client)
    form = fields(["b", "b", "b"])
    for _ in range(2):
        assert client.post(url, form | {"action": "submit"})["Location"] == url
    assert LearningEvent.objects.filter(kind="quiz").count() == 1


def test_saving_after_submission_leads_to_the_result_and_says_so(client, course):
    course()
    url = started(client)
    form = fields(["b", "b", "b"])
    client.post(url, form | {"action": "submit"})
    page = client.post(url, form | {"action": "save"}, follow=True).content.decode()
    assert "submitted already" in page and "You passed" in page


def test_an_old_page_does_not_overwrite_a_newer_answer(client, course):
    course()
    url = started(client)
    old = re.search(r'name="sequence" value="(\d+)"', client.get(url).content.decode())[1]
    post_json(client, url, sent(["b", "b", "b"], sequence=int(old) + 1000))
    form = fields(["a", "a", "a"]) | {"sequence": old}
    page = client.post(url, form | {"action": "save"}, follow=True).content.decode()
    assert "Newer answers from another tab were kept" in page
    asked = client.post(url, form | {"action": "submit"})
    assert asked["Location"] == f"{url}?changed=1#ask"
    assert set(Response.objects.values_list("value", flat=True)) == {"b"}
    assert Attempt.objects.get().submitted_at is None


def answered_but(key, wrong="a"):
    """Return a form that answers every question right but the one with this key."""
    missed = Question.objects.get(key=key).pk
    shown = Attempt.objects.get(submitted_at=None).shown
    return fields([wrong if row["question"] == missed else "b" for row in shown])


def test_the_result_says_that_a_critical_question_was_missed(client, course):
    course(10, questions=[question(n, critical=n < 3) for n in range(1, 11)], critical_draw=2)
    url = started(client)
    assert "Critical for safety" not in client.get(url).content.decode()
    form = answered_but("q01") | {"action": "submit"}
    page = client.post(url, form, follow=True).content.decode()
    assert "<h1>Not passed yet</h1>" in page and "9 of 10 right" in page
    assert "1 question that is critical for safety is not right." in page
    assert page.count("Critical for safety") == 2
    assert "Try again" in page


def test_the_result_of_a_pass_speaks_of_no_missed_question(client, course):
    course(10, questions=[question(n, critical=n < 3) for n in range(1, 11)], critical_draw=2)
    url = started(client)
    page = client.post(url, answered_but("q03") | {"action": "submit"}, follow=True)
    page = page.content.decode()
    assert "<h1>You passed</h1>" in page and "9 of 10 right" in page
    assert "critical for safety" not in page
    assert page.count("Critical for safety") == 2


def test_a_used_up_quiz_says_so_and_starts_nothing(client, course):
    course(attempts=1)
    url = started(client)
    client.post(url, fields(["a", "a", "a"]) | {"action": "submit"})
    assert "That was your last try" in client.get(url).content.decode()
    page = client.post(URL, follow=True).content.decode()
    assert "You have used every attempt" in page and "You have used every try" in page
    assert Attempt.objects.count() == 1


def test_an_account_without_a_person_is_told_what_to_do(client, course):
    course()
    client.force_login(make_user("nobody@example.org"))
    page = client.post(URL, follow=True).content.decode()
    assert "This account belongs to no learner" in page


def test_every_radio_group_is_a_fieldset_with_a_legend_and_labels(client, course):
    course(10)
    page = client.get(started(client)).content.decode()
    groups = re.findall(r"<fieldset.*?</fieldset>", page, re.S)
    assert len(groups) == 10
    for group in groups:
        assert group.count("<legend") == 1
        ids = re.findall(r'type="radio"[^>]* id="([^"]+)"', group)
        assert ids == re.findall(r'<label[^>]* for="([^"]+)"', group)
        assert len(set(re.findall(r'name="([^"]+)"', group))) == 1


def test_words_of_a_question_are_shown_as_words_not_as_markup(client, course):
    data = quiz_data(1)
    data["questions"][0]["stem"] = "Is **this** <script>alert(1)</script> safe?"
    data["questions"][0]["options"][0]["text"] = '<img src=x onerror="x()"> No'
    course(1, questions=data["questions"])
    page = client.get(started(client)).content.decode()
    assert "<strong>this</strong>" in page
    assert "alert(1)" not in page and "onerror" not in page


# --- the script's answers -------------------------------------------------------------------
def test_the_script_saves_one_answer_and_hears_when(client, course):
    course()
    url = started(client)
    response = post_json(client, url, sent(["b"]))
    assert response.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d\sM[SD]T", response.json()["time"])
    assert Response.objects.get().value == "b"


def test_an_answer_may_be_sent_as_the_controls_of_its_question(client, course):
    course()
    url = started(client)
    question = Attempt.objects.get().shown[0]["question"]
    body = {"question": question, "fields": {f"q-{question}": ["c"]}, "sequence": 7}
    response = post_json(client, url, json.dumps({"answers": [body]}))
    assert response.status_code == 200
    assert (Response.objects.get().value, Response.objects.get().sequence) == ("c", 7)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "null",
        '{"answers": []}',
        '{"answers": [{"question": 1, "value": "a"}]}',
        '{"answers": [{"question": true, "value": "a", "sequence": 1}]}',
        '{"answers": [{"question": "x", "value": "a", "sequence": 1}]}',
        '{"answers": [{"question": 1, "value": 7, "sequence": 1}]}',
        '{"answers": [{"question": 1, "fields": {"q-2": ["a"]}, "sequence": 1}]}',
        '{"answers": [{"question": 1, "fields": {"q-1": "a"}, "sequence": 1}]}',
        '{"answers": [{"question": 1, "fields": ["q-1"], "sequence": 1}]}',
        '{"answers": [{"question": 1, "value": "a", "confidence": 4, "sequence": 1}]}',
        '{"answers": [{"question": 1, "value": ["a"], "sequence": 1}]}',
        '{"answers": [{"question": 1, "value": {"a": 1}, "sequence": 1.5}]}',
        '{"answers": [7]}',
        '{"answers": {"question": 1}}',
        '{"answers": [{"question": 999999, "value": "a", "sequence": 1}]}',
    ],
)
def test_what_is_no_answer_is_refused_with_problem_details(client, course, body):
    course()
    url = started(client)
    response = post_json(client, url, body)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert not Response.objects.exists()


def test_an_expired_session_is_a_401_that_a_script_understands(client, course):
    course()
    url = started(client)
    body = sent(["b"])
    client.logout()
    response = post_json(client, url, body)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert not Response.objects.exists()


def test_an_answer_after_submission_is_a_409(client, course):
    course()
    url = started(client)
    body = sent(["a"], sequence=99)
    client.post(url, fields(["b", "b", "b"]) | {"action": "submit"})
    assert post_json(client, url, body).status_code == 409


# --- who may --------------------------------------------------------------------------------
def test_another_learner_does_not_find_the_attempt(client, cast, course):
    course()
    url = started(client)
    body = sent(["b"])
    for key in ("kofi", "bo", "renata", "dee"):
        client.force_login(cast.user(key))
        assert client.get(url).status_code == 404
        assert client.post(url, {"action": "submit"}).status_code == 404
        assert post_json(client, url, body).status_code == 404


def test_the_attempt_is_found_only_at_its_own_course_and_module(client, course):
    course()
    url = started(client)
    assert client.get(url).status_code == 200
    for wrong in (url.replace("/tiny/", "/other/"), url.replace("/only/", "/other/")):
        assert client.get(wrong).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client, course):
    course()
    url = started(client)
    client.logout()
    for address in (URL, url):
        response = client.get(address)
        assert (response.status_code, response["Location"].split("?")[0]) == (
            302,
            "/accounts/login/",
        )


def test_a_module_without_a_quiz_and_an_unknown_course_are_not_found(client, course):
    course()
    assert client.get("/learn/nowhere/only/quiz/").status_code == 404
    assert client.get("/learn/tiny/nowhere/quiz/").status_code == 404


# --- nothing leaks --------------------------------------------------------------------------
def test_no_answer_before_submission_holds_the_key_or_feedback(client, course):
    course()
    texts = [client.get(URL).content]
    url = started(client)
    texts += [
        client.get(url).content,
        client.get(f"{url}?missing=1&changed=1").content,
        post_json(client, url, sent(["a"])).content,
        post_json(client, url, sent(["z"])).content,
        client.post(url, fields(["a", None, "c"]) | {"action": "save"}, follow=True).content,
        client.post(url, fields(["a", None, "c"]) | {"action": "submit"}, follow=True).content,
        client.get(URL).content,
        client.get("/learn/tiny/").content,
        client.get("/learn/tiny/only/").content,
    ]
    for text in texts:
        page = text.decode()
        assert KEY_MARK not in page
        assert "correct" not in page.casefold()
    # The marker is no empty net: after submission it is there, for every option.
    done = client.post(url, fields(["a", "b", "c"]) | {"action": "submit"}, follow=True)
    assert done.content.decode().count(KEY_MARK) == 9


def test_right_and_wrong_options_look_the_same_in_the_open_page(client, course):
    course(1)
    page = client.get(started(client)).content.decode()
    looks = {
        re.sub(r"Choice [abc] of|value=\"[abc]\"|-\d\"", "", option)
        for option in re.findall(r'<div class="usa-radio">.*?</div>', page, re.S)
    }
    assert len(looks) == 1


# --- speed ----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3, 10])
def test_statements_do_not_grow_with_the_questions(client, cast, course, statements, count):
    course(count)
    enrol(person_id=cast.person("alma").pk, course_key="tiny")
    with statements() as starting:
        url = started(client)
    with statements() as showing:
        client.get(url)
    body = sent(["b"] * count)
    with statements() as saving:
        assert post_json(client, url, body).status_code == 200
    finish_lesson(
        person_id=cast.person("alma").pk,
        actor_id=cast.user("alma").pk,
        outline=outline(course_key="tiny"),
        lesson_key="tiny-only/lesson-1",
        page_revision=None,
    )
    form = fields(["b"] * count) | {"action": "submit"}
    with statements() as submitting:
        client.post(url, form)
    with statements() as looking:
        assert "You passed" in client.get(url).content.decode()
    assert set(LearningEvent.objects.values_list("kind", flat=True)) == {"lesson", "quiz", "course"}
    counts = [len(counted) for counted in (starting, showing, saving, submitting, looking)]
    assert counts == [9, 5, 6, 14, 6]
