"""What the journeys stand on: a running academy, browsers, and ways to sign in."""

import base64
import hmac
import http.client
import json
import os
import shutil
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest
import yaml

from tests.journeys.academy import BUILD, ROOT, Academy

AXE = ROOT / "tests" / "vendor" / "axe.min.js"
NEWCOMERS = 60


@pytest.fixture(scope="session")
def academy(tmp_path_factory):
    """A seeded, running academy.

    ``JOURNEYS_FROM`` names the folder of an academy that was seeded before, to be copied: whoever
    works on one journey need not wait for the seed each time.
    """
    folder = tmp_path_factory.mktemp("academy")
    seeded = os.environ.get("JOURNEYS_FROM")
    if seeded:
        shutil.copytree(seeded, folder, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings.base",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/academy.sqlite3",
        "CACHE_URL": f"file://{folder}/cache",
        "EMAIL_URL": f"file://{folder}/mail",
        "CELERY_BROKER_URL": "filesystem://",
        "SITE_URL": url,
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
    }
    place = Academy(url, env, folder, {})
    if not seeded:
        place.query(BUILD)
    try:
        place.start_web()
        place.start_worker()
        yield place
    finally:
        for name in list(place.processes):
            place.kill(name)


@pytest.fixture(autouse=True)
def _fresh_limits(request):
    if "academy" in request.fixturenames:
        request.getfixturevalue("academy").forget_limits()


# --- the browser ----------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((path for name in names if (path := shutil.which(name))), None)
    assert chromium, "Chromium is missing: apt-get install chromium"
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-quic"],
    }


@pytest.fixture(scope="session")
def base_url(academy):
    """Every page starts from the academy's address."""
    return academy.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Pages are asked for in English."""
    return {**browser_context_args, "locale": "en-US"}


@pytest.fixture
def watched(request):
    """Return a function that watches a browser context; the test fails by what it hears.

    That is: an exception in a script, or anything that the content security policy stopped.
    """
    heard = []

    def watch(context):
        context.on("weberror", lambda error: heard.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                "Content Security Policy" in message.text and heard.append(message.text)
            ),
        )
        return context

    yield watch
    assert heard == []


@pytest.fixture
def context(new_context, watched):
    """A browser of a stranger."""
    return watched(new_context())


@pytest.fixture
def visit(new_context, watched, sign_in, _states):
    """Return a function that opens a page as a member of the cast, signed in already."""

    def visit(key, **options):
        if key not in _states:
            first = new_context()
            sign_in(first.new_page(), f"{key}@example.org")
            _states[key] = first.storage_state()
            first.close()
        return watched(new_context(storage_state=_states[key], **options)).new_page()

    return visit


@pytest.fixture(scope="session")
def _states():
    return {}


# --- signing in -----------------------------------------------------------------------------
@pytest.fixture
def sign_in(academy, _codes):
    """Return a function that signs a member of the cast in by the form, with the second factor."""
    from lms.management.demo.cast import PASSWORD

    def sign_in(page, email):
        page.goto("/accounts/login/")
        fill_in(page, email)

    def fill_in(page, email):
        page.get_by_role("textbox", name="Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        if "/2fa/" in page.url:
            page.get_by_label("code").fill(_codes(email))
            page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/accounts/" not in url)

    sign_in.here = fill_in
    return sign_in


@pytest.fixture(scope="session")
def _codes():
    """Return a function that gives a code of the demo's authenticator app, each code only once."""
    from lms.management.demo.cast import TOTP_SECRET

    used = {}

    def code(email):
        # A code is good once, and for the half minute it belongs to.
        while used.get(email) == time.time() // 30 or time.time() % 30 > 25:
            time.sleep(0.5)
        used[email] = window = int(time.time() // 30)
        key = base64.b32decode(TOTP_SECRET)
        digest = hmac.digest(key, struct.pack(">Q", window), "sha1")
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    return code


@pytest.fixture(scope="session")
def _newcomers(academy):
    """Return the addresses of learners with nothing on record; made at once, it costs seconds."""
    academy.query(
        "from lms.management.demo.cast import PASSWORD\n"
        "from allauth.account.models import EmailAddress\n"
        "from lms.people.models import Person, User\n"
        f"for n in range({NEWCOMERS}):\n"
        "    u = User.objects.create_user(f'newcomer{n}@example.org', PASSWORD)\n"
        "    EmailAddress.objects.create(user=u, email=u.email, verified=True, primary=True)\n"
        "    Person.objects.create(user=u, given_name=f'Newcomer {n}', email=u.email)\n"
    )
    return iter([f"newcomer{n}@example.org" for n in range(NEWCOMERS)])


@pytest.fixture
def newcomer(_newcomers):
    """The address of a learner of this test's own, with nothing on record."""
    return next(_newcomers)


# --- what journeys know ---------------------------------------------------------------------
@pytest.fixture(scope="session")
def answer_key():
    """Return {stem: text of the right option} of the MRSS 101 check, from the pack's files."""
    pack = ROOT / "content/curriculum/mrss-101/07-check/quiz.yaml"
    questions = yaml.safe_load(pack.read_text())["questions"]
    return {
        " ".join(q["stem"].split()): next(
            " ".join(o["text"].split()) for o in q["options"] if o["correct"]
        )
        for q in questions
    }


@pytest.fixture(scope="session")
def codes(academy):
    """Return a certificate code of the demo for valid, expired, revoked and suspended."""
    return json.loads(academy.manage("seed_demo", "--logins", "--json"))["certificates"]


@pytest.fixture(scope="session")
def axe_source():
    """The script that examines a page."""
    return AXE.read_text()


@pytest.fixture
def no_axe_findings(axe_source):
    """Return a function that runs axe on a page and demands no violation."""

    def check(page):
        page.evaluate(axe_source)
        found = page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
            " 'wcag21aa', 'wcag22aa', 'best-practice']})).violations"
            ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))"
        )
        assert found == [], page.url

    return check


@pytest.fixture
def picture():
    """Return a function that keeps a picture of a page where ``JOURNEY_PICTURES`` says."""
    folder = os.environ.get("JOURNEY_PICTURES")

    def take(page, name):
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return take


@pytest.fixture
def ask(academy):
    """Return a function that sends one request as it is written, following nothing."""
    host = urlsplit(academy.url).netloc

    def ask(path, *, method="GET", body=None, headers=None):
        line = http.client.HTTPConnection(host, timeout=60)
        line.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            line.putheader(name, value)
        if body is not None:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        answer = line.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        line.close()
        return answer

    return ask
