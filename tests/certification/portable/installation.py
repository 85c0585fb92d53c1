"""Another installation: its own database, its own key, reached by its commands alone."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Installation:
    """One academy in a folder of its own, at an address of its own."""

    def __init__(self, folder, site, template=None):
        self.folder = folder
        folder.mkdir()
        if template is not None:
            shutil.copy(template, folder / "academy.sqlite3")
        self.environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")},
            "DJANGO_SETTINGS_MODULE": "lms.settings.base",
            "DATABASE_URL": f"sqlite:///{folder}/academy.sqlite3",
            "VAR_DIR": str(folder),
            "SITE_URL": site,
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "ERROR",
        }
        if template is None:
            self.ok("migrate", "-v0")
            self.ok("load_programs")

    @property
    def database(self):
        """Return the file of the database, closed and whole."""
        with sqlite3.connect(self.folder / "academy.sqlite3") as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.folder / "academy.sqlite3"

    def manage(self, *arguments):
        """Run a command; return (exit status, output, errors)."""
        return self._run([str(ROOT / "manage.py"), *map(str, arguments)])

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
        status, out, err = self._run(["-c", f"import django; django.setup()\n{text}"])
        assert status == 0, err
        return out

    def key(self):
        """Return (issuer, public key)."""
        document = self.json("signing_key", "--make")
        return document["id"], document["verificationMethod"][0]["publicKeyMultibase"]

    def _run(self, arguments):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout, done.stderr
