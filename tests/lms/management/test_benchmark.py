"""The benchmark prints what it measured, in a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_goal_is_a_line_and_nothing_real_is_touched(tmp_path):
    database = tmp_path / "real.sqlite3"
    run = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "benchmark",
            "P1",
            "P4",
            "P7",
            "P16",
            "--rounds",
            "3",
            "--json",
        ],
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if k != "TEST_DATABASE_FILE"},
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{database}",
        },
        capture_output=True,
        text=True,
    )
    told = json.loads(run.stdout)
    lines = [(line["goal"], line["counts"]) for line in told["lines"]]
    assert lines == [
        *[("P1", {"SQL": [1, 2], "writes": [0, 0], "cookies": [0, 0]})] * 3,
        ("P4", {"SQL a save": [6, 6], "SQL submit": [14, 15]}),
        ("P7", {"change with more courses": [0, 0]}),
        *[("P16", {})] * 3,
    ]
    assert not database.exists() or database.stat().st_size == 0
