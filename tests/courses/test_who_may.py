"""Who may open and send what: every address that learning and its desks have, and everybody.

There are two organisations that never meet: Río Vista with Alma, and Harbor in another state with
Mara. Each has an attempt with an answer to mark, a contested time and a cohort.
"""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses import urls
from courses.assessment import access as quizzes
from courses.assessment.models import Attempt, Question
from courses.assessment.operations import Answer, start_attempt, submit
from courses.publishing import operations as publishing
from courses.seat_time import access as times
from courses.seat_time.models import TimeDispute
from courses.seat_time.operations import contest
from courses.teaching import access as cohorts
from courses.teaching.models import Cohort
from lms.people.models import Person
from lms.public import people_filter
from tests.cast import give_second_factor
from tests.courses.assessment.kinds import every_kind
from tests.courses.assessment.making import load_tiny_course, quiz_data
from tests.courses.teaching.making import begun

pytestmark = pytest.mark.django_db
NOBODY = "nobody"
PEOPLE = {
    NOBODY: "not signed in",
    "alma": "the learner",
    "kofi": "another learner of the agency",
    "mara": "a learner of another state",
    "sol": "her supervisor",
    "bo": "the agency's manager",
    "renata": "the agency's coach",
    "tess": "a trainer of the agency",
    "tomas": "a trainer of another agency",
    "lars": "a trainer of another state",
    "edda": "a curriculum editor who does not teach",
    "ines": "a certification officer of the state",
    "dee": "an auditor of the state",
}
VTT = b"WEBVTT\n\n00:01.000 --> 00:03.500\nHello.\n"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256))


SIGNS = {200: "o", 302: ">", 400: "?", 403: "x", 404: "-", 405: "m", 422: "!"}
"""o it opens · > it leads on (nobody: to sign in) · ? ! what was sent is none · x a colleague may
not · - as if it did not exist · m never asked like this."""
BEFORE = set(
    "guide guide_pdf rubric_pdf coach coach_export coach_person observe observation".split()
)
"""Addresses that have tables of their own."""
TABLE = """
worker                 ooooooooooooo mmmmmmmmmmmmm
offline                ooooooooooooo mmmmmmmmmmmmm
send                   >mmmmmmmmmmmm >????????????
my-notes               >oooooooooooo >mmmmmmmmmmmm
my-notes-csv           >oooooooooooo >mmmmmmmmmmmm
my-notes-text          >oooooooooooo >mmmmmmmmmmmm
learn                  ooooooooooooo mmmmmmmmmmmmm
course                 >oooooooooooo >>>>>>>>>>>>>
course_file            >------------ mmmmmmmmmmmmm
syllabus               >oooooooooooo mmmmmmmmmmmmm
quiz                   >oooooooooooo >>>>>>>>>>>>>
quiz_attempt           >o----------- >>----------- >--o--------- >-->---------
quiz_answer            >mmmmmmmmmmmm >???????????? >mmmmmmmmmmmm >????????????
module_offline         >oooooooooooo >mmmmmmmmmmmm
module_print           >oooooooooooo >mmmmmmmmmmmm
module                 >>>>>>>>>>>>> mmmmmmmmmmmmm
lesson                 >oooooooooooo >>>>>>>>>>>>>
marking                >xxxxxxoooxxx >mmmmmmmmmmmm
mark                   >xx-xxxo--xxx >xx-xxxo--xxx >--x-----o--- >--x-----o---
person_time            >ox-xxxo--xxx >xx-xxxo--xxx >--o-----o--- >--x-----o---
person_quizzes         >xx-xxxo--xxx >xx-xxxo--xxx >--x-----o--- >--x-----o---
seat_time              >mmmmmmmmmmmm >????????????
me-time                >oooooooooooo >mmmmmmmmmmmm
me-time-contest        >oooooooooooo >oooooooooooo
train-time             >xxxxxxoooxoo >mmmmmmmmmmmm
train-time-dispute     >xx-xxxo--xoo >xx-xxxo--xox >--x-----o--- >--x-----o---
course-time            >xxxxxxoooooo >mmmmmmmmmmmm
course-time-csv        >xxxxxxoooooo >mmmmmmmmmmmm
train                  >xxxxxxoooooo >mmmmmmmmmmmm
cohort_new             >xxxxxxoooxxx >xxxxxxoooxxx
cohort                 >xx-xxxo--xoo >mmmmmmmmmmmm >--x-----o--- >mmmmmmmmmmmm
cohort_export          >xx-xxxo--xoo >mmmmmmmmmmmm >--x-----o--- >mmmmmmmmmmmm
cohort_change          >xx-xxxo--xxx >xx-xxxo--xxx >--x-----o--- >--x-----o---
cohort_add             >xx-xxxo--xxx >xx-xxx>--xxx >--x-----o--- >--x----->---
cohort_nudge           >mmmmmmmmmmmm >xx-xxxo--xxx >mmmmmmmmmmmm >--x-----o---
cohort_person          >xx-xxxo--xoo >mmmmmmmmmmmm >--x-----o--- >mmmmmmmmmmmm
cohort_remove          >mmmmmmmmmmmm >xx-xxx>--xxx >mmmmmmmmmmmm >--x----->---
quiz_statistics        >xxxxxxoooooo >mmmmmmmmmmmm
quiz_statistics_csv    >xxxxxxoooooo >mmmmmmmmmmmm
courses_desk           >xxxxxxxxxoxx >mmmmmmmmmmmm
course_versions        >xxxxxxxxxoxx >xxxxxxxxx!xx
course_publish         >xxxxxxxxx>xx >xxxxxxxxx>xx
course_preview         >xxxxxxxxxoxx >mmmmmmmmmmmm
preview_file           >xxxxxxxxx-xx >mmmmmmmmmmmm
preview_module         >xxxxxxxxx>xx >mmmmmmmmmmmm
preview_lesson         >xxxxxxxxxoxx >mmmmmmmmmmmm
reviews_due            >xxxxxxxxxoxx >mmmmmmmmmmmm
reviews_due_csv        >xxxxxxxxxoxx >mmmmmmmmmmmm
recordings             >xxxxxxxxxoxx >mmmmmmmmmmmm
new_recording          >xxxxxxxxxoxx >xxxxxxxxx!xx
recording_file         >xxxxxxxxxoxx >mmmmmmmmmmmm
regrade                >xxxxxxoooooo >xxxxxxxxxoxx
banks                  >xxxxxxooooxx >mmmmmmmmmmmm
bank_new               >xxxxxxxxxoxx >xxxxxxxxxoxx
bank_template          >xxxxxxooooxx >mmmmmmmmmmmm
bank                   >xxxxxxooooxx >mmmmmmmmmmmm
question_new           >xxxxxxxxxoxx >xxxxxxxxxoxx
bank_import            >xxxxxxxxxoxx >xxxxxxxxxoxx
bank_export            >xxxxxxooooxx >mmmmmmmmmmmm
question               >xxxxxxooooxx >mmmmmmmmmmmm
question_edit          >xxxxxxxxxoxx >xxxxxxxxx?xx
question_retire        >xxxxxxxxxoxx >xxxxxxxxxoxx
"""
"""Address, GET, POST; and both again with what belongs to Harbor, where it names such a thing. One
sign for each of PEOPLE, in their order."""
ROWS = {row[0]: row[1:] for row in map(str.split, TABLE.strip().splitlines())}


@pytest.fixture
def cast(cast):
    """Add who the cast lacks, one for each duty, so that no two come together."""
    for key, place, role in (
        ("sol", "rio-vista-north", "supervisor"),
        ("tess", "rio-vista", "trainer"),
        ("tomas", "llano", "trainer"),
        ("lars", "harbor", "trainer"),
        ("edda", "high-desert", "admin"),
        ("mara", "harbor-main", "responder"),
    ):
        cast.add_person(key, key.title(), "Example")
        cast.employ(key, place, role)
    cast.add_person("nia", "Nia", "Example")
    cast.employ("nia", "rio-vista-north", "responder", supervisor="sol")
    cast.employ("alma", "rio-vista", "responder", supervisor="sol")
    give_second_factor(cast.user("sol"))
    cast.give_duty("tess", "trainer", "rio-vista")
    cast.give_duty("tomas", "trainer", "llano")
    cast.give_duty("lars", "trainer", "harbor")
    cast.give_duty("edda", "curriculum_editor", "high-desert")
    return cast


@pytest.fixture
def things(cast, tmp_path):
    """Return what each of the two organisations has, and what belongs to nobody."""
    rows = [every_kind()[kind] for kind in ("single", "essay")]
    data = quiz_data(1, draw=len(rows), questions=rows, pass_percent=60)
    load_tiny_course(tmp_path, data)
    single = Question.objects.get(kind="single")
    newer = {field.attname: getattr(single, field.attname) for field in single._meta.fields}
    Question.objects.filter(pk=single.pk).update(retired_at=single.recorded_at)
    Question.objects.create(**newer | {"id": None, "revision": single.revision + 1})
    recording = publishing.upload(
        file=SimpleUploadedFile("talk.mp4", MP4),
        captions=SimpleUploadedFile("talk.vtt", VTT),
        given=publishing.NewRecording(title="A talk", seconds=10, language="en"),
        actor_id=cast.user("edda").pk,
    )
    shared = {
        "course": "tiny",
        "module": "only",
        "lesson": "lesson-1",
        "quiz": "tiny-check",
        "bank": single.bank.key,
        "question": single.key,
        "recording": recording.uuid,
        "suffix": "mp4",
        "name": "none.txt",
        "rubric": "none",
        "observation": recording.uuid,
    }
    own = {
        key: shared | belongings(cast, key, place, trainer)
        for key, place, trainer in (("alma", "rio-vista", "tess"), ("mara", "harbor", "lars"))
    }
    return SimpleNamespace(**own)


def belongings(cast, key, place, trainer):
    user = cast.user(key)
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get(uuid=uuid)
    kinds = dict(Question.objects.values_list("pk", "kind"))
    ids = [row["question"] for row in attempt.shown]
    [essay] = [pk for pk in ids if kinds[pk] == "essay"]
    given = [Answer(pk, "Words of mine." if pk == essay else "b") for pk in ids]
    submit(user_id=user.pk, attempt_uuid=uuid, answers=given, confirmed=True)
    dispute = contest(
        actor_id=user.pk,
        person_id=cast.person(key).pk,
        course_key="tiny",
        subject="lesson:tiny-only/lesson-1",
        claimed_minutes=5,
        reason="I read it on paper.",
    )
    return {
        "person": cast.person(key).uuid,
        "attempt": uuid,
        "essay": essay,
        "dispute": dispute,
        "cohort": begun(cast, key, title=f"Class of {key}", place=place, by=trainer).uuid,
    }


def address(name, own):
    [pattern] = [each for each in urls.urlpatterns if each.name == name]
    parts = re.findall(r"<(\w+):(\w+)>", str(pattern.pattern))
    found = {word: own["essay" if kind == "int" else word] for kind, word in parts}
    return reverse(name, kwargs=found)


def told(client, user, asked):
    """Return how the account's browser is answered, a sign for each (method, address)."""
    client.logout()
    if user is not None:
        client.force_login(user)
    return [SIGNS[getattr(client, method)(url).status_code] for method, url in asked]


def asked(things, method):
    """Return {(address's name, whose): (method, address)} of all that the table names."""
    found = {}
    for name in ROWS:
        ours, theirs = (address(name, own) for own in (things.alma, things.mara))
        found[name, "Río Vista"] = (method, ours)
        if theirs != ours:
            found[name, "Harbor"] = (method, theirs)
    return found


def test_every_address_is_in_the_table():
    assert {each.name for each in urls.urlpatterns} == ROWS.keys() | BEFORE


def test_everybody_gets_where_the_table_says_and_nowhere_else(client, cast, things):
    seen = {name: [] for name in ROWS}
    # All looking comes before all sending: what is sent changes things.
    looks, sends = asked(things, "get"), asked(things, "post")
    signs = {
        (name, whose, method): ""
        for method in ("get", "post")
        for name, whose in asked(things, method)
    }
    for method, wanted in (("get", looks), ("post", sends)):
        for key in PEOPLE:
            user = None if key == NOBODY else cast.user(key)
            for place, sign in zip(wanted, told(client, user, wanted.values()), strict=True):
                signs[*place, method] += sign
    for name in ROWS:
        for whose in ("Río Vista", "Harbor"):
            for method in ("get", "post"):
                if (name, whose, method) in signs:
                    seen[name].append(signs[name, whose, method])
    assert {name: row for name, row in seen.items() if row != ROWS[name]} == {}


def test_nothing_is_taken_without_the_token_of_a_page(cast, things):
    """Every address that takes something from who may is closed to forms of other sites."""
    strict = Client(enforce_csrf_checks=True)
    for key in ("alma", "tess", "edda"):
        strict.force_login(cast.user(key))
        for name, (_look, send, *_theirs) in ROWS.items():
            if set(send) - set("m"):
                assert strict.post(address(name, things.alma)).status_code == 403, name


# --- one thing and a list of things ---------------------------------------------------------
def of_object_and_of_list(user_id, attempt, dispute, cohort):
    """Return what the test of one object says beside what the filter of a list says."""
    people = Attempt.objects.filter(pk=attempt.pk)
    taught = people_filter(scope=cohorts.teaching(user_id=user_id), field="person_id")
    person_id = attempt.person_id
    return {
        "take": (
            quizzes.may_take(user_id=user_id, attempt=attempt),
            people.filter(quizzes.takeable(user_id=user_id)).exists(),
        ),
        "mark": (
            quizzes.may_mark(user_id=user_id, attempt=attempt),
            people.filter(quizzes.markable(user_id=user_id)).exists(),
        ),
        "see": (
            cohorts.sees(user_id=user_id, person_id=person_id),
            people.filter(cohorts.seen(user_id=user_id)).exists(),
        ),
        "teach": (
            cohorts.teaches(user_id=user_id, person_id=person_id),
            people.filter(taught).exists(),
        ),
        "look at times": (
            times.may_look(user_id=user_id, person_id=dispute.person_id),
            TimeDispute.objects.filter(pk=dispute.pk)
            .filter(times.looked_at(user_id=user_id))
            .exists(),
        ),
        "read cohorts": (
            cohorts.may_read(user_id=user_id, cohort=cohort),
            Cohort.objects.filter(pk=cohort.pk).filter(cohorts.readable(user_id=user_id)).exists(),
        ),
    }


def test_what_one_page_shows_is_what_lists_show(cast, things):
    """Also of a trainer's own things, and of the second record of one human."""
    of = {key: getattr(things, key) for key in ("alma", "mara")}
    of["tess"] = belongings(cast, "tess", "rio-vista", "samir")
    cast.add_person("twin", "Tess", "Twin", account=False)
    twin = cast.person("twin")
    Person.objects.filter(pk=twin.pk).update(merged_into=cast.person("tess"))
    row = Attempt.objects.get(uuid=of["tess"]["attempt"])
    copy = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
    twins = Attempt.objects.create(**copy | {"id": None, "uuid": uuid4(), "person_id": twin.pk})
    of["twin"] = of["tess"] | {"attempt": twins.uuid}
    yes = set()
    for key in PEOPLE:
        user_id = 0 if key == NOBODY else cast.user(key).pk
        for whose, own in of.items():
            found = of_object_and_of_list(
                user_id,
                Attempt.objects.get(uuid=own["attempt"]),
                TimeDispute.objects.get(uuid=own["dispute"]),
                Cohort.objects.get(uuid=own["cohort"]),
            )
            assert {what: both for what, both in found.items() if both[0] != both[1]} == {}, (
                key,
                whose,
            )
            yes |= {(key, whose, what) for what, both in found.items() if both[0]}
    assert {("tess", "alma", "mark"), ("lars", "mara", "mark"), ("dee", "alma", "see")} <= yes
    assert {("alma", "alma", "take"), ("tess", "twin", "take")} <= yes
    for own in ("tess", "twin"):
        assert not {("tess", own, what) for what in ("mark", "see", "teach", "look at times")} & yes
