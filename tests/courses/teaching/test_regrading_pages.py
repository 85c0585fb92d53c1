"""The page that lists whose result a mended question would change, and asks."""

import re
from uuid import uuid4

import pytest

from courses.assessment.models import Attempt, Question, Regrade, RegradedAttempt
from tests.cast import make_cast
from tests.courses.assessment.regrades import decide, load, mend, take

pytestmark = pytest.mark.django_db
URL = "/train/banks/tiny-check/q01/regrade/"


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


@pytest.fixture
def mended(cast):
    """Alma would pass, Kofi would lose his pass, Teo's result stays."""
    take(cast.user("alma"), q01="c", q02="a")
    take(cast.user("kofi"), q02="a")
    take(cast.user("teo"), q01="a")
    return mend(q01="c")


def hidden(page):
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("seen", "form_key")
    }


def test_an_editor_sees_the_list_chooses_and_says_why(as_, cast, mended):
    page = as_("samir").get(f"{URL}?to=2").content.decode()
    for words in (
        "2 results would change",
        "1 would be better,",
        "1 of them from not passed to passed.",
        "1 would lose a pass.",
        "3 graded attempts answered it.",
    ):
        assert words in page, words
    assert page.index("Kofi Mensah") < page.index("Alma Reyes") and "Teo Marquez" not in page
    assert page.count(" checked") == 0  # Nothing is decided beforehand.
    form = hidden(page)
    refused = as_("samir").post(f"{URL}?to=2", form | {"choice": "", "reason": "Typed."})
    text = refused.content.decode()
    assert refused.status_code == 200 and "Typed." in text and not Regrade.objects.exists()
    done = as_("samir").post(
        f"{URL}?to=2", form | {"choice": "raise", "reason": "Two keys."}, follow=True
    )
    text = done.content.decode()
    assert "1 result was changed." in text and "Only better results counted: Two keys." in text
    assert RegradedAttempt.objects.get().attempt.person == cast.person("alma")
    # Sent twice, it is one decision, and whoever goes on sees what is left.
    as_("samir").post(f"{URL}?to=2", form | {"choice": "raise", "reason": "Two keys."})
    assert Regrade.objects.count() == 1
    assert "1 result would change" in as_("samir").get(f"{URL}?to=2").content.decode()


def test_a_question_mended_twice_shows_first_what_people_answered(as_, cast, mended):
    mend(q01="b")  # Nobody has answered the second revision.
    page = as_("samir").get(URL).content.decode()
    assert "Answers to revision 1, read by the key of revision 3." in page
    assert "3 graded attempts answered it." in page


def test_a_list_that_has_changed_is_shown_anew_with_what_was_typed(as_, cast, mended):
    form = hidden(as_("samir").get(URL).content.decode())
    decide(cast.user("samir"), *mended, "raise")
    page = (
        as_("samir").post(URL, form | {"choice": "all", "reason": "I typed this."}).content.decode()
    )
    assert "The list has changed since you opened it." in page and "I typed this." in page
    assert Regrade.objects.count() == 1
    # The form that is shown now belongs to the list that is shown now.
    again = hidden(page)
    assert again["seen"] != form["seen"] and again["form_key"] != form["form_key"]
    as_("samir").post(URL, again | {"choice": "all", "reason": "I typed this."})
    assert Regrade.objects.count() == 2


def test_names_are_shown_only_of_people_whom_the_editor_teaches(as_, cast, mended):
    cast.add_person("edi", "Edi", "Editor")
    cast.give_duty("edi", "curriculum_editor", "high-desert")
    page = as_("edi").get(URL).content.decode()
    assert page.count("Somebody where you do not teach") == 2
    assert "Alma" not in page and "Kofi" not in page
    assert "What happens to these results?" in page


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("samir", 200, 200),
        ("dee", 200, 403),
        ("ines", 200, 403),
        ("bo", 403, 403),
        ("alma", 403, 403),
        ("renata", 403, 403),
    ],
)
def test_who_sees_the_list_and_who_decides(as_, mended, who, read, write):
    page = as_(who).get(URL)
    assert page.status_code == read
    assert ("What happens to these results?" in page.content.decode()) is (write == 200)
    form = {"choice": "all", "reason": "Why.", "seen": "x", "form_key": str(uuid4())}
    assert as_(who).post(URL, form).status_code == write
    assert not Regrade.objects.exists()


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (URL, 200),
        (f"{URL}?to=2&from=1", 200),
        (f"{URL}?to=1", 404),
        (f"{URL}?to=9", 404),
        (f"{URL}?to=2&from=2", 404),
        (f"{URL}?to=x", 404),
        ("/train/banks/tiny-check/q02/regrade/", 404),  # Never mended.
        ("/train/banks/tiny-check/q99/regrade/", 404),
        ("/train/banks/none/q01/regrade/", 404),
    ],
)
def test_only_two_revisions_of_a_question_have_a_page(as_, mended, url, status):
    assert as_("samir").get(url).status_code == status


def test_revisions_with_other_answers_are_not_compared(as_, cast, mended):
    _before, after = mended
    Question.objects.filter(pk=after.pk).update(options=after.options[:2])
    page = as_("samir").get(URL).content.decode()
    assert "These two cannot be compared" in page and "What happens" not in page
    form = {"choice": "all", "reason": "Why.", "seen": "x", "form_key": str(uuid4())}
    page = as_("samir").post(URL, form)
    assert page.status_code == 200 and not Regrade.objects.exists()


def test_statements_do_not_grow_with_the_list(as_, cast, statements):
    take(cast.user("alma"), q01="c")
    before, after = mend(q01="c")
    samir = as_("samir")

    def look():
        samir.get(URL)
        with statements() as counted:
            page = samir.get(URL).content.decode()
        return len(counted), page.count('data-label="Handed in"')

    first = look()
    for key in ("kofi", "teo"):
        Question.objects.filter(key="q01").update(retired_at=after.recorded_at)
        Question.objects.filter(pk=before.pk).update(retired_at=None)
        take(cast.user(key), q01="c")
    assert first[1] == 1 and look() == (first[0], 3)
    assert Attempt.objects.count() == 3
