"""The pages of learners: who may read, what is kept, what is never shown, and what it costs."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from courses import public
from courses.catalog.models import CoursePage
from courses.learning.models import Enrolment, LearningEvent, LessonNote
from tests.courses.packs import edit

pytestmark = pytest.mark.django_db
LESSON = "/learn/tiny/only/lesson-1/"
SECRETS = (
    "RESULT-SIT",
    "RESULT-SHOUT",
    "RESULT-ASK",
    "RESULT-WAIT",
    "DEBRIEF",
    "FEEDBACK-RIGHT",
    "FEEDBACK-WRONG",
)


def shown(response):
    """Return which secrets a page gives away."""
    text = response.content.decode()
    return {secret for secret in SECRETS if secret in text}


@pytest.fixture
def alma(cast, client):
    client.force_login(cast.user("alma"))
    return cast.person("alma")


# --- reading --------------------------------------------------------------------------------
def test_a_public_course_is_read_without_an_account(load, client):
    load(quiz=True)
    for url in ("/learn/", "/learn/tiny/", LESSON):
        assert client.get(url).status_code == 200
    assert client.get("/learn/tiny/only/").headers["Location"] == LESSON


def test_a_closed_course_leads_to_sign_in_and_back(load, client, cast):
    load(access="login")
    for url in ("/learn/tiny/", "/learn/tiny/only/", LESSON, "/learn/tiny/files/files/aid.html"):
        response = client.get(url)
        assert response.status_code == 302
        assert unquote(response.headers["Location"]) == f"/accounts/login/?next={url}"
    client.force_login(cast.user("alma"))
    assert client.get(LESSON).status_code == 200


def test_an_editor_closes_a_course_at_once(load, client):
    load()
    CoursePage.objects.update(access="login")
    assert client.get(LESSON).status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "/learn/none/",
        "/learn/tiny/none/",
        "/learn/tiny/only/none/",
        "/learn/tiny/none/lesson-1/",
        "/learn/none/only/lesson-1/",
        "/learn/tiny/files/files/none.html",
    ],
)
def test_what_is_not_published_is_not_found(load, client, url):
    load()
    assert client.get(url).status_code == 404


def test_an_unpublished_course_is_not_found(load, client):
    load()
    CoursePage.objects.get().unpublish()
    for url in ("/learn/tiny/", LESSON):
        assert client.get(url).status_code == 404
    assert "A tiny course" not in client.get("/learn/").content.decode()


def test_a_lesson_says_its_sources_its_review_and_where_help_is(load, client):
    folder = load()
    text = client.get(LESSON).content.decode()
    for words in ("A guide", "https://example.org/guide", "Clinical review pending", "tel:988"):
        assert words in text
    edit(folder, "01-only/01-lesson.md", "reviewed_by: null", "reviewed_by: Dr. Invented")
    edit(folder, "01-only/01-lesson.md", "sources:", "content_warning: A hard night.\nsources:")
    label = public.load_curriculum(path=folder).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    text = client.get(LESSON).content.decode()
    assert "Clinically reviewed by Dr. Invented" in text and "A hard night." in text


# --- strangers leave nothing behind ---------------------------------------------------------
def test_a_visitor_tries_story_and_check_and_nothing_is_written(load, client, statements):
    load()
    with statements() as counted:
        page = client.get(LESSON)
        story = client.get(LESSON, {"door": ["sit", "ask"], "check": "right"})
    assert shown(page) == set()
    assert shown(story) == {"RESULT-SIT", "RESULT-ASK", "DEBRIEF", "FEEDBACK-RIGHT"}
    assert "to earn the record" in page.content.decode()
    assert not client.cookies
    assert [text for text in counted.texts() if not text.strip().startswith("SELECT")] == []
    rows = (Session, LearningEvent, LessonNote, Enrolment)
    assert [model.objects.count() for model in rows] == [0, 0, 0, 0]


def test_a_visitors_other_answers_ride_along_in_each_form(load, client):
    load()
    page = client.get(LESSON, {"door": "sit", "check": "wrong", "think": "secret"})
    forms = re.findall(r"<form.*?</form>", page.content.decode(), re.S)
    assert len(forms) == 2
    assert '<input type="hidden" name="check" value="wrong">' in forms[0]
    assert '<input type="hidden" name="door" value="sit">' in forms[0]
    assert '<input type="hidden" name="door" value="sit">' in forms[1]
    assert "secret" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"door": ["<script>alert(1)</script>"]},
        {"door": ["sit", '"><img onerror=x>']},
        {"check": "<b>"},
        {"door": ["sit"] * 5000},
        {"door": "x" * 100_000},
        {"unknown": "x"},
    ],
)
def test_nonsense_in_the_address_is_ignored(load, client, query):
    load()
    response = client.get(LESSON, query)
    text = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in text and "onerror" not in text and "xxxx" not in text


def test_a_visitor_who_posts_is_led_to_sign_in(load, client):
    load()
    for data in ({}, {"block": "check", "check": "right"}):
        response = client.post(LESSON, data)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/")
    assert client.post("/learn/tiny/").status_code == 302
    assert not LearningEvent.objects.exists() and not LessonNote.objects.exists()


def test_an_account_without_a_learner_keeps_nothing(load, client, django_user_model):
    load()
    client.force_login(django_user_model.objects.create_user("editor@example.org"))
    assert "no learner's record" in client.get(LESSON).content.decode()
    assert client.post(LESSON).status_code == 403
    assert client.post("/learn/tiny/").status_code == 403
    assert not LearningEvent.objects.exists() and not Enrolment.objects.exists()


# --- learners -------------------------------------------------------------------------------
def test_a_learner_tells_the_story_step_by_step(load, client, alma):
    load()
    assert shown(client.get(LESSON)) == set()
    response = client.post(LESSON, {"block": "door", "door": ["sit"]})
    assert response.headers["Location"] == f"{LESSON}#door-now"
    assert shown(client.get(LESSON)) == {"RESULT-SIT"}
    client.post(LESSON, {"block": "door", "door": ["sit", "wait"]})
    assert shown(client.get(LESSON)) == {"RESULT-SIT", "RESULT-WAIT", "DEBRIEF"}
    client.post(LESSON, {"block": "door"})  # Try another answer at the first step.
    assert shown(client.get(LESSON)) == set()


def test_a_learner_sees_only_the_feedback_of_the_chosen_answer(load, client, alma):
    load()
    client.post(LESSON, {"block": "check", "check": "wrong"})
    page = client.get(LESSON)
    assert shown(page) == {"FEEDBACK-WRONG"}
    assert "Not the best fit." in page.content.decode()
    client.post(LESSON, {"block": "check", "check": "right"})
    assert shown(client.get(LESSON)) == {"FEEDBACK-RIGHT"}
    assert LessonNote.objects.count() == 1


def test_a_reflection_is_read_by_its_writer_alone(load, client, alma, cast):
    load()
    client.post(LESSON, {"block": "think", "think": "<script>x</script> My private words"})
    text = client.get(LESSON).content.decode()
    assert "My private words" in text and "<script>x" not in text
    for name in ("teo", "bo", "renata", "dee"):
        other = Client()
        other.force_login(cast.user(name))
        assert "My private words" not in other.get(LESSON).content.decode()
    assert not LearningEvent.objects.exists()


def test_a_reflection_without_measure_comes_back_unsaved_with_its_words(load, client, alma):
    load()
    response = client.post(LESSON, {"block": "think", "think": "word " * 20_000})
    text = response.content.decode()
    assert response.status_code == 422
    assert "longer than 5,000 characters" in text and text.count("word ") == 19_999
    assert not LessonNote.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"block": "none", "none": "x"},
        {"block": "", "": "x"},
        {"block": "x" * 100_000},
        {"block": "door\0"},
    ],
)
def test_an_answer_to_no_block_is_refused(load, client, alma, data):
    load()
    assert client.post(LESSON, data).status_code == 400
    assert not LessonNote.objects.exists()


def test_unknown_choices_are_not_kept(load, client, alma):
    load()
    client.post(LESSON, {"block": "door", "door": ["x" * 100_000]})
    client.post(LESSON, {"block": "check", "check": "<b>"})
    assert not LessonNote.objects.exists()


def test_a_form_without_its_token_is_refused(load, cast):
    load()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.user("alma"))
    for url, data in ((LESSON, {}), (LESSON, {"block": "check"}), ("/learn/tiny/", {})):
        assert strict.post(url, data).status_code == 403
    assert not LearningEvent.objects.exists() and not Enrolment.objects.exists()


def test_finishing_goes_on_and_a_double_click_is_one_fact(load, client, alma):
    load(lessons=2, quiz=True)
    assert client.post(LESSON).headers["Location"] == "/learn/tiny/only/lesson-2/"
    assert client.post(LESSON).headers["Location"] == "/learn/tiny/only/lesson-2/"
    fact = LearningEvent.objects.get()
    assert (fact.subject, fact.actor_id) == ("lesson:tiny-only/lesson-1", alma.user_id)
    assert fact.detail["minutes"] == 6 and fact.detail["page_revision"]
    text = client.get(LESSON).content.decode()
    assert "Finish and go on" not in text and "finished" in text
    assert client.post("/learn/tiny/only/lesson-2/").headers["Location"] == (
        "/learn/tiny/only/quiz/"
    )


def test_the_last_lesson_leads_home_and_says_so(load, client, alma):
    load()
    response = client.post(LESSON, follow=True)
    text = response.content.decode()
    assert response.redirect_chain == [("/learn/tiny/", 302)]
    assert "You finished A tiny course" in text and "You finished this course" in text
    assert LearningEvent.objects.count() == 2


def test_starting_a_course_enrols_and_leads_to_what_is_next(load, client, alma):
    load(lessons=2)
    assert client.post("/learn/tiny/").headers["Location"] == LESSON
    assert client.post("/learn/tiny/").headers["Location"] == LESSON
    assert Enrolment.objects.count() == 1
    client.post(LESSON)
    assert client.post("/learn/tiny/").headers["Location"] == "/learn/tiny/only/lesson-2/"
    assert "0.1 of 0.2\u00a0h, 1 item left" in client.get("/learn/tiny/").content.decode()


# --- cost -----------------------------------------------------------------------------------
@pytest.mark.parametrize("lessons", [1, 3])
@pytest.mark.parametrize(
    ("url", "signed_in", "visitor"),
    [
        # session, account, what it holds; course; ledger; where reading stopped
        ("/learn/", 6, 1),
        ("/learn/tiny/", 6, 1),
        # … and the lesson, its notes
        (LESSON, 7, 2),
    ],
)
def test_pages_cost_the_same_at_any_length(
    load, client, alma, statements, lessons, url, signed_in, visitor
):
    load(lessons=lessons, quiz=True, rubric=True)
    client.post(LESSON)
    client.get(url)  # The first reader of a version in this process reads its outline and words.
    with statements() as counted:
        client.get(url)
    assert len(counted) == signed_in
    with statements() as counted:
        Client().get(url)
    assert len(counted) == visitor


def test_pages_of_the_real_course_are_light(client, alma, settings):
    public.load_curriculum(path=settings.ROOT / "content" / "curriculum" / "mrss-101")
    outline = public.outline(course_key="mrss-101")
    assert len(client.get("/learn/mrss-101/").content) <= 40_000
    for module, lesson in outline.lessons():
        response = client.get(f"/learn/mrss-101/{module.slug}/{lesson.slug}/")
        assert len(response.content) <= 30_000, lesson.key


def test_pages_hold_no_inline_style_or_script(load, client, alma):
    load(quiz=True, rubric=True)
    for url in ("/learn/", "/learn/tiny/", LESSON):
        text = client.get(url).content.decode()
        assert " style=" not in text and "<style" not in text
        assert re.findall(r"<script(?![^>]* src=)", text) == []
        assert re.findall(r"\son[a-z]+=", text) == []
