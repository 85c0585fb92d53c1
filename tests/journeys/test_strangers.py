"""What is not theirs looks absent: to strangers, to other learners, and before it is time."""

import html
import re

import yaml
from django.urls import URLPattern, get_resolver

from lms.doors import PUBLIC_ROUTES
from lms.middleware import readable_route
from tests.journeys import learning
from tests.journeys.academy import ROOT

SAMPLES = {
    "uuid": "6f1d1a52-6c1c-4d0e-9a3f-000000000024",
    "person": "6f1d1a52-6c1c-4d0e-9a3f-000000000024",
    "attempt": "6f1d1a52-6c1c-4d0e-9a3f-000000000024",
    "observation": "6f1d1a52-6c1c-4d0e-9a3f-000000000024",
    "slug": "rio-vista",
    "course": "mrss-101",
    "module": "check",
    "rubric": "engagement-conversation",
    "code": "MRSS-7K3Q-9XPA-G",
}


def closed_addresses():
    """Return an address for every route of the site that is not on the public list."""
    found = set()

    def walk(patterns, before):
        for each in patterns:
            route = before + readable_route(str(each.pattern))
            if not isinstance(each, URLPattern):
                walk(each.url_patterns, route)
            elif route not in PUBLIC_ROUTES and "(" not in route and "[" not in route:
                found.add("/" + re.sub(r"<(?:\w+:)?(\w+)>", sample, route))

    def sample(match):
        return SAMPLES.get(match[1], "1")

    walk(get_resolver().url_patterns, "")
    return sorted(found)


def test_nothing_but_the_public_list_answers_a_stranger(ask):
    addresses = closed_addresses()
    assert {"/me/", "/agency/rio-vista/", "/state/", "/coach/", "/cms/"} <= set(addresses)
    kinds = {"/admin/": 12, "/cms/": 40}
    tried = [each for each in addresses if not each.startswith(tuple(kinds))]
    for start, most in kinds.items():
        tried += [each for each in addresses if each.startswith(start)][:most]
    answers = {path: ask(path) for path in tried}
    let_in = {
        path: answer.status
        for path, answer in answers.items()
        if not (
            answer.status in (401, 404, 405)
            or (answer.status == 302 and "/accounts/login/" in answer.headers["Location"])
            or (answer.status == 302 and answer.headers["Location"].startswith("/cms/login"))
        )
    }
    assert let_in == {}


def test_a_file_of_a_course_leads_nowhere_else(ask):
    for name in (
        "../../../../lms/settings/base.py",
        "..%2f..%2f..%2fmanage.py",
        "%2e%2e/%2e%2e/manage.py",
        "....//....//manage.py",
        "..\\..\\manage.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "files%00.html",
        "course.yaml",
        "07-check/quiz.yaml",
    ):
        answer = ask(f"/learn/mrss-101/files/{name}")
        assert (name, answer.status) in [(name, status) for status in (301, 302, 400, 404)]
        assert "correct: true" not in answer.text and "SECRET_KEY" not in answer.text
    for path in ("/static/../manage.py", "/static/%2e%2e/manage.py", "/media/../manage.py"):
        assert "DJANGO_SETTINGS_MODULE" not in ask(path).text


def test_somebody_elses_work_looks_absent(visit, page, sign_in, newcomer, academy):
    sign_in(page, newcomer)
    learning.start_quiz(page)
    where = page.url
    [(question,)] = academy.rows("SELECT min(id) FROM courses_question")
    teo = visit("teo")
    assert teo.request.get(where).status == 404
    token = next(c["value"] for c in teo.context.cookies() if c["name"] == "csrftoken")
    sent = teo.request.post(
        f"{where}answer/",
        data={"answers": [{"question": question, "value": "a", "sequence": 1}]},
        headers={"X-CSRFToken": token},
    )
    assert sent.status == 404


def test_no_page_before_submitting_holds_the_key(page, sign_in, newcomer, answer_key):
    sign_in(page, newcomer)
    learning.start_quiz(page)
    with page.expect_response("**/answer/") as reply:
        learning.answer_all(page, answer_key)
    served = [page.request.get(page.url), page.request.get(learning.QUIZ), reply.value]
    bodies = "\n".join(html.unescape(each.text()) for each in served)
    pack = yaml.safe_load((ROOT / "content/curriculum/mrss-101/07-check/quiz.yaml").read_text())
    options = [option for question in pack["questions"] for option in question["options"]]
    assert sum(option["text"] in bodies for option in options) >= 30
    assert [o["feedback"] for o in options if o["feedback"] in bodies] == []
    assert not re.search(r"data-correct|\"correct\"|is_correct", bodies)


def test_the_editor_opens_for_editors_only(visit):
    for key, status in (("samir", 200), ("bo", 403), ("teo", 403)):
        assert (key, visit(key).request.get("/cms/").status) == (key, status)
