"""Guides and rubrics on paper: who may open them, what stands on them, and what they cost."""

import io
import re
import subprocess
from urllib.parse import unquote

import page as page_validation
import pikepdf
import pytest

pytestmark = pytest.mark.django_db
GUIDE = "/learn/tiny/only/guide/"
GUIDE_PDF = "/learn/tiny/only/guide.pdf"
RUBRIC = "/learn/tiny/only/rubrics/tiny-rubric.pdf"
COACHING = "/learn/tiny/only/rubrics/tiny-coaching.pdf"
PAPERS = (GUIDE_PDF, RUBRIC, COACHING)
# What only who teaches may read: briefs, what to watch for, and what a mark means.
SECRETS = ("You are tired.", "Who sits down first?", "Say thank you.")


@pytest.fixture
def course(load):
    return load(credit=True)


@pytest.fixture
def enter(client, cast):
    """Sign in as one of the cast, or as somebody who only edits."""

    def entered(key):
        if key == "editor":
            cast.add_person("editor", "Uma", "Okafor")
            cast.employ("editor", "high-desert", "admin")
            cast.give_duty("editor", "curriculum_editor", "high-desert")
        client.force_login(cast.user(key))
        return client

    return entered


def words(data, tmp_path):
    """Return the text of a PDF, one string a page, blanks and lines made one."""
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True, text=True
    )
    return [re.sub(r"\s+", " ", page) for page in done.stdout.split("\f")[:-1]]


# --- who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["samir", "renata", "editor", "ines", "dee"])
@pytest.mark.parametrize("url", [GUIDE, *PAPERS])
def test_who_teaches_or_audits_opens_guide_and_rubrics(course, enter, key, url):
    response = enter(key).get(url)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("key", ["alma", "bo", "lucia"])
@pytest.mark.parametrize("url", [GUIDE, *PAPERS])
def test_learners_and_agency_managers_do_not(course, enter, key, url):
    response = enter(key).get(url)
    assert response.status_code == 403
    assert [secret for secret in SECRETS if secret in response.content.decode()] == []


@pytest.mark.parametrize("url", [GUIDE, *PAPERS])
def test_strangers_are_led_to_sign_in_even_where_the_course_is_public(course, client, url):
    response = client.get(url)
    assert response.status_code == 302
    assert unquote(response.headers["Location"]) == f"/accounts/login/?next={url}"


def test_a_duty_that_ended_opens_nothing(course, enter, cast):
    cast.drop_second_factor("renata")
    assert enter("renata").get(GUIDE_PDF).status_code != 200


@pytest.mark.parametrize(
    "url",
    [
        "/learn/tiny/none/guide.pdf",
        "/learn/none/only/guide/",
        "/learn/tiny/only/rubrics/none.pdf",
    ],
)
def test_what_is_not_there_is_not_found(course, enter, url):
    assert enter("samir").get(url).status_code == 404


def test_a_rubric_of_another_module_is_not_handed_out_here(load, enter):
    load(credit=True, modules=2)
    assert enter("samir").get("/learn/tiny/only/rubrics/more-rubric.pdf").status_code == 404
    assert enter("samir").get("/learn/tiny/more/rubrics/more-rubric.pdf").status_code == 200


def test_a_module_with_neither_guide_nor_rubric_has_no_materials(load, enter):
    load()
    assert enter("samir").get(GUIDE).status_code == 404


# --- what stands on them --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "title"),
    [
        (GUIDE_PDF, "Facilitator guide: The only unit"),
        (RUBRIC, "Rubric: Tiny practice"),
        (COACHING, "Rubric: Tiny coaching"),
    ],
)
def test_a_paper_is_tagged_and_has_a_title(course, enter, url, title):
    response = enter("samir").get(url)
    assert response.headers["Content-Type"] == "application/pdf"
    report = page_validation.validate_pdf_bytes(response.content, profile="ua1")
    assert report.is_compliant, [(each.rule_id, each.message) for each in report.failures]
    document = pikepdf.open(io.BytesIO(response.content))
    assert str(document.Root.Lang) == "en"
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == title


def test_the_briefs_of_a_role_play_are_cards_on_a_page_of_their_own(course, enter, tmp_path):
    pages = words(enter("samir").get(GUIDE_PDF).content, tmp_path)
    assert len(pages) == 3
    guide, door, phone = pages
    for brief in ("You are tired.", "You are afraid."):
        assert brief not in guide
    assert "Cards to cut out" in door and "Cards to cut out" not in phone
    assert "You are tired." in door and "You are afraid." not in door
    assert "You are afraid." in phone and "You are tired." not in phone
    assert "The briefs of 2 actors are on the cards at the end: A parent; A responder." in guide


def test_no_card_says_what_the_facilitator_watches_for(course, enter, tmp_path):
    guide, *cards = words(enter("samir").get(GUIDE_PDF).content, tmp_path)
    for secret in ("Who sits down first?", "What helped?", "Say thank you."):
        assert secret in guide
        assert [card for card in cards if secret in card] == []


def test_a_rubric_holds_what_a_coach_needs_to_score_by_hand(course, enter, tmp_path):
    text = " ".join(words(enter("renata").get(RUBRIC).content, tmp_path))
    for said in (
        "Worker",
        "Observer",
        "Plan, 30 min",
        "1 items, 3 points. 3 points or more reach the benchmark.",
        "1. Sits down. Critical C1",
        "0 never ☐",
        "3 fully ☐",
        "of 3",
        "Worker signs",
    ):
        assert said in text


def test_the_screen_keeps_each_brief_in_its_role_play(course, enter):
    text = enter("samir").get(GUIDE).content.decode()
    assert text.index("At the door") < text.index("You are tired.") < text.index("On the phone")
    assert text.count("Actor’s brief, for this actor only") == 4
    assert "Cards to cut out" not in text


# --- cost -----------------------------------------------------------------------------------
def cost(client, statements, url):
    client.get(url)
    with statements() as counted:
        assert client.get(url).status_code == 200
    return len(counted)


@pytest.mark.parametrize("url", [GUIDE, *PAPERS])
def test_a_longer_course_costs_no_more(load, enter, statements, url):
    load(credit=True)
    client = enter("samir")
    before = cost(client, statements, url)
    load(credit=True, modules=2, lessons=3)
    assert cost(client, statements, url) == before
    assert before <= 10
