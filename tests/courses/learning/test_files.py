"""Files of a course: only those in its list, and nothing in them acts for the reader."""

import pytest
from django.test import Client

from tests.courses.packs import edit

pytestmark = pytest.mark.django_db
AID = "/learn/tiny/files/files/aid.html"


def test_a_file_of_the_pack_is_shown_in_a_sandbox(load, client):
    load()
    response = client.get(AID)
    assert b"Call 988" in b"".join(response.streaming_content)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "script" not in policy
    assert f'href="{AID}"' in client.get("/learn/tiny/only/lesson-1/").content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "files/../course.yaml",
        "../course.yaml",
        "files/%2e%2e/course.yaml",
        "..%2f..%2fetc/passwd",
        "%2fetc%2fpasswd",
        "files/aid.html%00",
        "files/aid.html/",
        "course.yaml",
        "01-only/quiz.yaml",
        "01-only/01-lesson.md",
        "files\\aid.html",
        "",
    ],
)
def test_no_trick_leads_to_another_file(load, client, name):
    load(quiz=True)
    assert client.get(f"/learn/tiny/files/{name}").status_code == 404


def test_a_draft_does_not_replace_a_file_that_learners_read(load):
    from courses import public

    folder = load()
    edit(folder, "files/aid.html", "988", "NEW WORDS")
    loaded = public.load_curriculum(path=folder)
    assert b"988" in b"".join(Client().get(AID).streaming_content)
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    assert b"NEW WORDS" in b"".join(Client().get(AID).streaming_content)


def test_what_a_browser_cannot_show_is_saved_under_its_name(load, client, tmp_path):
    from courses import public

    folder = load()
    (folder / "files" / "form.docx").write_bytes(b"PK")
    label = public.load_curriculum(path=folder).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    response = client.get("/learn/tiny/files/files/form.docx")
    assert response.headers["Content-Disposition"] == 'attachment; filename="form.docx"'
    assert response.headers["Content-Type"] == "application/octet-stream"
