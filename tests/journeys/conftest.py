"""A whole academy for the journeys: its own database, web server, worker and mailbox."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "vendor" / "axe.min.js"
WIDTHS = {"phone": 390, "desk": 1280}


@dataclass
class Academy:
    """A running academy."""

    url: str
    env: dict
    folder: Path
    processes: dict

    def manage(self, *arguments, check=True):
        """Run a management command; return what it printed."""
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def query(self, code):
        """Run Python inside the academy; return what it printed."""
        run = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def letter(self, address, *, wait=30):
        """Return the newest message to an address; fail when none comes."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            files = sorted((self.folder / "mail").glob("*"), key=lambda f: f.stat().st_mtime)
            for file in reversed(files):
                text = file.read_text()
                if f"To: {address}" in text:
                    return message_from_string(text).get_payload(decode=True).decode()
            time.sleep(0.3)
        raise AssertionError(f"no message to {address}")

    def start_web(self):
        """Start the web server and wait until it answers."""
        port = self.url.rsplit(":", 1)[1]
        self.processes["web"] = self._start(
            "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--log-level", "warning", "--no-control-socket",
        )  # fmt: skip
        end = time.monotonic() + 40
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2)
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


@pytest.fixture(scope="session")
def academy(tmp_path_factory):
    """A seeded, running academy."""
    folder = tmp_path_factory.mktemp("academy")
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
    place.manage("migrate", "--verbosity", "0")
    place.manage("load_curriculum")
    place.manage("load_programs")
    place.manage("seed_demo")
    place.start_web()
    place.start_worker()
    yield place
    for name in list(place.processes):
        place.kill(name)


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
def browser_context_args(browser_context_args, academy):
    """Every page starts from the academy's address."""
    return {**browser_context_args, "base_url": academy.url, "locale": "en-US"}


@pytest.fixture
def sign_in(academy):
    """Return a function that signs a member of the cast in by the form, with the second factor."""
    from lms.management.demo.cast import PASSWORD

    def sign_in(page, email):
        page.goto("/accounts/login/")
        page.get_by_label("Email", exact=False).first.fill(email)
        page.locator("input[type=password]").first.fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        if "/2fa/" in page.url:
            page.locator("input[name=code]").first.fill(code(email))
            page.locator("main").get_by_role("button").first.click()
        page.wait_for_url(lambda url: "/accounts/" not in url)

    def code(email):
        return academy.manage("seed_demo", "--code", email).strip().split()[-1]

    return sign_in


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


@pytest.fixture
def no_axe_findings():
    """Return a function that runs axe on a page and demands no violation."""
    source = AXE.read_text()

    def check(page):
        page.evaluate(source)
        found = page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
            " 'wcag21aa', 'wcag22aa', 'best-practice']})).violations"
            ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))"
        )
        assert found == [], page.url

    return check
