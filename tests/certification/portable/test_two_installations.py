"""A worker takes the record from one academy to another, and the same decision is reached there.

Two installations in the full sense: two databases, two keys, two processes that share no more
than the file which the worker carries.
"""

import json

import pytest
from django.db import connection

from tests.certification.portable.installation import Installation

# The database that is copied for both is made only where a test asks for one.
pytestmark = pytest.mark.django_db

PEOPLE = """
from datetime import UTC, date, datetime
from lms.kit.matching import name_key
from lms.people.models import Employment, Organisation, Person
from tests.cast import add_organisation

def place():
    found = Organisation.objects.filter(key="harbor").first()
    return found or add_organisation(
        "harbor", "Harbor", "agency", add_organisation("state", "State", "state")
    )

def person(given, family):
    return Person.objects.create(given_name=given, family_name=family,
        folded_name=name_key(given + " " + family))

def employ(who, since, role="responder", until=None):
    return Employment.objects.create(person=who, organisation=place(), role=role,
        starts_on=since, ends_on=until, first_service_on=since)
"""
THERE = (
    PEOPLE
    + """
from certification.public import adopt, evaluate
from courses.public import record_training, reverse
from tests.certification.learning import finish_mrss_101, finish_program
alma = person("Alma", "Reyes")
employ(alma, date(2026, 1, 12))
adopt(organisation_id=place().pk, program_key="nm-mrss", starts_on=date(2025, 1, 1))
finish_program(alma, "nm-mrss", date(2026, 3, 2))
finish_mrss_101(alma, date(2026, 2, 2))
evaluate(person_ids=[alma.pk])
# A licence that tells of her own life; she keeps it to herself.
from lms.people.models import Licence
Licence.objects.create(person=alma, kind="CPSW", valid_from=date(2025, 5, 1), number="P-7")
print(alma.uuid)
"""
)
HERE = (
    PEOPLE
    + """
alma = person("Alma", "Reyes")
bo = person("Bo", "Castillo")
print(alma.uuid)
"""
)
HIRED_HERE = (
    PEOPLE
    + """
from certification.public import adopt, evaluate
alma = Person.objects.get(given_name="Alma")
employ(alma, date(2026, 1, 12))
adopt(organisation_id=place().pk, program_key="nm-mrss", starts_on=date(2025, 1, 1))
evaluate(person_ids=[alma.pk])
"""
)


@pytest.fixture(scope="module")
def installations(tmp_path_factory, django_db_setup, django_db_blocker):
    """Lakeshore, where Alma has learned and is certified, and an academy that knows her name."""
    folder = tmp_path_factory.mktemp("academies")
    with django_db_blocker.unblock():
        connection.ensure_connection()
        # Migrated already, and empty; on PostgreSQL each migrates a database of its own.
        database = connection.connection if connection.vendor == "sqlite" else None
        # Both are on trial: production would ask for a key that somebody has made.
        there = Installation(folder / "there", "http://lakeshore.example.org", database)
        here = Installation(folder / "here", "http://127.0.0.1:8001", database)
    there.python(THERE)
    here.python(HERE)
    yield there, here
    there.close()
    here.close()


def the_same_decision_is_reached_from_the_file_alone(there, here):
    file = there.folder / "record.json"
    there.ok("export_record", "Alma Reyes", "--out", file, "--include", "licences")
    document = json.loads(file.read_text())

    # Without trust nothing is read, and what to do is said.
    status, _out, refused = here.manage("import_record", file, "--person", "Alma Reyes")
    did, _key = there.key()
    assert (status, "nobody here has said" in refused, did in refused) == (1, True, True)
    here.believe(there, "Lakeshore")

    # What was altered on the way is refused, and said to be altered (test_taking_in has more).
    altered = there.folder / "altered.json"
    assert '"passed": true' in file.read_text()
    altered.write_text(file.read_text().replace('"passed": true', '"passed": false', 1))
    status, _out, refused = here.manage("import_record", altered, "--person", "Alma Reyes")
    assert (status, "altered after it was signed" in refused) == (1, True)

    before = here.json("import_record", file, "--person", "Alma Reyes", "--dry-run")
    assert (
        here.python(
            "from courses.learning.models import LearningEvent as E; print(E.objects.count())"
        )
        == "0\n"
    )
    done = here.json("import_record", file, "--person", "Alma Reyes")
    assert before["counts"] == done["counts"]
    assert done["counts"]["added"] == len(document["facts"]) > 40
    assert done["counts"]["not_counted"] == 0

    # The peer credential is not in the file.
    assert "CPSW" not in {each["kind"] for each in document["licences"]}
    assert "P-7" not in file.read_text()

    # By the rules in the file: unemployed here, the same as if employed there.
    [program] = [each for each in done["programs"] if each["program"] == "nm-mrss"]
    licences_open = {row["requirement"] for row in program["differences"]}
    assert (program["same_rules"], program["restated"]) == (True, True)
    assert program["there"]["earned"]["mrss-certified-responder"] == "met"
    granted = here_granted(document)
    assert {each.split("/")[-1] for each in licences_open} <= granted
    # Nobody employs her here yet: the rules give no certificate without a role.
    assert program["here"]["earned"]["mrss-certified-responder"] == "unmet"
    assert program["same_now"] is False

    # Officers check the licences at their source; then nothing differs.
    here.python(
        "from lms.people.models import Licence\n"
        "from lms.public import verify_licence\n"
        "unverified = Licence.objects.filter(verified_at__isnull=True)\n"
        "assert unverified.count() == Licence.objects.count() > 0\n"
        "[verify_licence(actor_id=None, licence_id=each.pk) for each in list(unverified)]\n"
    )
    again = here.json("import_record", file, "--person", "Alma Reyes")
    [program] = [each for each in again["programs"] if each["program"] == "nm-mrss"]
    assert (again["written"], program["same"], program["differences"]) == (False, True, [])

    # Hired here with the same role and day, she stands exactly as she stands there.
    here.python(HIRED_HERE)
    again = here.json("import_record", file, "--person", "Alma Reyes")
    [program] = [each for each in again["programs"] if each["program"] == "nm-mrss"]
    met = {
        name: [
            (f["requirement"], f["met"], f["have"], f["need"]) for f in program[name]["findings"]
        ]
        for name in ("there", "here")
    }
    assert met["here"] == met["there"]
    assert program["here"]["earned"] == program["there"]["earned"]
    standing = here.json("explain", "Alma Reyes", "nm-mrss")
    held = {each["credential"] for each in standing["credentials"]}
    assert "mrss-certified-responder" in held
    here.ok("check_integrity")


def here_granted(document):
    """Return the requirements that licences answer, by the rules in the file."""
    from certification.engine.requirements import Kind, Requirement, walk
    from certification.programs.document import parse

    found = set()
    for program in document["programs"]:
        for _, node in walk(parse(program["rules"]).requirements):
            if isinstance(node, Requirement) and node.kind in (Kind.CREDENTIAL, Kind.BACKGROUND):
                found.add(node.id)
    return found


def a_newer_record_adds_what_is_new_and_takes_back_what_was_taken_back(there, here):
    first, second = there.folder / "first.json", there.folder / "second.json"
    there.ok("export_record", "Alma Reyes", "--out", first)
    here.ok("import_record", first, "--person", "Alma Reyes")
    there.python(
        "from datetime import date\n"
        "from courses.learning.models import LearningEvent as E\n"
        "from courses.public import reverse\n"
        "from lms.people.models import Person\n"
        "from tests.certification.learning import learn\n"
        "alma = Person.objects.get(given_name='Alma')\n"
        "wrong = E.objects.filter(subject='NM-40-03-L').first()\n"
        "reverse(evidence_id=str(wrong.uuid), actor_id=None, reason='not there')\n"
        "learn(alma, 'session:core40-m20', date(2026, 4, 1), kind='session', hours=1,"
        " hours_type='live')\n"
    )
    there.ok("export_record", "Alma Reyes", "--out", second)
    done = here.json("import_record", second, "--person", "Alma Reyes")
    assert (done["counts"]["added"], done["counts"]["taken_back"]) == (1, 1)
    again = here.json("import_record", second, "--person", "Alma Reyes")
    assert (again["written"], again["counts"]["added"]) == (False, 0)
    # The older record cannot bring back what was taken back.
    older = here.json("import_record", first, "--person", "Alma Reyes")
    assert (older["written"], older["counts"]["added"]) == (False, 0)
    here.ok("check_integrity")


def a_record_is_not_imported_for_two_people(there, here):
    file = there.folder / "twice.json"
    there.ok("export_record", "Alma Reyes", "--out", file)
    here.ok("import_record", file, "--person", "Alma Reyes")
    status, _out, refused = here.manage("import_record", file, "--person", "Bo Castillo")
    assert (status, "say --other-name" in refused) == (1, True)
    status, _out, refused = here.manage(
        "import_record", file, "--person", "Bo Castillo", "--other-name"
    )
    assert (status, "imported before for Alma Reyes" in refused) == (1, True)


def what_comes_back_home_is_not_counted_again(there, here):
    out, back = there.folder / "out.json", here.folder / "back.json"
    there.ok("export_record", "Alma Reyes", "--out", out)
    here.ok("import_record", out, "--person", "Alma Reyes")
    here.ok("export_record", "Alma Reyes", "--out", back)
    there.believe(here, "Desert")
    done = there.json("import_record", back, "--person", "Alma Reyes")
    reasons = {each["reason"] for each in done["facts"]}
    assert (done["counts"]["added"], reasons) == (0, {"own"})


def test_a_record_travels_between_two_academies_and_home_again(installations):
    """One journey: each step begins where the one before has ended."""
    the_same_decision_is_reached_from_the_file_alone(*installations)
    a_newer_record_adds_what_is_new_and_takes_back_what_was_taken_back(*installations)
    a_record_is_not_imported_for_two_people(*installations)
    what_comes_back_home_is_not_counted_again(*installations)
