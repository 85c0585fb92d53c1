"""A whole academy for the journeys: its own database, web server, worker and mailbox."""

import base64
import hmac
import json
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "vendor" / "axe.min.js"
WIDTHS = {"phone": 390, "desk": 1280}
STRANGERS = 40
NEWCOMERS = 20
BUILD = f"""
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("load_curriculum")
call_command("load_programs")
call_command("seed_demo", strangers={STRANGERS})
"""


@dataclass
class Academy:
    """A running academy."""

    url: str
    env: dict
    folder: Path
    processes: dict

    def manage(self, *arguments, check=True):
        """Run a management command; return what it printed."""
        return self._run(["manage.py", *arguments], check=check)

    def query(self, code):
        """Run Python inside the academy; return what it printed. Costs seconds: see ``rows``."""
        return self._run(["-c", f"import django; django.setup()\n{code}"]).strip()

    def _run(self, words, *, check=True):
        run = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def rows(self, sql, *values):
        """Read rows of the database as tuples."""
        place = f"file:{self.folder}/academy.sqlite3?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=20)) as base:
            return base.execute(sql, values).fetchall()

    def letter(self, address, *, wait=30, about=""):
        """Return the newest message to an address; fail when none comes."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            files = sorted((self.folder / "mail").glob("*"), key=lambda f: f.stat().st_mtime)
            for file in reversed(files):
                for text in reversed(file.read_text().split(f"\n{'-' * 79}\n")):
                    words = _words_of(text, address)
                    if words and about in words:
                        return words
            time.sleep(0.3)
        raise AssertionError(f"no message to {address}")

    def forget_limits(self):
        """Let every address ask afresh: all journeys share one."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def start_web(self):
        """Start the web server and wait until it answers."""
        port = self.url.rsplit(":", 1)[1]
        self.processes["web"] = self._start(
            "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--log-level", "warning", "--no-control-socket",
        )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=10)
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the web server did not start")

    def start_worker(self):
        """Start the background worker."""
        self.processes["worker"] = self._start(
            "celery", "-A", "lms", "worker", "-B", "--concurrency=1", "--loglevel=ERROR",
            "--pidfile=", f"--schedule={self.folder}/schedule",
        )  # fmt: skip

    def _start(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.env, start_new_session=True
        )

    def kill(self, name):
        """Kill a process and its children at once, as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _words_of(text, address):
    message = message_from_string(text.lstrip("\n"))
    if address not in (message["To"] or ""):
        return ""
    return f"{message['Subject']}\n{message.get_payload(decode=True).decode()}"


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
        "SITE_URL": url,
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
    }
    place = Academy(url, env, folder, {})
    if not seeded:
        place._run(["-c", BUILD])
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
        page.get_by_label("Email").fill(email)
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
