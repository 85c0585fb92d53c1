"""A responder without a signal: what was kept on the device is read, and comes home once."""

import re

import pytest

COURSE = "/learn/mrss-101/"
LESSON = "/learn/mrss-101/why/a-tuesday-night/"


@pytest.fixture
def learner(page, sign_in, newcomer):
    """A page of a learner of this test's own, with the first unit kept on the device."""
    sign_in(page, newcomer)
    page.email = newcomer
    page.goto(COURSE)
    page.get_by_role("button", name="Start", exact=True).click()
    page.goto(COURSE)
    unit = page.locator("section.outline").first
    unit.get_by_role("button", name="Make available offline").click()
    unit.get_by_text(re.compile(r"About \d+ KB will be kept")).wait_for()
    unit.get_by_role("button", name="Keep it here").click()
    unit.get_by_text("Available offline").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # From here on the worker serves the page.
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def left_behind(page):
    return page.evaluate(
        "async () => [Object.keys(localStorage).filter(key => !key.startsWith('study:')),"
        " await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
    )


def facts(academy, email):
    return academy.rows(
        "SELECT e.subject FROM courses_learningevent e JOIN lms_person p ON p.id = e.person_id"
        " WHERE p.email = ?",
        email,
    )


def notes(academy, email):
    return dict(
        academy.rows(
            "SELECT n.block_id, n.value FROM courses_lessonnote n"
            " JOIN lms_person p ON p.id = n.person_id WHERE p.email = ?",
            email,
        )
    )


def test_an_hour_without_network_loses_nothing_and_doubles_nothing(learner, academy):
    learner.context.set_offline(True)
    academy.kill("web")  # What a page sends while it closes passes the browser's switch.
    learner.goto(LESSON)
    check = learner.locator("form[data-check]").first
    check.locator("label").first.click()
    check.get_by_role("button", name="Check my answer").click()
    check.get_by_text("You see how it fits when you are back online.").wait_for()
    box = learner.get_by_label("Anything you want to keep of this lesson")
    box.fill("Written in the canyon.")
    learner.clock.install()
    learner.clock.fast_forward(3_600_000)
    learner.reload()
    assert box.input_value() == "Written in the canyon."
    learner.get_by_role("button", name="Finish and go on").click()
    learner.get_by_role("heading", level=1, name="You are offline").wait_for()
    learner.get_by_role("link", name=re.compile("A Tuesday night")).wait_for()
    assert facts(academy, learner.email) == [] and notes(academy, learner.email) == {}

    academy.start_web()
    learner.context.set_offline(False)
    with learner.expect_response("**/me/sending/") as sent:
        learner.goto(LESSON)
    assert sent.value.json()["refused"] == []
    learner.wait_for_function(
        "() => !Object.keys(localStorage).some(key => key.startsWith('kept:'))", timeout=15_000
    )
    for _ in range(2):
        learner.goto(LESSON)
    assert facts(academy, learner.email) == [("lesson:mrss-101-why/a-tuesday-night",)]
    kept = notes(academy, learner.email)
    assert "Written in the canyon." in kept["my-notes"] and len(kept) == 2
    assert learner.get_by_role("button", name="Finish and go on").count() == 0


def test_a_graded_quiz_and_all_else_say_that_they_need_a_connection(learner):
    learner.context.set_offline(True)
    for path in ("/learn/mrss-101/check/quiz/", "/me/"):
        learner.goto(path)
        learner.get_by_role("heading", level=1, name="You are offline").wait_for()
        assert learner.get_by_text("A graded quiz needs a connection.").count() == 1
        assert learner.email not in learner.content()


def test_signing_out_leaves_nothing_on_a_shared_computer(learner):
    keys, stores, workers = left_behind(learner)
    assert "pins" in keys and len(stores) == 1 and workers == 1
    learner.locator("summary.account").click()
    learner.get_by_role("button", name="Sign out").click()
    learner.get_by_role("link", name="Sign in").first.wait_for()
    learner.reload()  # A worker goes with the last page that it served.
    assert left_behind(learner) == [[], [], 0]


def test_who_signs_in_after_an_ended_session_finds_nothing_either(learner, sign_in, _newcomers):
    learner.context.clear_cookies(name="sessionid")
    sign_in(learner, next(_newcomers))
    learner.wait_for_function(
        "async () => (await caches.keys()).length === 0 && !('pins' in localStorage)"
    )


def test_a_unit_is_removed_from_the_device_when_asked(learner):
    unit = learner.locator("section.outline").first
    unit.get_by_role("button", name="Remove from this device").click()
    unit.get_by_role("button", name="Make available offline").wait_for()
    assert left_behind(learner) == [[], [], 0]


def test_another_version_of_a_lesson_replaces_what_is_kept(learner, academy):
    learner.evaluate(
        "() => { const pins = JSON.parse(localStorage.pins);"
        " for (const each of Object.values(pins)) each.version = 'an older one';"
        " localStorage.pins = JSON.stringify(pins); localStorage['pins-seen'] = '0'; }"
    )
    learner.evaluate(
        "async () => { const cache = await caches.open((await caches.keys())[0]);"
        f" await cache.put('{LESSON}', new Response('old words')); }}"
    )
    learner.goto("/learn/")
    learner.wait_for_function("() => !localStorage.pins.includes('an older one')")
    learner.context.set_offline(True)
    learner.goto(LESSON)
    assert "old words" not in learner.content()
    learner.get_by_role("heading", level=1, name=re.compile("A Tuesday night")).wait_for()


def test_without_a_service_worker_there_is_no_button(new_context, sign_in, newcomer):
    context = new_context(service_workers="block")
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = context.new_page()
    sign_in(page, newcomer)
    page.goto(COURSE)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Make available offline").count() == 0
