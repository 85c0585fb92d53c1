"""A real web server with two workers on the scratch database, and everybody who starts at once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from lms.kit.matching import name_key
from lms.management.benchmark.visitor import Failed
from lms.people.models import Person, User

WORKERS = 2
THREADS = 4
TOKEN = "a" * 32
PATIENCE = 60
"""Seconds that the server may take to start, and a request to be answered."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who is signed in: the id of the account and the key of its session."""

    user_id: int
    session: str


def sign_up(size: int, *, name: str) -> list[Learner]:
    """Create people with accounts who are signed in; straight into the tables, as it is no goal."""
    accounts = User.objects.bulk_create(
        [User(email=f"{name}-{n}@example.org") for n in range(size)]
    )
    Person.objects.bulk_create(
        [
            Person(given_name=name, family_name=str(n), folded_name=name_key(name), user=account)
            for n, account in enumerate(accounts)
        ]
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore
    found = []
    for account in accounts:
        session = store()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        found.append(Learner(account.pk, session.session_key))
    return found


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and where its database is."""

    port: int
    database: str
    env: dict[str, str]

    def manage(self, code: str) -> subprocess.Popen[bytes]:
        """Run Python with the same database beside the server."""
        words = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        return subprocess.Popen(words, cwd=settings.ROOT, env=self.env, stdout=subprocess.PIPE)


@contextmanager
def server() -> Iterator[Server]:
    """Yield a server with two workers on a copy of the scratch database."""
    with TemporaryDirectory() as folder:
        database = _database(Path(folder))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.base",
            "DATABASE_URL": database,
            "VAR_DIR": folder,
            "CACHE_URL": f"file://{folder}/cache",
            "EMAIL_URL": f"file://{folder}/mail",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DEMO": "1",
            "LOG_LEVEL": "ERROR",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{port}",
             "--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "error",
             "--backlog", "2048", "--no-control-socket"],
            cwd=settings.ROOT, env=env, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(port)
            yield Server(port, database, env)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _database(folder: Path) -> str:
    """Return the address of the scratch database; what lives in memory is copied to a file."""
    if connection.vendor == "sqlite":
        import sqlite3

        connection.ensure_connection()
        file = folder / "rush.sqlite3"
        with sqlite3.connect(file) as copy:
            connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{file}"
    given = connection.settings_dict
    place = f"{given['HOST'] or ''}" + (f":{given['PORT']}" if given["PORT"] else "")
    who = quote(given["USER"] or "", safe="")
    secret = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    return f"postgres://{who}{secret}@{place}/{given['NAME']}"


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            status, _body = asyncio.run(_ask(port, "GET", "/healthz", "", b""))
        except OSError:
            time.sleep(0.2)
            continue
        if status == 200:
            return
    raise Failed("the web server did not start")


# --- asking ---------------------------------------------------------------------------------
def post_all(server: Server, path: str, learners: Sequence[Learner]) -> tuple[float, list[int]]:
    """Send one form of each learner at the same moment.

    Return the seconds until the last answer came, and the status of each.
    """

    async def rush() -> tuple[float, list[int]]:
        body = f"csrfmiddlewaretoken={TOKEN}".encode()
        begun = time.perf_counter()
        asked = [
            _ask(server.port, "POST", path, f"sessionid={each.session}; csrftoken={TOKEN}", body)
            for each in learners
        ]
        answers: list[Any] = await asyncio.gather(*asked, return_exceptions=True)
        took = time.perf_counter() - begun
        return took, [0 if isinstance(each, BaseException) else each[0] for each in answers]

    return asyncio.run(rush())


async def _ask(port: int, method: str, path: str, cookies: str, body: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        return int(answer.split(b" ", 2)[1]), answer
    finally:
        writer.close()
