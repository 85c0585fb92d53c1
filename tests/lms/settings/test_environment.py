"""Nonsense in the environment stops the start and names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def check(*arguments, **variables):
    env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CACHE_URL"}}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=ROOT,
        env={**env, **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("CELERY_BROKER_URL", "carrier-pigeon://roof"),
        ("CACHE_URL", "memory"),
        ("STORAGE_URL", "ftp://old"),
        ("EMAIL_URL", "pop3://x"),
        ("SITE_URL", "academy.example.org"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DEBUG", "perhaps"),
        ("TRUSTED_PROXY_COUNT", "-1"),
    ],
)
def test_a_bad_value_stops_the_start_and_names_the_variable(name, value):
    run = check(**{name: value})
    assert (run.returncode != 0, f"{name} " in run.stderr) == (True, True), run.stderr


def test_a_bare_checkout_starts():
    run = check()
    assert run.returncode == 0, run.stderr


def test_production_refuses_the_trial_key_and_a_counter_per_process():
    run = check("--deploy", SITE_URL="https://academy.example.org")
    assert ("lms.E002" in run.stderr, "lms.E004" in run.stderr) == (True, True)


def test_the_demo_is_refused_under_https():
    run = check(SITE_URL="https://academy.example.org", DEMO="1", SECRET_KEY="x" * 60)
    assert "lms.E005" in run.stderr


def test_every_variable_that_is_read_is_explained():
    import re

    source = (ROOT / "lms/settings/base.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read - explained == set()
