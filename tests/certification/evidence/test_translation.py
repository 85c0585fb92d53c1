"""What the engine is told: legal dates, keys, roles and the days that deadlines hang on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from certification.engine.facts import FactKind
from certification.evidence.queries import gather
from certification.evidence.translation import Dossier, anchors_on, facts_of, person_facts
from courses.public import EvidenceRecord, reverse
from lms.people.models import Employment, Licence
from lms.public import LicenceRecord, PersonFile, PersonRecord, Spell, licences, people, spells
from tests.certification.learning import learn

PERSON = PersonRecord(7, UUID(int=7), "Alma Reyes", "Alma", "Reyes", "alma@example.org", None)


def spell(since, until=None, *, role="responder", service=None):
    return Spell(7, 1, "/1/", role, "1.00", since, until, None, service)


def record(occurred_at, **more):
    values = {
        "id": "e1", "person_id": 7, "kind": "quiz", "subject": "quiz:x", "hours_type": "none",
        "hours": Decimal(0), "score": Decimal(80), "passed": True, "occurred_at": occurred_at,
        "recorded_at": occurred_at, "content_revision": "", "reversed": False,
    } | more  # fmt: skip
    return EvidenceRecord(**values)


def dossier(*, spells=(), licences=(), evidence=()):
    return Dossier(PersonFile(PERSON, tuple(spells), tuple(licences)), tuple(evidence))


@pytest.mark.parametrize(
    ("instant", "zone", "legal"),
    [
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "America/Denver", date(2026, 3, 7)),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "America/Denver", date(2026, 3, 8)),
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), "America/New_York", date(2026, 3, 7)),
        (datetime(2026, 7, 1, 5, 59, tzinfo=UTC), "America/Denver", date(2026, 6, 30)),
        (datetime(2028, 3, 1, 6, 30, tzinfo=UTC), "America/Denver", date(2028, 2, 29)),
    ],
)
def test_an_instant_counts_on_its_legal_date_in_the_programs_zone(instant, zone, legal):
    [fact] = facts_of(dossier(evidence=[record(instant)]), zone)
    assert fact.on == legal


@pytest.mark.parametrize(
    ("kind", "requirement", "key", "fact_kind"),
    [
        ("CPSW", "", "credential:CPSW", FactKind.CREDENTIAL),
        ("LICENCE", "UC-SUP-LIC", "UC-SUP-LIC", FactKind.CREDENTIAL),
        ("BACKGROUND", "", "background:check", FactKind.BACKGROUND),
        ("BACKGROUND", "NM-BG", "NM-BG", FactKind.BACKGROUND),
    ],
)
def test_a_licence_answers_what_it_names_or_its_kind(kind, requirement, key, fact_kind):
    licence = LicenceRecord(
        1, UUID(int=1), 7, kind, requirement, "", "", date(2026, 1, 1), date(2027, 1, 1), True,
        datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    [fact] = facts_of(dossier(licences=[licence]), "America/Denver")
    assert (fact.key, fact.kind) == (key, fact_kind)
    assert (fact.on, fact.valid_until, fact.verified) == (date(2026, 1, 1), date(2027, 1, 1), True)


def test_roles_come_from_spells_that_last_at_least_a_day():
    told = person_facts(
        dossier(spells=[spell(date(2026, 1, 1), date(2026, 1, 1)), spell(date(2026, 2, 1))]), (), {}
    )
    assert [(each.role, each.from_on) for each in told.roles] == [("responder", date(2026, 2, 1))]


# --- the days that deadlines hang on --------------------------------------------------------
def test_moving_without_a_gap_keeps_the_day_of_hire():
    spells = [spell(date(2025, 1, 1), date(2025, 6, 1)), spell(date(2025, 6, 1))]
    assert anchors_on(spells, date(2026, 1, 1))["hire"] == date(2025, 1, 1)


def test_coming_back_after_a_gap_is_a_new_hire():
    spells = [spell(date(2025, 1, 1), date(2025, 6, 1)), spell(date(2025, 6, 2))]
    assert anchors_on(spells, date(2025, 12, 1))["hire"] == date(2025, 6, 2)
    assert anchors_on(spells, date(2025, 5, 1))["hire"] == date(2025, 1, 1)


def test_before_the_first_day_the_first_day_counts():
    assert anchors_on([spell(date(2026, 9, 1))], date(2026, 1, 1))["hire"] == date(2026, 9, 1)


def test_a_second_job_beside_the_first_is_no_new_hire():
    spells = [spell(date(2025, 1, 1)), spell(date(2026, 1, 1), role="coach")]
    anchors = anchors_on(spells, date(2026, 6, 1))
    assert (anchors["hire"], anchors["assignment"]) == (date(2025, 1, 1), date(2026, 1, 1))


def test_unknown_days_are_left_out():
    assert anchors_on([], date(2026, 1, 1)) == {}
    assert "first_service" not in anchors_on([spell(date(2026, 1, 1))], date(2026, 6, 1))


def test_service_certification_and_version_are_anchors():
    anchors = anchors_on(
        [spell(date(2025, 1, 1), service=date(2025, 2, 1))],
        date(2026, 6, 1),
        certified=[date(2025, 4, 1), date(2026, 12, 1)],
        version_changed=date(2026, 1, 1),
    )
    assert anchors == {
        "hire": date(2025, 1, 1),
        "assignment": date(2025, 1, 1),
        "assignment:responder": date(2025, 1, 1),
        "first_service": date(2025, 2, 1),
        "certification": date(2025, 4, 1),
        "version_change": date(2026, 1, 1),
    }


# --- reading --------------------------------------------------------------------------------
def test_gathering_takes_two_statements_for_any_number(cast, statements):
    for key in ("alma", "bo", "kofi"):
        learn(cast.person(key), "course:mrss-101", date(2026, 1, 5), kind="course")
    for keys in (["alma"], ["alma", "bo", "kofi", "lucia"]):
        with statements() as counted:
            gather(person_ids=[cast.person(key).pk for key in keys])
        assert len(counted) == 2, counted.texts()


def test_a_file_says_what_the_single_questions_say(cast):
    alma = cast.person("alma")
    old = Employment.objects.get(person=alma)
    Employment.objects.filter(pk=old.pk).update(replaced_at=datetime(2026, 1, 1, tzinfo=UTC))
    cast.employ("alma", "rio-vista-north", "responder", until=date(2026, 2, 1))
    cast.employ("alma", "llano-main", "peer", since=date(2026, 2, 1))
    wrong = Licence.objects.create(person=alma, kind="CPSW", valid_from=date(2025, 1, 1))
    Licence.objects.create(person=alma, kind="CPSW", valid_from=date(2025, 2, 1), replaces=wrong)
    Licence.objects.create(person=alma, kind="DEGREE", valid_from=date(2020, 1, 1))
    ids = [each.pk for each in cast.people.values()]
    found = gather(person_ids=ids)
    assert {key: each.file.person for key, each in found.items()} == people(person_ids=ids)
    assert [each for d in found.values() for each in d.file.spells] == sorted(
        spells(person_ids=ids), key=lambda each: list(found).index(each.person_id)
    )
    assert [each for d in found.values() for each in d.file.licences] == licences(person_ids=ids)


def test_what_was_taken_back_counts_until_it_was_known(cast):
    alma = cast.person("alma")
    evidence = learn(alma, "course:mrss-101", date(2026, 1, 5), kind="course")
    [recorded] = gather(person_ids=[alma.pk])[alma.pk].evidence
    reverse(evidence_id=evidence, actor_id=None, reason="A mistake")
    assert gather(person_ids=[alma.pk])[alma.pk].evidence == ()
    then = gather(person_ids=[alma.pk], known_at=recorded.recorded_at)
    assert [each.id for each in then[alma.pk].evidence] == [evidence]
