"""Files and functions stay small; the list of exceptions may only shrink."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 500, 80
EXCEPTIONS: set[str] = set()
FORBIDDEN = {"utils.py", "helpers.py", "common.py", "services.py"}


def sources():
    """Return the project's own Python files."""
    for folder in ("lms", "courses", "certification", "content"):
        for file in (ROOT / folder).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file


def test_no_file_is_longer_than_500_lines():
    long = {str(f.relative_to(ROOT)) for f in sources() if len(f.read_text().splitlines()) > 500}
    assert long - EXCEPTIONS == set()


def test_no_function_is_longer_than_80_lines():
    long = set()
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION:
                    long.add(f"{file.relative_to(ROOT)}:{node.name}")
    assert long - EXCEPTIONS == set()


def test_no_room_for_leftovers():
    assert [f.name for f in sources() if f.name in FORBIDDEN] == []


def test_every_module_opens_with_a_sentence():
    silent = [
        str(f.relative_to(ROOT))
        for f in sources()
        if not ast.get_docstring(ast.parse(f.read_text()))
    ]
    assert silent == []


def test_only_the_clock_reads_the_clock():
    """Dates and times come from lms.kit.clock, so that tests can freeze them."""
    words = ("datetime.now(", "timezone.now(", "date.today(", "datetime.utcnow(", "time.time(")
    readers = {
        str(f.relative_to(ROOT)) for f in sources() if any(word in f.read_text() for word in words)
    }
    assert readers - {"lms/kit/clock.py"} == set()


def test_the_root_holds_what_the_house_says():
    allowed = {
        "lms",
        "courses",
        "certification",
        "content",
        "templates",
        "tests",
        "docs",
        "manage.py",
        "pyproject.toml",
        "README.md",
        "run",
        "requirements.lock",
        "requirements-dev.lock",
        "LICENSE",
        "package.json",
        "package-lock.json",
    }
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {line.split("/")[0] for line in listed}
    assert {name for name in top if not name.startswith(".")} - allowed == set()
