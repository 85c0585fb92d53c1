"""The page, the agency file, the letter, the command and the CSV are one and the same decision."""

import csv
import io
import json
import re
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from certification.credentials.operations import evaluate
from certification.engine.requirements import concerns
from certification.programs.queries import catalogue
from certification.refusals.models import RefusalLetter
from certification.refusals.operations import Certified, send
from lms.management.demo.cast import PEOPLE
from lms.people.models import Licence
from tests.certification.learning import finish_mrss_101, finish_program, learn

# Everybody of the cast was employed then.
DAY = date(2026, 2, 20)
ASKED = {"program": "nm-mrss", "as_of": DAY.isoformat()}
PLACES = {who.key: who.place for who in PEOPLE}


@pytest.fixture
def learned(programs):
    """Let everybody of the cast have learned something else."""
    cast = programs
    rules = catalogue().version("nm-mrss", DAY).rules
    names = [node.id for node in rules.requirements]
    for number, key in enumerate(PLACES):
        person = cast.person(key)
        finish_mrss_101(person, date(2026, 1, 5), score=70 + 5 * (number % 5))
        skip = set(names[: number * 3]) | {"NM-101"}
        finish_program(person, "nm-mrss", date(2026, 2, 2), skip=skip if number else {"NM-101"})
        learn(person, "NM-TOOL", date(2024, 6, 1), kind="observation", score=90)
        Licence.objects.create(person=person, kind="BACKGROUND", valid_from=date(2026, 1, 1))
    evaluate(person_ids=[cast.person(key).pk for key in PLACES], on=date(2026, 2, 3))
    return cast


def told_by(html):
    """Return which requirements a page tells of, apart as it does: those that are met, the rest."""
    before, _, after = html.partition("what was counted")
    names = r'<(?:li|h3) id="([\w-]+)">'
    return set(re.findall(names, before)), set(re.findall(names, after))


@pytest.mark.parametrize("key", sorted(PLACES))
def test_all_five_say_the_same(learned, client, key):
    cast, person = learned, learned.person(key)
    out = StringIO()
    call_command("explain", str(person.uuid), "nm-mrss", "--as-of", str(DAY), "--json", stdout=out)
    told = json.loads(out.getvalue())["findings"]
    top = {row["requirement"]: row for row in told if "/" not in row["requirement"]}
    unmet = {name for name, row in top.items() if not row["met"]}
    met = {name for name, row in top.items() if row["met"]}

    client.force_login(cast.user(key))
    page = client.get("/me/why/", ASKED).content.decode()
    assert told_by(page) == (unmet, met)

    rows = list(csv.DictReader(io.StringIO(_body(client.get("/me/why.csv", ASKED)))))
    assert {
        row["requirement"]: (row["have"], row["need"], row["due"], row["met"]) for row in rows
    } == {
        name: (row["have"], row["need"], row["due"] or "", _flag(row["met"]))
        for name, row in top.items()
    }

    officer = "odette" if key == "ines" else "ines"
    client.force_login(cast.user(officer))
    file = client.get(f"/agency/{PLACES[key]}/people/{person.uuid}/why/", ASKED)
    assert file.status_code == 200
    assert told_by(file.content.decode()) == (unmet, met)
    _letter_says(cast, person, officer, top)


def _letter_says(cast, person, officer, top):
    try:
        uuid = send(
            person_id=person.pk, program_key="nm-mrss", on=DAY, actor_id=cast.user(officer).pk,
            words="", form_key=uuid4(),
        )  # fmt: skip
    except Certified:
        return
    letter = RefusalLetter.objects.select_related("decision").get(uuid=uuid)
    rules = catalogue().version("nm-mrss", DAY).rules
    decisive = {node.id for node in rules.requirements if concerns(node, None)}
    assert {row["id"] for row in letter.content["open"]} == {
        name for name, row in top.items() if not row["met"] and name in decisive
    }
    assert {row["id"] for row in letter.content["met"]} == {
        name for name, row in top.items() if row["met"]
    }
    stored = {row["requirement"]: row for row in letter.decision.findings}
    for name, row in top.items():
        assert {each: row[each] for each in stored[name]} == stored[name]


def _body(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def _flag(met):
    return "TRUE" if met else "FALSE"
