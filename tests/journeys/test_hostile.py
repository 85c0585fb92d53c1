"""Whoever tries to break in, to break things or to read what is not theirs meets a calm page."""

import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from tests.journeys import learning
from tests.journeys.rosters import ROSTER_HEAD, as_csv, map_columns, send

ROOT = Path(__file__).parents[2]
CODES = (
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "MRSS-%00-7K3Q",
    "{{7*7}}",
    "{% debug %}",
    "@@holder@@",
    "[[body]]",
    "ＭＲＳＳ－７Ｋ３Ｑ",
    "\u202egro.live",
    "MRSS-" + "A" * 900,
    "💣" * 40,
    "-1",
    "nan",
)
LONG = "A" * 100_000
EVIL = '<img src=x onerror="alert(1)">'


# --- hostile input --------------------------------------------------------------------------
@pytest.mark.parametrize("code", CODES)
def test_a_hostile_code_is_no_certificate(ask, code):
    path = quote(code, safe="%/")
    for address in (
        f"/verify/{path}/",
        f"/verify/?code={quote(code)}",
        f"/verify/{path}.json",
        f"/api/v1/verify/{path}",
        f"/api/v1/verify/{path}?as_of=2026-02-30",
    ):
        answer = ask(address)
        assert answer.status in (301, 302, 400, 401, 404, 422), address
        assert "<script>alert" not in answer.text
        assert "Traceback" not in answer.text
        if answer.status == 200:
            assert "Issued to" not in answer.text


def test_a_hostile_date_is_said_to_be_none(ask, codes):
    for value in (
        "0000-00-00",
        "2026-02-30",
        "9999999999",
        "' OR 1",
        "<b>",
        "2026-1-1",
        "٢٠٢٦-٠١-٠١",
    ):
        assert ask(f"/api/v1/verify/{codes['valid']}?as_of={quote(value)}").status == 422
        assert ask(f"/verify/{codes['valid']}/?as_of={quote(value)}").status == 422
    for value in ("0001-01-01", "9999-12-31"):
        assert ask(f"/api/v1/verify/{codes['valid']}?as_of={value}").status == 200


def test_trying_codes_one_by_one_is_slowed_down(ask):
    answers = [ask(f"/verify/MRSS-7K3Q-9XPA-{'ABCDEFGHJK'[n % 10]}/").status for n in range(140)]
    assert HTTPStatus.TOO_MANY_REQUESTS in answers
    busy = ask("/verify/MRSS-7K3Q-9XPA-G/")
    assert (busy.status, int(busy.headers["Retry-After"]) <= 60) == (429, True)


def test_a_field_of_a_hundred_thousand_letters_is_refused_politely(visit, ask):
    teo, bo = visit("teo"), visit("bo")

    def post(page, path, **fields):
        token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
        form = {"csrfmiddlewaretoken": token, **fields}
        return page.request.post(path, form=form, headers={"Referer": page.url}).status

    teo.goto("/learn/mrss-101/why/a-tuesday-night/")
    bo.goto("/agency/rio-vista/")
    answers = {
        "note": post(teo, teo.url, **{"block": "a-time-help-came", "a-time-help-came": LONG}),
        "choice": post(teo, teo.url, **{"block": "rosa-first-need", "rosa-first-need": LONG}),
        "unknown block": post(teo, teo.url, block=LONG),
        "invitation": post(bo, "/agency/rio-vista/invitations/", email=LONG, role=LONG),
        "search": bo.request.get(f"/agency/rio-vista/?q={LONG[:3000]}").status,
        "date": bo.request.get(f"/agency/rio-vista/?as_of={LONG[:3000]}").status,
        "page": bo.request.get("/agency/rio-vista/?page=-99999999999999999999").status,
        "many": bo.request.get("/agency/rio-vista/?sort[]=x&show=%00&site=%F0%9F").status,
    }
    assert answers == {
        "note": 422,
        "choice": answers["choice"],
        "unknown block": 400,
        "invitation": 400,
        "search": 200,
        "date": 200,
        "page": 200,
        "many": 200,
    }
    assert answers["choice"] < 500
    # Too long a line is stopped by the web server, too long a body by Django.
    assert ask(f"/verify/?code={LONG}").status in (400, 414)
    body = b"x" * (3 * 1024 * 1024)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask("/accounts/login/", method="POST", body=body, headers=form).status in (400, 403, 413)


def test_names_that_are_markup_are_only_names(page, context, academy, visit):
    page.goto("/accounts/signup/")
    page.get_by_label("Given name").fill(EVIL)
    page.get_by_label("Family name").fill("</title><script>alert(2)</script>")
    page.get_by_label("Email").fill("evil@example.org")
    for label in ("Password", "Password (again)"):
        page.get_by_label(label, exact=True).fill("blue-mesa-after-the-storm")
    page.get_by_role("button", name="Make an account").click()
    link = re.search(r"http://\S+/confirm-email/\S+", academy.letter("evil@example.org")).group()
    page.goto(link)
    page.locator("main").get_by_role("button").click()
    if "/login/" in page.url:
        page.get_by_label("Email").fill("evil@example.org")
        page.get_by_label("Password", exact=True).fill("blue-mesa-after-the-storm")
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    shouted = []
    page.on("dialog", lambda dialog: (shouted.append(dialog.message), dialog.dismiss()))
    page.goto("/me/")
    expect(page.locator("main")).to_contain_text(EVIL)
    for path in ("/me/transcript/", learning.COURSE):
        page.goto(path)
    bo = visit("bo")
    bo.on("dialog", lambda dialog: (shouted.append(dialog.message), dialog.dismiss()))
    row = ("X-1", EVIL, "=cmd|' /C calc'!A0", "xss@example.org", "responder", "North site", "")
    send(bo, as_csv([ROSTER_HEAD, row]))
    expect(bo.locator("main")).to_contain_text(EVIL)
    map_columns(bo)
    expect(bo.locator("main")).to_contain_text(EVIL)
    bo.get_by_role("button", name="Drop this draft").click()
    assert shouted == []


# --- forged forms and headers ---------------------------------------------------------------
def test_a_form_from_elsewhere_changes_nothing(visit, academy):
    teo, bo = visit("teo"), visit("bo")
    for page, path, form in (
        (teo, learning.QUIZ, {}),
        (teo, learning.COURSE, {}),
        (teo, "/learn/mrss-101/why/a-tuesday-night/", {}),
        (teo, "/accounts/logout/", {}),
        (bo, "/agency/rio-vista/invitations/", {"email": "a@example.org", "role": "responder"}),
        (bo, "/agency/rio-vista/roster/", {}),
        (bo, "/agency/rio-vista/verify-roster/", {}),
    ):
        answer = page.request.post(path, form=form)
        assert (path, answer.status) == (path, 403)
        assert "This form waited too long" in answer.text()
    assert teo.request.get("/me/").status == 200


STRICT = "default-src 'self';"


def test_every_answer_carries_the_headers(visit, ask, codes):
    def held(headers):
        return {
            "policy": headers["content-security-policy"].startswith(STRICT)
            and "unsafe" not in headers["content-security-policy"],
            "sniffing": headers["x-content-type-options"] == "nosniff",
            "frames": headers["x-frame-options"].upper() in ("DENY", "SAMEORIGIN"),
            "referrer": headers["referrer-policy"] == "same-origin",
            "opener": headers["cross-origin-opener-policy"] == "same-origin",
            "permissions": "camera=()" in headers["permissions-policy"],
        }

    good = dict.fromkeys(
        ("policy", "sniffing", "frames", "referrer", "opener", "permissions"), True
    )
    for path in (
        "/", "/learn/", learning.COURSE, "/verify/", f"/verify/{codes['valid']}/",
        f"/verify/{codes['valid']}.json", f"/api/v1/verify/{codes['valid']}", "/accounts/login/",
        "/no-such-page/", "/healthz", "/me/",
    ):  # fmt: skip
        headers = {name.lower(): value for name, value in ask(path).headers.items()}
        assert (path, held(headers)) == (path, good)
    for key, path in (
        ("bo", "/agency/rio-vista/"), ("bo", "/agency/rio-vista/team.csv"), ("dee", "/state/"),
        ("renata", "/coach/"), ("lucia", "/me/transcript.pdf"),
        ("lucia", f"/certificates/{codes['valid']}.pdf"),
    ):  # fmt: skip
        assert (path, held(visit(key).request.get(path).headers)) == (path, good)


def test_the_session_cookie_is_for_the_server_only(visit):
    [session] = [c for c in visit("teo").context.cookies() if c["name"] == "sessionid"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")


def test_sign_in_leads_only_to_this_site(page, sign_in, newcomer):
    page.goto("/accounts/login/?" + urlencode({"next": "https://evil.example.org/"}))
    sign_in.here(page, newcomer)
    assert "evil" not in page.url


def test_guessing_a_password_is_slowed_down(ask, page):
    page.goto("/accounts/login/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    statuses = []
    for n in range(14):
        answer = page.request.post(
            "/accounts/login/",
            form={
                "csrfmiddlewaretoken": token,
                "login": "hannah@example.org",
                "password": f"wrong-{n}",
            },
        )
        statuses.append(answer.status)
        said = answer.text()
    assert statuses[-1] == 429 or "Too many" in said
