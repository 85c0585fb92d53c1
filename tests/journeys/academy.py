"""A whole academy: its own database, web server, background worker and mailbox."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).parents[2]
STRANGERS = 40
BUILD = f"""
from django.core.management import call_command
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
                for text in reversed(file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")):
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
    message = message_from_bytes(text.lstrip(b"\n"), policy=policy.default)
    if address not in (message["To"] or ""):
        return ""
    return f"{message['Subject']}\n{message.get_content()}"
