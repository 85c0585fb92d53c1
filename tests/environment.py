"""The environment of the tests, set before Django reads its settings."""

import os
import tempfile
from pathlib import Path

_var = Path(tempfile.mkdtemp(prefix="mrss-tests-"))
os.environ.setdefault("VAR_DIR", str(_var))
os.environ.setdefault("DEMO", "0")
# A file, so that threads meet in one database as they do in production.
os.environ.setdefault("TEST_DATABASE_FILE", str(_var / "test.sqlite3"))
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
