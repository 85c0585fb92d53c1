"""One note from a phone, a laptop and a form without script, in every order of arrival."""

from datetime import timedelta
from itertools import permutations

import pytest

from courses.learning import queries
from courses.learning.models import ReadingPlace
from courses.learning.operations import save_answers, save_stop
from lms.kit import clock

WHERE = {"lesson_key": "tiny-only/lesson-1", "block_id": "my-notes"}


@pytest.fixture
def alma(cast):
    return cast.person("alma")


def told(alma):
    notes = queries.notes(person_id=alma.pk, lesson_key=WHERE["lesson_key"])
    return [note.answers for note in notes if any(note.answers)]


def write(alma, words, sequence=None):
    return save_answers(person_id=alma.pk, **WHERE, answers=[words], sequence=sequence)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_whatever_comes_first_the_newest_words_stand(alma, order):
    start = int(clock.now().timestamp() * 1000) - 60_000
    words = ["One", "One two", "", "One two three"]
    for each in order:
        write(alma, words[each], start + each)
        write(alma, words[each], start + each)
    assert told(alma) == [("One two three",)]


def test_what_a_form_emptied_is_not_brought_back_by_a_phone_that_comes_late(alma):
    earlier = int(clock.now().timestamp() * 1000) - 60_000
    write(alma, "Private words", earlier)
    write(alma, "")
    assert told(alma) == []
    assert not write(alma, "Private words", earlier)
    assert told(alma) == []


def test_two_phones_with_wrong_clocks_lose_no_place_for_long(alma, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    now = int(clock.now().timestamp() * 1000)
    place = {"person_id": alma.pk, "course_key": "tiny", "lesson_key": "tiny-only/lesson-1"}
    hour = 3_600_000
    # A clock an hour fast is not believed: it is taken to be now.
    assert save_stop(**place, anchor="fast", percent=40, sequence=now + hour)
    time_machine.move_to(clock.now() + timedelta(seconds=1), tick=False)
    assert save_stop(**place, anchor="right", percent=60, sequence=now + 1000)
    assert not save_stop(**place, anchor="slow", percent=10, sequence=now - hour)
    row = ReadingPlace.objects.get()
    assert (row.anchor, row.percent) == ("right", 60)
