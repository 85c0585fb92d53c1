"""Who is measured starting at once really starts, each one attempt."""

from urllib.parse import urlsplit

import pytest

from courses.assessment.models import Attempt
from lms.management.benchmark import rush
from lms.management.benchmark.goals import GOALS
from tests.courses.assessment.making import URL, load_tiny_course, quiz_data


def test_the_goals_are_there():
    assert {"P4", "P5", "P6"} <= GOALS.keys()


@pytest.mark.django_db(transaction=True)
def test_everybody_who_is_counted_has_started(live_server, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_tiny_course(tmp_path, quiz_data(3))
    learners = rush.sign_up(5, name="rush")
    port = urlsplit(live_server.url).port
    server = rush.Server(port=port, database="", env={})
    took, answers = rush.post_all(server, URL, learners)
    assert (took > 0, answers) == (True, [302] * 5)
    whose = Attempt.objects.order_by("person__user_id").values_list("person__user_id", flat=True)
    assert list(whose) == sorted(each.user_id for each in learners)
    _took, lost = rush.post_all(server, "/learn/tiny/only/nowhere/quiz/", learners[:1])
    assert lost == [404]
