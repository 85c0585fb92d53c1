"""Markup that somebody writes, imports or sends never acts in the browser of who reads it."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.assessment.models import Question
from courses.seat_time.models import TimeDispute
from tests.courses.assessment.making import load_tiny_course, question, quiz_data
from tests.courses.teaching.making import begun

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"
ACTS = re.compile(r"<script>alert|<img [^<>]*onerror=|<a [^<>]*javascript:", re.IGNORECASE)
BANK = "/train/banks/tiny-check/"
GIFT = EVIL.replace("=", "\\=")
HEAD = "question,option_1,option_2,correct,feedback_1\n"
FILES = {
    "x.csv": f'{HEAD}"S{EVIL}","A{EVIL}","B{EVIL}",1,"F{EVIL}"\n',
    "x.gift": f"::T:: [html]S {GIFT} {{ =A{GIFT} ~B{GIFT} #F{GIFT} }}\n",
    "x.txt": f"S {EVIL}\nA. a {EVIL}\nB. b {EVIL}\nANSWER: A\n",
}


@pytest.fixture
def desk(client, cast, tmp_path):
    options = [
        {"id": each, "text": each + EVIL, "correct": each == "b", "feedback": f"F{EVIL}"}
        for each in "abc"
    ]
    rows = [question(1, stem=f"S{EVIL}", options=options)]
    load_tiny_course(tmp_path, quiz_data(1, questions=rows))
    client.force_login(cast.user("samir"))
    return client


def harmless(client, *addresses):
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert ACTS.findall(page.content.decode()) == [], address


def test_the_net_is_not_empty():
    assert len(ACTS.findall(EVIL)) == 3 and ACTS.findall(html.escape(EVIL)) == []


def test_in_questions(desk, cast):
    pk = Question.objects.get().pk
    pages = [BANK, *(f"{BANK}q01/{page}" for page in ("", "edit/", "retire/"))]
    cms = "/cms/snippets/courses/question/"
    harmless(desk, *pages, "/train/quizzes/tiny-check/", cms, f"{cms}inspect/{pk}/")
    desk.force_login(cast.user("alma"))
    attempt = desk.post("/learn/tiny/only/quiz/")["Location"]
    harmless(desk, attempt)
    desk.post(attempt, {"action": "submit", "confirmed": "yes"})
    harmless(desk, attempt)


@pytest.mark.parametrize("name", FILES)
def test_in_files_of_questions_before_and_after_they_are_taken_in(desk, name):
    upload = SimpleUploadedFile(name, FILES[name].encode())
    page = desk.post(f"{BANK}import/", {"file": upload, "format": ""}).content.decode()
    assert ACTS.findall(page) == []
    fields = dict(re.findall(r'name="(sealed|digest|source)" value="([^"]*)"', page))
    desk.post(f"{BANK}import/", {key: html.unescape(each) for key, each in fields.items()})
    [key] = Question.objects.exclude(key="q01").values_list("key", flat=True)
    harmless(desk, BANK, f"{BANK}{key}/", f"{BANK}{key}/edit/")


def test_in_words_to_a_learner_and_in_titles(desk, cast):
    cohort = begun(cast, "alma", title=EVIL)
    place, alma = f"/train/cohorts/{cohort.uuid}/", cast.person("alma").uuid
    sent = {"person": str(alma), "words": EVIL, "back": "person"}
    assert desk.post(f"{place}nudge/", sent).status_code == 302
    harmless(desk, "/train/", place, f"{place}change/", f"{place}people/{alma}/")


def test_in_what_a_learner_writes(desk, cast):
    desk.force_login(cast.user("alma"))
    desk.post("/learn/tiny/only/lesson-1/", {"block": "my-notes", "my-notes": EVIL})
    harmless(desk, "/me/notes/", "/learn/tiny/only/lesson-1/", "/learn/tiny/only/print/")
    desk.post("/me/time/tiny/", {"minutes": 5, "reason": EVIL})
    desk.force_login(cast.user("samir"))
    harmless(desk, "/train/time/", f"/train/time/{TimeDispute.objects.get().uuid}/")
