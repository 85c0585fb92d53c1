"""History files for the cast under the programs that come with the academy."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.programs.operations import adopt, load_programs
from tests.cast import HIRED

HEAD = "person_key,credential,completed_on,valid_from,valid_until,hours,evidence"


@pytest.fixture
def today(time_machine):
    """Stop the clock at noon in Denver on 21 November 2026."""
    time_machine.move_to("2026-11-21T19:00:00Z", tick=False)


@pytest.fixture
def programs(cast, today):
    """Publish the programs; High Desert works under nm-mrss."""
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    return cast


class Answer:
    """What the command said, as JSON, and whether it failed."""

    def __init__(self, text, error):
        self.text, self.error = text, error
        self.json = json.loads(text) if text.startswith("{") else {}

    @property
    def outcomes(self):
        return [row["outcome"] for row in self.json["rows"]]

    @property
    def errors(self):
        return [(each["row"], each["column"]) for each in self.json["errors"]]


@pytest.fixture
def load(tmp_path):
    """Run the command on lines of text, or on bytes; ``load(lines, "--dry-run")``."""

    def run(lines, *options, name="history.csv", as_json=True):
        data = lines if isinstance(lines, bytes) else "\n".join([HEAD, *lines]).encode()
        (tmp_path / name).write_bytes(data)
        out, error = StringIO(), None
        more = ["--json"] if as_json else []
        try:
            call_command("import_history", str(tmp_path / name), *more, *options, stdout=out)
        except CommandError as failed:
            error = failed
        return Answer(out.getvalue(), error)

    return run
