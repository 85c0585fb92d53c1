"""How a quiz works, as its trainers read it."""

import csv
import io

import pytest

from courses.assessment.models import Attempt, Question, Quiz, Response
from courses.assessment.queries.sittings import quiz_statistics
from lms.kit import clock
from lms.people.models import Person
from tests.cast import make_cast
from tests.courses.assessment.regrades import load, mend

pytestmark = pytest.mark.django_db
URL = "/train/quizzes/tiny-check/"


@pytest.fixture
def cast(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    load(tmp_path)
    return make_cast()


@pytest.fixture
def as_(client, cast):
    def sign_in(key):
        client.force_login(cast.user(key))
        return client

    return sign_in


def sat(people, *, answers, number=1, shown=None, confidence=None, graded=True):
    """Let so many new people finish a try; ``answers`` gives the letters of person n."""
    quiz = Quiz.objects.get()
    questions = list(Question.objects.filter(revision=1).order_by("key"))
    made = []
    for n in range(people):
        person = Person.objects.create(given_name="P", family_name=str(n), folded_name="p")
        mine = questions if shown is None else [questions[at] for at in shown(n)]
        attempt = Attempt.objects.create(
            person=person,
            quiz=quiz,
            number=number,
            shown=[{"question": each.pk, "options": ["a", "b", "c"]} for each in mine],
            rules={"pass_percent": 80, "version": "1"},
        )
        for question, letter in zip(mine, answers(n), strict=False):
            Response.objects.create(
                attempt=attempt, question=question, value=letter, confidence=confidence
            )
        again = Attempt.objects.filter(pk=attempt.pk)
        values = {"submitted_at": clock.now(), "ended": "learner"}
        again.update(**values | ({"score": 50, "passed": False} if graded else {}))
        made.append(person)
    return made


def letters(n):
    return ("b" if n % 2 else "a", "b" if n % 3 else "c", "b", "b" if n % 2 else "c", "b")


def test_first_finished_tries_count_each_human_once(cast):
    people = sat(30, answers=letters)
    quiz = Quiz.objects.get()
    first, _told = quiz_statistics(quiz=quiz)
    assert (first.people, first.fixed) == (30, True)
    # Second tries, open ones, ones that wait for a mark and those of a second record are left out.
    sat(2, answers=letters, graded=False)
    for number, person in enumerate(people[:3], start=2):
        Attempt.objects.create(
            person=person,
            quiz=quiz,
            number=number,
            shown=[],
            rules={"pass_percent": 80},
            submitted_at=clock.now(),
            score=100,
            passed=True,
        )
    double = sat(1, answers=lambda n: "bbbbb")[0]
    double.merged_into = people[0]
    double.save(update_fields=["merged_into"])
    again, told = quiz_statistics(quiz=quiz)
    assert again == first
    by_key = {told[item.question].key: item for item in first.items}
    assert by_key["q01"].facility == 0.5 and by_key["q03"].facility == 1
    assert by_key["q03"].discrimination is None
    taken = {choice.option: choice.people for choice in by_key["q02"].choices}
    assert taken == {"a": 0, "b": 20, "c": 10}


def test_whose_first_try_waits_for_a_mark_is_not_counted_by_a_later_one(cast):
    [waiting] = sat(1, answers=letters, graded=False)
    first = Attempt.objects.get()
    Attempt.objects.create(
        person=waiting,
        quiz=first.quiz,
        number=2,
        shown=first.shown,
        rules=first.rules,
        submitted_at=clock.now(),
        score=100,
        passed=True,
    )
    found, _told = quiz_statistics(quiz=first.quiz)
    assert (found.people, found.items) == (0, ())


def test_the_page_says_how_to_read_the_figures(as_, cast):
    sat(40, answers=letters, confidence=3)
    page = as_("samir").get(URL).content.decode()
    for words in (
        "40 people finished it, first tries only.",
        "Indicative: few people",
        "Cronbach’s alpha",
        "Standard error of measurement",
        "How to read this",
        "Do people know what they know?",
        "What helps most in story 1?",
        "cannot be told: no differences",
        "Easy",
    ):
        assert words in page, words
    assert "draws its questions anew" not in page and "Too few people" not in page


def test_random_pools_have_no_alpha_and_say_so(as_, cast):
    sat(60, answers=letters, shown=lambda n: [0, 1, 2, 3] if n % 2 else [1, 2, 3, 4])
    page = as_("samir").get(URL).content.decode()
    assert "Each try draws its questions anew" in page
    assert "Cronbach’s alpha" not in page and "Standard error" not in page
    assert "Facility" in page


@pytest.mark.parametrize("people", [0, 1, 29])
def test_nothing_is_said_about_few_people_on_the_page_or_in_the_file(as_, cast, people):
    sat(people, answers=letters)
    page = as_("samir").get(URL).content.decode()
    assert "Too few people to say anything" in page and "Facility" not in page
    sent = as_("samir").get(f"{URL}questions.csv")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == (5 if people else 0)
    assert all(not (row["facility"] or row["discrimination"] or row["choices"]) for row in rows)


def test_the_file_holds_the_figures_of_the_page(as_, cast):
    sat(120, answers=letters)
    sent = as_("samir").get(f"{URL}questions.csv")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    rows = {row["question"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["q02"]["people"] == "120" and rows["q02"]["facility"] == "0.6667"
    assert rows["q02"]["choices"] == "a 0.0000 · b* 0.6667 · c 0.3333"
    assert rows["q02"]["indicative"] == "" and rows["q03"]["look_at"] == "easy"


def test_a_mended_question_leads_to_grading_again(as_, cast):
    sat(30, answers=letters)
    assert "grade again" not in as_("samir").get(URL).content.decode()
    mend(q01="c")
    page = as_("samir").get(URL).content.decode()
    assert 'href="/train/banks/tiny-check/q01/regrade/?from=1"' in page
    assert page.count("grade again") == 1 and "no longer asked" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("samir", 200), ("dee", 200), ("ines", 200), ("bo", 403), ("renata", 403), ("alma", 403)],
)
def test_who_sees_how_a_quiz_works(as_, cast, who, status):
    for url in (URL, f"{URL}questions.csv"):
        assert as_(who).get(url).status_code == status
    assert as_("samir").get("/train/quizzes/none/").status_code == 404


def test_the_desk_leads_to_the_quizzes(as_, cast):
    assert f'href="{URL}"' in as_("samir").get("/train/").content.decode()


def test_statements_do_not_grow_with_people(as_, cast, statements):
    samir = as_("samir")
    counts = []
    for people in (1, 40):
        sat(people, answers=letters)
        samir.get(URL)
        with statements() as counted:
            assert samir.get(URL).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
