"""A coach writes down what she saw; the worker reads and signs it, and it counts from then on."""

import re

from playwright.sync_api import expect

from tests.journeys import learning


def observe(page, *, critical=3):
    """Fill in the form; all items 3, the item about safety as said. Sign it."""
    page.get_by_label("Simulation").locator("..").locator("label").click()
    for item in page.locator("fieldset", has=page.get_by_label(re.compile("^0: "))).all():
        safety = "about suicide" in item.locator("legend").inner_text()
        item.locator("label").nth(critical if safety else 3).click()
    page.get_by_role("textbox", name="What went well").fill("“I can wait.” Then she waited.")
    page.get_by_role("textbox", name="Next step").fill("Ask both of them, one after the other.")
    page.get_by_role("button", name="Sign and save").click()


def test_a_coach_observes_and_the_worker_signs(visit, academy, answer_key, picture):
    renata, alma = visit("renata"), visit("alma")
    renata.goto("/coach/")
    picture(renata, "coach-desk")
    learning.find_practice(renata, "Alma Reyes").click()
    picture(renata, "observe")
    refuse_an_unfinished_form(renata)
    observe(renata, critical=0)
    expect(renata.locator("main")).to_contain_text("with a critical item at 0")
    learning.find_practice(renata, "Alma Reyes").click()
    observe(renata)
    expect(renata.locator("main")).to_contain_text("Passed with")
    expect(renata.locator("main")).to_contain_text("Waits for Alma’s signature")
    picture(renata, "observation-waiting")
    where = renata.url
    sign_once(alma, where, academy, picture)
    renata.goto(where)
    expect(renata.locator("main")).to_contain_text("Signed by both")
    expect(renata.locator("main")).to_contain_text("I will try that.")
    hold_the_orientation(alma, answer_key, picture)


def refuse_an_unfinished_form(page):
    """A form without ratings comes back with what was typed and a list of what is missing."""
    words = page.get_by_role("textbox", name="What went well")
    words.fill("Typed before the ratings.")
    page.get_by_role("button", name="Sign and save").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_text("Choose a rating from 0 to 3.").first).to_be_visible()
    expect(page.get_by_role("textbox", name="What went well")).to_have_value(
        "Typed before the ratings."
    )


def sign_once(alma, where, academy, picture):
    """Alma learns of it by mail, signs, and then nobody can change it."""
    uuid = where.rstrip("/").rpartition("/")[2]
    letter = academy.letter("alma@example.org", about=uuid)
    assert "Renata" in letter
    alma.goto(re.search(r"http://\S+", letter).group())
    expect(alma.get_by_role("heading", level=1)).to_have_text("What your coach saw")
    picture(alma, "observation-to-sign")
    alma.get_by_label("Your comment").fill("I will try that.")
    token = alma.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    alma.get_by_role("button", name="I have read it: sign").click()
    expect(alma.locator("main")).to_contain_text("Signed by both")
    expect(alma.get_by_role("button", name="I have read it: sign")).to_have_count(0)
    sql = "SELECT * FROM courses_observation WHERE uuid = ?"
    before = academy.rows(sql, uuid.replace("-", ""))
    assert len(before) == 1
    again = {"csrfmiddlewaretoken": token, "acknowledge": "yes", "comment": "Something else"}
    assert alma.request.post(where, form=again).status < 500
    assert academy.rows(sql, uuid.replace("-", "")) == before


def hold_the_orientation(alma, answer_key, picture):
    """With MRSS 101 finished too, Alma holds the certificate of the orientation."""
    learning.finish_lessons(alma)
    learning.pass_quiz(alma, answer_key)
    alma.goto("/me/?program=mrss-orientation")
    picture(alma, "me-alma")
    expect(alma.locator("main")).to_contain_text("You are certified")
    alma.goto("/me/certificates/")
    picture(alma, "certificates")
    expect(alma.get_by_role("row", name=re.compile("MRSS Orientation"))).to_have_count(1)
    expect(alma.get_by_role("row", name=re.compile("MRSS Orientation"))).to_contain_text("Valid")


def test_whoever_lacks_the_right_cannot_observe(visit):
    renata = visit("renata")
    form = learning.find_practice(renata, "Alma Reyes").get_attribute("href")
    # Her supervisor, the auditor, a colleague and she herself know her, but may not observe.
    for key, answer in (("bo", 403), ("dee", 403), ("kofi", 403), ("lucia", 404), ("alma", 403)):
        assert (key, visit(key).request.get(form).status) == (key, answer)
