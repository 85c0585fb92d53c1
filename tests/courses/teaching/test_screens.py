"""The pages of a course whose modules earn credit: what a learner and a trainer find there."""

import pytest

from courses.learning.models import LessonNote

pytestmark = pytest.mark.django_db
COURSE, MODULE = "/learn/tiny/", "/learn/tiny/only/"
LESSON = "/learn/tiny/only/lesson-1/"


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def alma(client, cast):
    client.force_login(cast.user("alma"))
    return client


def test_a_course_with_credit_tells_hours_and_opens_where_the_learner_is(load, alma):
    load(credit=True, modules=2)
    text = read(alma, COURSE)
    assert "2.9\xa0h in 2 modules." in text
    assert "Module 1, 1.45\xa0h" in text
    assert text.count('<details class="disclose" open>') == 1
    assert text.count('<details class="disclose">') == 1
    assert text.index('<details class="disclose" open>') < text.index("Module 2")


def test_a_course_without_credit_keeps_its_units_in_sight(load, alma):
    load()
    text = read(alma, COURSE)
    assert "6\xa0min, 1 unit." in text
    assert '<details class="disclose' not in text


def test_the_way_up_from_a_lesson_leads_over_its_module(load, alma):
    load(credit=True)
    text = read(alma, LESSON)
    crumbs = text[text.index("usa-breadcrumb__list") :]
    crumbs = crumbs[: crumbs.index("</nav>")]
    assert [url in crumbs for url in (f'href="{COURSE}"', f'href="{MODULE}"')] == [True, True]
    assert "Lesson 1" in crumbs


def test_a_module_page_says_what_is_left(load, alma):
    load(credit=True, lessons=2)
    text = read(alma, MODULE)
    assert "items left" not in text
    for said in ("Live session with a trainer", "Practice with a coach: Tiny practice", "Lesson 2"):
        assert said in text
    alma.post(LESSON)
    text = read(alma, MODULE)
    assert "5 items left" in text
    assert "Go on" in text


def test_only_who_teaches_sees_the_materials_on_the_module_page(load, client, cast):
    load(credit=True)
    links = ("/learn/tiny/only/guide/", "/learn/tiny/only/rubrics/tiny-rubric.pdf")
    for key, seen in (("alma", False), ("bo", False), ("samir", True), ("renata", True)):
        client.force_login(cast.user(key))
        text = read(client, MODULE)
        assert [link in text for link in links] == [seen, seen], key
    client.logout()
    assert [link in read(client, MODULE) for link in links] == [False, False]


def test_a_longer_course_costs_no_more_on_the_module_page(load, alma, statements):
    def cost():
        read(alma, MODULE)
        with statements() as counted:
            read(alma, MODULE)
        return len(counted)

    load(credit=True)
    before = cost()
    load(credit=True, modules=2, lessons=3)
    assert cost() == before


# --- on paper -------------------------------------------------------------------------------
def test_a_reflection_prints_as_lines_or_as_what_was_written(load, alma, cast):
    load()
    assert '<div class="on-paper" aria-hidden="true"></div>' in read(alma, LESSON)
    alma.post(LESSON, {"block": "think", "think": "Sit.\nThen ask."})
    assert LessonNote.objects.count() == 1
    assert '<div class="on-paper" aria-hidden="true">Sit.<br>Then ask.</div>' in read(alma, LESSON)


def test_the_print_style_hides_what_only_a_screen_can_do(settings):
    css = (settings.ROOT / "lms/static/css/mrss.css").read_text()
    rules = css[css.index("@layer print{") :]
    hidden = [rule.split("{")[0] for rule in rules.split("}") if "display:none" in rule]
    whole = ",".join(rule.replace("@media print", "") for rule in hidden)
    names = {name.strip() for name in whole.split(",")}
    for name in (".stepbar", ".usa-button", ".lesson__side", ".drawer", ".linkish", ".no-print"):
        assert name in names
    assert ".task .usa-textarea" in names
    assert not {".local-rule", ".feedback", ".usa-radio", "footer"} & names
