"""No address of an open attempt tells a key, a feedback or a criterion, whoever asks and how."""

import json
from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver

from courses.assessment.models import Attempt, Question
from tests.cast import make_cast

from .kinds import SECRET, every_kind
from .making import KEY_MARK, URL, load_tiny_course, quiz_data

pytestmark = pytest.mark.django_db
KEYS = (SECRET, KEY_MARK, "987654", "123456", "right_minus_wrong", "adjacent")


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def attempt(client, cast, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    rows = list(every_kind().values())
    data = quiz_data(1, draw=len(rows), questions=rows, pass_percent=60, time_limit_minutes=30)
    load_tiny_course(tmp_path, data)
    client.force_login(cast.user("alma"))
    client.post(URL)
    return Attempt.objects.get()


def addresses(attempt):
    """Return every address of the site that names an attempt, and the pages around it."""
    found = [URL, "/learn/", "/learn/tiny/", "/learn/tiny/only/", "/train/marking/"]
    for route in routes():
        if "<uuid:attempt>" in route:
            base = route.replace("<slug:course>", "tiny").replace("<slug:module>", "only")
            base = base.replace("<uuid:attempt>", str(attempt.uuid))
            ids = [row["question"] for row in attempt.shown] if "<int:question>" in base else [0]
            found += [f"/{base.replace('<int:question>', str(pk))}" for pk in ids]
    return found


def routes(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def bodies(attempt):
    """Return what may be sent: right, wrong and senseless answers to every question."""
    sent = []
    for row in attempt.shown:
        for value in ("b", ["a", "c"], "false", {"x": 1}, "words", 12, None):
            answer = {"question": row["question"], "value": value, "sequence": 5, "confidence": 3}
            sent.append(json.dumps({"answers": [answer]}))
    return sent


@pytest.mark.parametrize("key", ["alma", "samir", "bo", "dee", "kofi"])
def test_no_address_of_an_open_attempt_tells_a_key(client, cast, attempt, time_machine, key):
    client.force_login(cast.user(key))
    found = addresses(attempt)
    assert sum(str(attempt.uuid) in each for each in found) >= 3
    told = []
    for address in found:
        told.append(client.get(address))
        told.append(client.get(f"{address}?missing=1&changed=1"))
        told.append(client.head(address))
        told.append(client.post(address, {"action": "save", "sequence": "7"}))
        told.append(client.post(address, {"q-1": "b", "action": "submit"}))
        told.append(client.put(address, "{}", content_type="application/json"))
    for body in bodies(attempt):
        told.append(client.post(f"{URL}{attempt.uuid}/answer/", body, "application/json"))
    time_machine.move_to(attempt.due_at + timedelta(seconds=5), tick=False)
    told.append(client.get(f"{URL}{attempt.uuid}/"))
    for response in told:
        text = response.content.decode() + str(dict(response.headers))
        assert [each for each in KEYS if each in text] == [], response.request["PATH_INFO"]
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_the_net_is_not_empty(client, attempt):
    """The same words are there once the attempt is handed in."""
    assert Question.objects.count() == 9
    client.post(f"{URL}{attempt.uuid}/", {"action": "submit", "confirmed": "yes"})
    page = client.get(f"{URL}{attempt.uuid}/").content.decode()
    assert SECRET in page and KEY_MARK in page
