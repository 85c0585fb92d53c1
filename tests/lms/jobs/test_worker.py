"""A real worker: what it held when it was killed is done by the next one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """
import os, sys, time, django
django.setup()
from django.db import transaction
from lms.jobs.operations import enqueue
with transaction.atomic():
    for n in range(6):
        enqueue(kind="send_notice", key=f"n:{n}", payload={"notice_key": f"k{n}"})
"""


def python(code, env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def redis_url():
    port = free_port()
    server = subprocess.Popen(
        [shutil.which("redis-server"), "--port", str(port), "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("broker", ["filesystem", "redis"])
def test_killing_the_worker_loses_no_mail_and_sends_none_twice(tmp_path, broker, request):
    url = "filesystem://" if broker == "filesystem" else request.getfixturevalue("redis_url")
    env = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3",
        "CELERY_BROKER_URL": url,
        "EMAIL_URL": f"file://{tmp_path}/mail",
        "DJANGO_SETTINGS_MODULE": "lms.settings.base",
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True
    )
    python(
        "import django; django.setup()\n"
        "from lms.notices.models import Notice\n"
        "[Notice.objects.create(key=f'k{n}', kind='t', address='alma@example.org',"
        " subject=f's{n}', body='b') for n in range(6)]",
        env,
    )
    worker = start_worker(env)
    python(SCRIPT, env)
    time.sleep(1.0)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    # What the dead worker had claimed waits for its lease; let the lease run out now.
    python(
        "import django; django.setup()\n"
        "from lms.jobs.models import Job\n"
        "from lms.kit import clock\n"
        "Job.objects.filter(state='running').update(lease_until=clock.now())",
        env,
    )
    worker = start_worker(env)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            left = python(
                "import django; django.setup()\n"
                "from lms.jobs.models import Job\n"
                "print(Job.objects.filter(key__startswith='n:').exclude(state='done').count())",
                env,
            ).strip()
            if left == "0":
                break
            time.sleep(0.5)
        assert left == "0"
        sent = sorted(
            line
            for file in (tmp_path / "mail").iterdir()
            for line in file.read_text().splitlines()
            if line.startswith("Subject: ")
        )
        assert sent == [f"Subject: s{n}" for n in range(6)]
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def start_worker(env):
    return subprocess.Popen(
        [
            sys.executable, "-m", "celery", "-A", "lms", "worker", "-B", "--pool=prefork",
            "--concurrency=1", "--loglevel=ERROR", "--pidfile=",
            f"--schedule={env['VAR_DIR']}/schedule",
        ],
        cwd=ROOT,
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
