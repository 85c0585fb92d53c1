"""Notes and places: the newest stands, in whatever order things arrive, on whichever device."""

import itertools
import json

import pytest
from django.test import Client

from courses.learning import queries
from courses.learning.models import LearningEvent, LessonNote, ReadingPlace
from courses.learning.operations import MOST_LETTERS, save_answers, save_stop
from lms.kit import clock
from lms.public import device_name

pytestmark = pytest.mark.django_db
WHERE = {"lesson_key": "tiny-only/lesson-1", "block_id": "think"}
LESSON = {"course": "tiny", "lesson": "tiny-only/lesson-1"}
PAGE = "/learn/tiny/only/lesson-1/"


@pytest.fixture
def alma(cast, client):
    client.force_login(cast.user("alma"))
    return cast.person("alma")


@pytest.fixture
def send(client, alma):
    """Send things as a device of Alma's does; return the answer."""

    def sent(*items, who=None, by=client):
        body = {"who": who or device_name(user_id=alma.user_id), "items": list(items)}
        return by.post("/me/sending/", json.dumps(body), content_type="application/json")

    return sent


def note(words, sequence, block="think"):
    answers = words if isinstance(words, list) else [words]
    return {
        "id": f"n{sequence}", "kind": "note", "block": block, "answers": answers,
        "sequence": sequence, **LESSON,
    }  # fmt: skip


def place(anchor, sequence, percent=10):
    return {
        "id": f"p{sequence}", "kind": "place", "anchor": anchor, "percent": percent,
        "sequence": sequence, **LESSON,
    }  # fmt: skip


END = {"id": "f", "kind": "finish", "label": "1", "age": 3_600_000, "sequence": 1, **LESSON}


def words_of(person):
    return [row.answers for row in queries.written(person_id=person.pk)]


# --- what no page sends -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "item",
    [
        place("a", 1, percent=float("inf")),
        place("a", 1, percent=float("nan")),
        END | {"age": float("inf")},
        END | {"course": "\ud800"},
    ],
)
def test_what_is_no_number_and_no_name_is_refused_and_holds_nothing_up(load, send, alma, item):
    load(lessons=1)
    answer = send(item, note("Kept.", 7)).json()
    assert ([each["id"] for each in answer["refused"]], answer["kept"]) == ([item["id"]], ["n7"])
    assert words_of(alma) == [("Kept.",)]


def test_signs_that_no_page_can_show_do_not_shut_the_page(load, send, alma, client):
    load(lessons=1)
    told = END | {"label": "\0x\ud800", "course": "ti\0ny"}
    assert send(note("a\ud800b\0", 1), told).json()["refused"] == []
    assert words_of(alma) == [("a?b",)]
    assert LearningEvent.objects.get(kind="lesson").detail["read_version"] == "x?"
    for page in (PAGE, "/me/notes/", "/me/notes.txt"):
        assert "a?b" in client.get(page).content.decode()


# --- order ----------------------------------------------------------------------------------
@pytest.mark.parametrize("order", list(itertools.permutations([(1, "a"), (2, "ab"), (3, "abc")])))
def test_the_newest_text_stands_whatever_arrives_when(alma, order):
    for sequence, text in [*order, *order]:
        save_answers(person_id=alma.pk, **WHERE, answers=[text], sequence=sequence)
    assert words_of(alma) == [("abc",)] and LessonNote.objects.count() == 1


def test_what_was_emptied_does_not_come_back(alma):
    save_answers(person_id=alma.pk, **WHERE, answers=["a"], sequence=1)
    save_answers(person_id=alma.pk, **WHERE, answers=[""], sequence=3)
    assert not save_answers(person_id=alma.pk, **WHERE, answers=["ab"], sequence=2)
    assert words_of(alma) == [] and LessonNote.objects.get().value == {}


def test_a_form_sent_by_hand_is_the_newest(alma):
    ahead = int(clock.now().timestamp() * 1000) + 60_000
    save_answers(person_id=alma.pk, **WHERE, answers=["script"], sequence=ahead)
    save_answers(person_id=alma.pk, **WHERE, answers=["hand"])
    assert words_of(alma) == [("hand",)]
    assert not save_answers(person_id=alma.pk, **WHERE, answers=["late"], sequence=ahead)


def test_a_clock_years_ahead_shuts_nobody_out(alma):
    save_answers(person_id=alma.pk, **WHERE, answers=["2099"], sequence=10**14)
    now = int(clock.now().timestamp() * 1000)
    assert save_answers(person_id=alma.pk, **WHERE, answers=["now"], sequence=now + 5)
    assert words_of(alma) == [("now",)]


def test_records_of_one_human_share_their_notes_and_places(alma, cast):
    teo = cast.person("teo")
    save_answers(person_id=teo.pk, **WHERE, answers=["old"], sequence=1)
    save_stop(
        person_id=teo.pk, course_key="tiny", lesson_key="x", anchor="h-a", percent=1, sequence=1
    )
    type(teo).objects.filter(pk=teo.pk).update(merged_into=alma)
    assert words_of(alma) == [("old",)]
    save_answers(person_id=alma.pk, **WHERE, answers=["new"], sequence=2)
    assert words_of(alma) == [("new",)]
    assert queries.last_stop(person_id=alma.pk).anchor == "h-a"


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_newest_place_stands(alma, order):
    for sequence in order:
        save_stop(
            person_id=alma.pk, course_key="tiny", lesson_key="tiny-only/lesson-1",
            anchor=f"h-{sequence}", percent=sequence * 30, sequence=sequence,
        )  # fmt: skip
    stop = queries.last_stop(person_id=alma.pk)
    assert (stop.anchor, stop.percent, ReadingPlace.objects.count()) == ("h-3", 90, 1)


def test_a_device_with_a_fast_clock_does_not_hold_the_place_for_hours(alma):
    now = int(clock.now().timestamp() * 1000)
    place = {"person_id": alma.pk, "course_key": "c", "lesson_key": "l", "percent": 1}
    save_stop(**place, anchor="h-fast", sequence=now + 3 * 3_600_000)
    assert save_stop(**place, anchor="h-right", sequence=now + 60_000)
    assert queries.last_stop(person_id=alma.pk).anchor == "h-right"


@pytest.mark.parametrize(("anchor", "percent"), [("<b>", 500), ("x" * 81, -1), ("", 0)])
def test_a_place_that_is_none_is_the_top(alma, anchor, percent):
    save_stop(
        person_id=alma.pk, course_key="c", lesson_key="l", anchor=anchor, percent=percent,
        sequence=1,
    )  # fmt: skip
    stop = queries.last_stop(person_id=alma.pk)
    assert stop.anchor == "" and 0 <= stop.percent <= 100


# --- what a device sends --------------------------------------------------------------------
def test_a_device_sends_everything_once_however_often_it_tries(load, send, alma):
    load(lessons=2)
    items = [note("Mine.", 5), note("right", 6, "check"), place("h-x", 7), END]
    for _ in range(3):
        answer = send(*items).json()
        assert (answer["kept"], answer["refused"]) == (["n5", "n6", "p7", "f"], [])
    fact = LearningEvent.objects.get()
    assert fact.subject == "lesson:tiny-only/lesson-1"
    assert (fact.detail["read_version"], fact.detail["told_later_by"]) == ("1", 3600)
    assert LessonNote.objects.count() == 2 and ReadingPlace.objects.count() == 1


def test_the_last_lesson_told_late_finishes_the_course_and_says_where_to_go(load, send):
    load()
    assert send(END).json()["finished"] == "/learn/tiny/"
    assert "finished" not in send(END).json()
    assert LearningEvent.objects.filter(kind="course").count() == 1


def test_one_thing_that_cannot_be_kept_stops_no_other(load, send, alma):
    load()
    gone = {**note("x", 1), "lesson": "tiny-only/gone", "id": "gone"}
    other = {**note("x", 1), "course": "gone", "id": "other"}
    strange = {**note("x", 2), "id": "strange", "kind": "certificate"}
    broken = [
        {**note("x", 3), "id": "b1", "sequence": "soon"},
        {**note("x", 3), "id": "b2", "answers": "x"},
        {**note("x", 3), "id": "b3", "block": "none"},
        {**note("x", 3), "id": "b4", "sequence": True},
        {"id": "b5", "kind": "place"},
        {**note("x", 3), "id": "b6", "sequence": -1},
    ]
    long = {**note("x" * (MOST_LETTERS + 1), 4), "id": "long"}
    answer = send(gone, other, strange, *broken, long, note("kept\0", 9)).json()
    assert answer["kept"] == ["n9"]
    assert [each["id"] for each in answer["refused"]] == [
        "gone", "other", "strange", "b1", "b2", "b3", "b4", "b5", "b6", "long",
    ]  # fmt: skip
    assert all(each["detail"] for each in answer["refused"])
    assert words_of(alma) == [("kept",)]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"who": 1}', '{"items": []}', "[" * 9000])
def test_what_cannot_be_read_is_refused(client, alma, body):
    answer = client.post("/me/sending/", body, content_type="application/json")
    assert answer.status_code == 400


def test_too_much_at_once_is_refused(load, send):
    assert send(*(note("x", number) for number in range(201))).status_code == 413


def test_nothing_of_another_account_is_taken(load, send, alma, cast):
    load()
    teo = Client()
    teo.force_login(cast.user("teo"))
    assert send(note("Alma’s", 1), by=teo).status_code == 409
    assert send(note("x", 1), by=Client()).status_code == 401
    assert not LessonNote.objects.exists()


def test_a_page_of_another_site_sends_nothing(load, cast, alma, send):
    load()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.user("alma"))
    assert send(note("x", 1), by=strict).status_code == 403


def test_a_locked_lesson_is_not_finished_from_afar(load, send, tmp_path):
    folder = load(modules=2, credit=True)
    path = folder / "02-more" / "module.yaml"
    path.write_text(path.read_text() + "after: {all: [tiny-only]}\n")
    from courses import public

    loaded = public.load_curriculum(path=folder)
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    [refused] = send({**END, "lesson": "more-only/lesson-1"}).json()["refused"]
    assert refused["detail"] == "First finish: The only unit."
    assert not LearningEvent.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_each_thing_costs_the_same(load, send, statements, number):
    load()
    send(note("a", 1), place("h-a", 1))
    with statements() as counted:
        send(*(note("b", 10 + each) for each in range(number)))
    # Session, account, what it holds; course, lesson; then lock and write for each.
    assert len(counted) == 5 + 2 * number


# --- going on -------------------------------------------------------------------------------
def test_going_on_leads_to_the_heading_until_the_lesson_is_finished(load, client, send):
    load(lessons=2, body="Words.\n\n## Sit down first\n\nMore words.")
    send(place("h-sit-down-first.1", 1))
    for url in ("/learn/", "/learn/tiny/", "/me/"):
        page = client.get(url).content.decode()
        assert f'href="{PAGE}#h-sit-down-first.1"' in page
        assert "Lesson 1, “Sit down first”" in page
    assert 'id="h-sit-down-first.1"' in client.get(PAGE).content.decode()
    client.post(PAGE)
    assert "Go on where you were" not in client.get("/learn/tiny/").content.decode()


def test_a_place_is_seen_by_nobody_else(load, client, send, cast):
    load(lessons=2)
    send(place("door", 1))
    for name in ("bo", "renata", "samir", "dee"):
        other = Client()
        other.force_login(cast.user(name))
        assert "Go on where you were" not in other.get("/learn/tiny/").content.decode()
    assert "Lesson 1, “At the door”" in client.get("/learn/").content.decode()


# --- signed out meanwhile, without scripts --------------------------------------------------
def test_words_typed_after_the_session_ended_wait_for_their_writer(load, client, alma, cast):
    load(access="login")
    me = device_name(user_id=alma.user_id)
    browser = Client()
    answer = browser.post(PAGE, {"block": "think", "think": "My words", "who": me})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert not LessonNote.objects.exists()
    browser.force_login(cast.user("alma"))
    page = browser.get(PAGE).content.decode()
    assert "My words" in page and "You were signed out before this was saved" in page
    browser.post(PAGE, {"block": "think", "think": "My words", "who": me})
    assert "You were signed out" not in browser.get(PAGE).content.decode()
    assert words_of(alma) == [("My words",)]


def test_words_of_one_are_not_shown_to_the_next_who_signs_in(load, alma, cast):
    load()
    browser = Client()
    me = device_name(user_id=alma.user_id)
    browser.post(PAGE, {"block": "think", "think": "My words", "who": me})
    assert "My words" not in browser.get(PAGE).content.decode()
    browser.force_login(cast.user("teo"))
    assert "My words" not in browser.get(PAGE).content.decode()


# --- a notebook -----------------------------------------------------------------------------
def test_the_notebook_lists_what_was_typed_and_nothing_that_was_chosen(load, client, alma):
    load()
    client.post(PAGE, {"block": "think", "think": "Ask first."})
    client.post(PAGE, {"block": "my-notes", "my-notes": "=Call 988"})
    client.post(PAGE, {"block": "check", "check": "wrong"})
    client.post(PAGE, {"block": "door", "door": "sit"})
    page = client.get("/me/notes/").content.decode()
    assert "Ask first." in page and "=Call 988" in page and "What would you keep?" in page
    assert page.count("<article") == 2 and f'href="{PAGE}#think"' in page
    assert client.get("/me/notes/?q=ask").content.decode().count("<article") == 1
    assert "None of your notes" in client.get("/me/notes/?q=zebra").content.decode()
    text = client.get("/me/notes.txt").content.decode()
    assert "A tiny course · Lesson 1 · Think" in text and "Ask first." in text
    table = b"".join(client.get("/me/notes.csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines()[0] == "course,lesson,title,asked,words,saved"
    assert "'=Call 988" in table and len(table.splitlines()) == 3


def test_the_notebook_is_its_writer_s_alone(load, client, alma, cast):
    load()
    client.post(PAGE, {"block": "my-notes", "my-notes": "Private words"})
    for name in ("bo", "renata", "samir", "dee", "ines", "teo"):
        other = Client()
        other.force_login(cast.user(name))
        for url in ("/me/notes/", "/me/notes.txt", "/me/notes.csv", PAGE):
            answer = other.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"Private words" not in body
    assert Client().get("/me/notes/").status_code == 302


def test_notes_stay_when_their_lesson_goes(load, client, alma):
    load()
    client.post(PAGE, {"block": "my-notes", "my-notes": "Still here"})
    LessonNote.objects.update(lesson_key="gone/lesson")
    page = client.get("/me/notes/").content.decode()
    assert "Still here" in page and "no longer published" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_notebook_costs_the_same_at_any_length(load, client, alma, statements, number):
    load(lessons=number)
    for each in range(1, number + 1):
        save_answers(
            person_id=alma.pk, lesson_key=f"tiny-only/lesson-{each}", block_id="think",
            answers=["x"],
        )  # fmt: skip
    client.get("/me/notes/")
    with statements() as counted:
        client.get("/me/notes/")
    assert len(counted) == 6  # Session, account, what it holds; notes, courses, lessons.
