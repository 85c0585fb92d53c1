"""Another installation: its own process, database and key, reached by its commands alone."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WORKER = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.core.management import CommandError, call_command
answers = sys.stdout
for line in sys.stdin:
    asked, out, err, status = json.loads(line), io.StringIO(), io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(out):
            if "python" in asked:
                exec(asked["python"], {})
            else:
                call_command(*asked["command"], stdout=out, stderr=err)
    except CommandError as error:
        status = 1
        err.write(str(error))
    except SystemExit as error:
        status = error.code or 0
    except Exception:
        status = 2
        err.write(traceback.format_exc())
    print(json.dumps([status, out.getvalue(), err.getvalue()]), file=answers, flush=True)
"""


class Installation:
    """One academy in a folder of its own, at an address of its own."""

    def __init__(self, folder, site, database=None):
        self.folder = folder
        folder.mkdir()
        if database is not None:
            with sqlite3.connect(folder / "academy.db") as new:
                database.backup(new)
        environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")},
            "DJANGO_SETTINGS_MODULE": "lms.settings.base",
            "DATABASE_URL": f"sqlite:///{folder}/academy.db",
            "VAR_DIR": str(folder),
            "SITE_URL": site,
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if database is None:
            self.ok("migrate", "-v0")
        self.ok("load_programs")

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def manage(self, *arguments):
        """Run a command; return (exit status, output, errors)."""
        return self._ask(command=[str(each) for each in arguments])

    def ok(self, *arguments):
        """Run a command that must succeed; return its output."""
        status, out, err = self.manage(*arguments)
        assert status == 0, err
        return out

    def json(self, *arguments):
        """Run a command that must succeed; return its JSON."""
        return json.loads(self.ok(*arguments, "--json"))

    def python(self, text):
        """Run Python within the installation; return what it prints."""
        status, out, err = self._ask(python=text)
        assert status == 0, err
        return out

    def key(self):
        """Return (issuer, public key)."""
        document = self.json("signing_key", "--make")
        return document["id"], document["verificationMethod"][0]["publicKeyMultibase"]

    def believe(self, other, name):
        """Put another academy on the list of issuers."""
        did, key = other.key()
        self.ok("trust_issuer", "--name", name, "--did", did, "--key", key)

    def _ask(self, **asked):
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
