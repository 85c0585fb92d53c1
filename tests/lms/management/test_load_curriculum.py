"""``load_curriculum --check`` counts packs, fails on each fault and needs no database.

No test of this file may reach the database; pytest-django would refuse it.
"""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.courses.catalog.test_counting import VIOLATIONS, violate
from tests.courses.packs import write_pack


@pytest.fixture
def folder(tmp_path):
    return write_pack(tmp_path, lessons=2, credit=True)


def check(folder, **options):
    """Return what the command prints, and what it complains about."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("load_curriculum", str(folder), check=True, stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), None


def test_a_sound_pack_is_counted_and_nothing_is_complained_about(folder):
    out, err, failed = check(folder)
    assert (err, failed) == ("", None)
    assert out.startswith("tiny: 1 modules, 100 words in lessons\n")
    assert "Hours in all: 1.55" in out and out.endswith("0 problems\n")


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_violation_fails_the_check_and_is_printed(folder, name):
    said = violate(folder, name)
    out, err, failed = check(folder)
    assert failed and failed.endswith("Mend them; nothing was loaded.")
    assert said in err
    assert out.startswith("tiny: ")


def test_json_is_json_with_counts_bases_and_problems(folder):
    out, _err, failed = check(folder, json=True)
    [(path, count)] = json.loads(out).items()
    assert (path, failed, count["problems"]) == (str(folder), None, [])
    assert (count["course_key"], count["modules"][0]["bank"]) == ("tiny", 3)
    assert count["bases"][0]["unit"] == "module:tiny-only"
    assert count["bases"][0]["inputs"]["words"] == "100"


def test_json_holds_the_problems_and_the_check_fails_all_the_same(folder):
    violate(folder, "a course without a review date")
    out, err, failed = check(folder, json=True)
    [count] = json.loads(out).values()
    assert count["problems"] == [
        {"file": "course.yaml", "line": 0, "text": "review_due: is missing"}
    ]
    assert (err, failed) == ("", "1 problems. Mend them; nothing was loaded.")


def test_a_broken_pack_fails_without_a_traceback(folder):
    (folder / "course.yaml").write_text("key: [")
    out, err, failed = check(folder)
    assert "course.yaml" in err and failed
    assert out


def test_the_curriculum_itself_passes():
    out, err, failed = check("content/curriculum/mrss-101")
    assert (err, failed) == ("", None)
    assert "Hours in all: 1.50" in out
