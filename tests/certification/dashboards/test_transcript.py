"""A transcript says who gave each hour, who taught, what it rests on, and adds up everywhere."""

import csv
import io
import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pikepdf
import pytest

from certification.dashboards.queries.transcript import read_transcript
from courses import public
from courses.catalog import queries as catalog
from courses.learning.operations import finish_lesson
from courses.public import Observed, acknowledge, record_observation, record_training, reverse
from lms.kit import clock
from lms.people.models import Employment, Person
from tests.courses.packs import write_pack

WHEN = datetime(2026, 3, 2, 19, tzinfo=UTC)


@pytest.fixture
def cast(cast, settings, tmp_path):
    """The cast, and a course whose module claims hours of every type."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    catalog._pages.clear()
    catalog._outlines.clear()
    public.load_curriculum(path=write_pack(tmp_path, lessons=2, credit=True))
    return cast


def told(person, subject, *, hours=0, hours_type="none", kind="training", actor=None, **more):
    return record_training(
        person_id=person.pk, kind=kind, subject=subject, hours=Decimal(hours),
        hours_type=hours_type, occurred_at=more.pop("at", WHEN),
        actor_id=actor.pk if actor else None, act=str(uuid4()), **more,
    )  # fmt: skip


def observed(cast, key, rubric):
    """Let Renata observe somebody and the somebody sign."""
    observation = record_observation(
        actor_id=cast.user("renata").pk,
        observed=Observed(
            person_id=cast.person(key).pk, rubric_key=rubric, observed_on=date(2026, 3, 3),
            setting="simulation", ratings={"one": 3}, form_key=uuid4(),
        ),
    )  # fmt: skip
    acknowledge(actor_id=cast.user(key).pk, observation_uuid=observation, comment="")


def finish_module(cast, key):
    """Finish the lessons and the quiz, which credits the self-paced hours of the module."""
    outline = catalog.outline(course_key="tiny")
    told(cast.person(key), "quiz:tiny-quiz", kind="quiz", score=100, content_revision="1")
    for _module, lesson in outline.lessons():
        finish_lesson(
            person_id=cast.person(key).pk, actor_id=cast.user(key).pk, outline=outline,
            lesson_key=lesson.key, page_revision=None,
        )  # fmt: skip


def rows(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def entry(person, subject):
    found = read_transcript(person_id=person.pk).entries
    return next(each for each in found if each.subject == subject)


@pytest.fixture
def learned(cast):
    """Alma with hours of every type, one fact taken back, and training from elsewhere."""
    alma = cast.person("alma")
    finish_module(cast, "alma")
    told(
        alma, "session:tiny-only", hours="0.5", hours_type="live", kind="session",
        actor=cast.user("samir"), content_revision="1",
    )  # fmt: skip
    observed(cast, "alma", "tiny-rubric")
    observed(cast, "alma", "tiny-coaching")
    told(
        alma, "NM-40-01-L", hours=2, hours_type="live",
        detail={"provider": "Harbor College", "instructor": "Ada Quill"},
    )  # fmt: skip
    wrong = told(alma, "NM-40-02-S", hours=1, hours_type="self_paced")
    reverse(evidence_id=wrong, actor_id=None, reason="Entered twice")
    told(alma, "quiz:tiny-quiz", kind="quiz", score=40, passed=False, content_revision="1")
    return alma


def test_self_paced_hours_cite_version_provider_basis_and_competencies(learned):
    found = entry(learned, "module:tiny-only")
    assert (found.hours, found.counted, found.revision) == (Decimal("0.3"), Decimal("0.3"), "1")
    assert (found.provider, found.instructor, found.course) == (
        "MRSS Academy", "", "A tiny course",
    )  # fmt: skip
    assert found.basis.startswith("Formula for text with questions: supports ")
    assert found.competencies == ("C1 Calm",)


@pytest.mark.parametrize(
    ("subject", "instructor", "basis"),
    [
        ("session:tiny-only", "Samir Haddad", "Minutes of the agenda: supports 0.5"),
        ("rubric:tiny-rubric", "Renata Ortiz", "Minutes of the scored practice: supports 0.5"),
        ("rubric:tiny-coaching", "Renata Ortiz", "Minutes of the scored practice: supports 0.25"),
    ],
)
def test_who_taught_or_observed_is_named(learned, subject, instructor, basis):
    found = entry(learned, subject)
    assert (found.instructor, found.provider) == (instructor, "MRSS Academy")
    assert found.basis.replace("\u00a0", " ") == f"{basis} h"


def test_training_elsewhere_names_its_provider_and_no_competency_of_ours(learned):
    found = entry(learned, "NM-40-01-L")
    assert (found.provider, found.instructor) == ("Harbor College", "Ada Quill")
    assert (found.course, found.competencies, found.basis) == ("", (), "Attested")


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        ("NM-40-02-S", "Entered twice"),
        ("lesson:tiny-only/lesson-1", "It carries no hours of its own: its module or course does."),
        ("quiz:tiny-quiz", "It carries no hours of its own: its module or course does."),
        ("module:tiny-only", ""),
    ],
)
def test_what_adds_no_hours_says_why(learned, subject, why):
    found = read_transcript(person_id=learned.pk).entries
    said = {each.why_not for each in found if each.subject == subject and each.passed}
    assert len(said) == 1 and said.pop().endswith(why)
    assert all(bool(each.why_not) == (each.counted == 0) for each in found)


def test_a_failed_check_says_so(learned):
    found = read_transcript(person_id=learned.pk).entries
    assert {each.why_not for each in found if not each.passed} == {"It was not passed."}


def test_by_type_by_competency_and_in_all_it_is_the_same_everywhere(learned, cast, client):
    client.force_login(cast.user("alma"))
    record = client.get("/me/transcript/").context["record"]
    assert dict(record.totals).values() and record.total == Decimal("3.55")
    assert sum(hours for _kind, hours in record.totals) == record.total
    assert sum(each.hours for each in record.taught) == record.total
    assert [(each.code, each.hours) for each in record.taught] == [
        ("C1", Decimal("1.55")), ("", Decimal("2")),
    ]  # fmt: skip
    told_ = rows(client.get("/me/transcript.csv"))
    assert sum(Decimal(row["hours_counted"]) for row in told_) == record.total
    lesson = next(row for row in told_ if row["evidence_key"] == "module:tiny-only")
    assert (lesson["course"], lesson["provider"], lesson["competencies"]) == (
        "A tiny course", "MRSS Academy", "C1 Calm",
    )  # fmt: skip
    page = client.get("/me/transcript/").content.decode()
    for words in ("3.55\u00a0h of training count", "with Renata Ortiz", "Entered twice",
                  "Harbor College", "C1 Calm", "Minutes of the agenda"):  # fmt: skip
        assert words in page
    assert client.get("/me/time/").context["overview"].credited == record.total


def test_the_pdf_is_tagged_and_says_the_same(learned, cast, client, tmp_path):
    client.force_login(cast.user("alma"))
    data = client.get("/me/transcript.pdf").content
    document = pikepdf.open(io.BytesIO(data))
    assert "/StructTreeRoot" in document.Root and bool(document.Root.MarkInfo.Marked)
    paper = tmp_path / "transcript.pdf"
    paper.write_bytes(data)
    text = subprocess.run(
        ["pdftotext", str(paper), "-"], capture_output=True, check=True, text=True
    )
    words = " ".join(text.stdout.split())
    for each in (
        "3.55 h of training count", "Hours by competency", "C1 Calm", "with Renata Ortiz",
        "Harbor College", "Entered twice",
    ):  # fmt: skip
        assert each in words, each


def test_the_record_is_kept_after_leaving_the_employer(learned, cast, client):
    client.force_login(cast.user("alma"))
    before = read_transcript(person_id=learned.pk)
    page = client.get("/me/transcript/").content
    Employment.objects.filter(person=learned).update(ends_on=clock.now().date() - timedelta(days=9))
    assert read_transcript(person_id=learned.pk) == before
    after = client.get("/me/transcript/")
    assert after.status_code == 200 and b"3.55" in after.content and b"3.55" in page
    assert client.get("/me/transcript.pdf").content.startswith(b"%PDF-")
    assert sum(Decimal(r["hours_counted"]) for r in rows(client.get("/me/transcript.csv"))) == (
        before.total
    )


def test_joined_records_are_one_transcript(learned, cast):
    twin = cast.add_person("alma2", "Alma", "Reyes", account=False)
    told(twin, "NM-40-03-L", hours=1, hours_type="live")
    Person.objects.filter(pk=twin.pk).update(merged_into=learned)
    assert read_transcript(person_id=learned.pk).total == Decimal("4.55")
    assert entry(learned, "session:tiny-only").instructor == "Samir Haddad"


def test_hours_cite_the_version_they_were_earned_on(learned, cast, tmp_path):
    from courses.models import CourseVersion

    old = CourseVersion.objects.get(course_key="tiny")
    outline = old.outline | {"title": "A tiny course, first edition"}
    CourseVersion.objects.filter(pk=old.pk).update(state="retired")
    CourseVersion.objects.create(
        course_key="tiny", label="2", outline=outline | {"title": "Now"}, digest="2",
        state="published", published_at=clock.now(),
    )  # fmt: skip
    catalog._outlines.clear()
    assert entry(learned, "module:tiny-only").course == "A tiny course"


@pytest.mark.parametrize("facts", [1, 3])
def test_the_page_takes_as_many_statements_with_three_facts_as_with_one(
    cast, client, statements, facts
):
    for number in range(facts):
        told(cast.person("kofi"), f"NM-40-0{number + 1}-S", hours=1, hours_type="self_paced")
    client.force_login(cast.user("kofi"))
    client.get("/me/transcript/")
    with statements() as counted:
        client.get("/me/transcript/")
    assert len(counted) == 11
