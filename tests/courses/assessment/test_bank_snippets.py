"""Question banks in the CMS: editors find and read them, and change them at the desk only."""

import pytest

from courses.assessment.models import Question

from .making import load_tiny_course, quiz_data

pytestmark = pytest.mark.django_db
QUESTIONS = "/cms/snippets/courses/question/"
BANKS = "/cms/snippets/courses/questionbank/"


@pytest.fixture
def course(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    load_tiny_course(tmp_path, quiz_data(3))


@pytest.fixture
def editor(client, cast, course):
    client.force_login(cast.user("samir"))
    return client


def test_an_editor_finds_questions_by_objective_with_a_way_to_the_desk(editor):
    page = editor.get(f"{QUESTIONS}?objective=O1").content.decode()
    assert 'href="/train/banks/tiny-check/q01/"' in page and "What helps most in story 1?" in page
    page = editor.get(BANKS).content.decode()
    assert 'href="/train/banks/tiny-check/"' in page and "Tiny check" in page
    assert "q02" in editor.get(f"{QUESTIONS}?q=story+2").content.decode()


def test_an_editor_reads_a_question_and_cannot_change_it_there(editor):
    row = Question.objects.get(key="q01")
    assert editor.get(f"{QUESTIONS}inspect/{row.pk}/").status_code == 200
    for url in (f"{QUESTIONS}edit/{row.pk}/", f"{QUESTIONS}delete/{row.pk}/", f"{QUESTIONS}add/"):
        for answer in (editor.get(url), editor.post(url, {"stem": "changed"})):
            assert answer.status_code in {302, 403, 404}, url
    row.refresh_from_db()
    assert row.stem == "What helps most in story 1?" and Question.objects.count() == 3


@pytest.mark.parametrize("who", ["alma", "renata", "ines"])
def test_nobody_else_sees_a_key_there(client, cast, course, who):
    client.force_login(cast.user(who))
    row = Question.objects.get(key="q01")
    for url in (QUESTIONS, BANKS, f"{QUESTIONS}inspect/{row.pk}/"):
        answer = client.get(url)
        assert answer.status_code in {302, 403, 404} and b"FEEDBACK" not in answer.content, url
