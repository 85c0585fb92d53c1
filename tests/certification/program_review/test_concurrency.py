"""Two officers and many clicks at once: one version, one revision, one draft."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from certification.program_review import operations
from certification.program_review.models import ProgramDraft, ProgramReview, ProgramWalk
from certification.programs.models import ProgramVersion
from tests.cast import make_cast

from .conftest import LONGER, TODAY, hand_in, look, publish_base, second, write

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run every act in its own thread, together; return results and errors."""
    gate = Barrier(len(acts))

    def click(act):
        try:
            gate.wait(timeout=20)
            return act()
        except (operations.WrongState, operations.Outdated) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(click, acts))


@pytest.fixture
def plain(tmp_path):
    return publish_base(tmp_path, make_cast())


def press(cast, uuid, who="odette"):
    return lambda: operations.publish(actor_id=cast.user(who).pk, uuid=uuid, effective_on=TODAY)


def test_a_draft_published_many_times_at_once_is_one_version(plain):
    uuid = hand_in(plain)
    look(plain, uuid)
    plain.give_duty("samir", "certification_officer", "high-desert")
    presses = [press(plain, uuid, who) for who in ("odette", "samir") * 2]
    found = at_once(*presses)
    assert sum(isinstance(each, int) for each in found) == 1
    assert sum(isinstance(each, operations.WrongState) for each in found) == 3
    assert ProgramVersion.objects.count() == 2
    assert ProgramReview.objects.filter(kind="published").count() == 1
    assert ProgramWalk.objects.filter(draft__isnull=True).count() == 1


def test_of_two_drafts_published_at_once_one_has_to_be_looked_at_again(plain):
    one = hand_in(plain, text=second("2", **LONGER))
    two = hand_in(plain, text=second("3", check=("pass: 80", "pass: 90")))
    look(plain, one)
    look(plain, two)
    found = at_once(press(plain, one), press(plain, two))
    assert sum(isinstance(each, int) for each in found) == 1
    assert sum(isinstance(each, operations.Outdated) for each in found) == 1
    assert ProgramVersion.objects.count() == 2


def test_revising_and_publishing_at_once_do_not_both_happen(plain):
    uuid = hand_in(plain)
    look(plain, uuid)
    found = at_once(
        press(plain, uuid),
        lambda: write(plain, text=second("2b", **LONGER), replaces=uuid),
    )
    assert sum(isinstance(each, operations.WrongState) for each in found) == 1
    published = ProgramReview.objects.filter(kind="published").count()
    assert published + ProgramDraft.objects.filter(revision=2).count() == 1


def test_one_form_sent_many_times_at_once_is_one_draft(plain):
    key = uuid4()
    [_] = set(at_once(*[lambda: write(plain, form_key=key)] * 4))
    assert ProgramDraft.objects.count() == 1
