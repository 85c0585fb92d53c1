"""Records that were merged are one person, by whichever key, id, address or account one asks."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from lms.people.integrity import integrity
from lms.people.kin import flattened, merged
from lms.people.models import Employment, Licence, Person, PersonKey, PersonMerge, RosterImport
from lms.people.operations.employment import EmploymentOverlaps, start_employment
from lms.people.operations.merges import CannotMerge, merge_people, unmerge_people
from lms.people.rosters import plan_of
from lms.people.staff import repeated_jobs, staff_rows
from lms.public import (
    Ability,
    Denied,
    can,
    duties_on,
    duty_for,
    find_people,
    licences,
    memberships_on,
    people,
    people_by_reference,
    people_filter,
    person,
    person_by_uuid,
    person_files,
    person_ids_after,
    person_of_user,
    spells,
    visible_people,
)
from tests.cast import give_second_factor

TODAY = date(2026, 6, 1)


@pytest.fixture
def twins(cast):
    """Alma twice: at Río Vista, and at Llano under another name, address and record id."""
    cast.add_person("twin", "Alma", "Whitaker")
    cast.employ("twin", "llano", "coach", since=date(2025, 7, 1))
    PersonKey.objects.create(
        organisation=cast.organisation("llano"), key="L-7", person=cast.person("twin")
    )
    return cast


def merge(cast, kept="alma", absorbed="twin"):
    with transaction.atomic():
        return merge_people(
            actor_id=cast.user("odette").pk,
            proposed_by_id=cast.user("ines").pk,
            kept_id=cast.person(kept).pk,
            absorbed_id=cast.person(absorbed).pk,
            reason="The same human.",
        )


def part(cast, uuid):
    with transaction.atomic():
        unmerge_people(actor_id=cast.user("ines").pk, merge_uuid=uuid, reason="Two people.")


# --- who is found ---------------------------------------------------------------------------
def test_every_way_of_asking_finds_the_kept_person(twins):
    alma, twin = twins.person("alma"), twins.person("twin")
    merge(twins)
    found = [
        person(person_id=twin.pk),
        people(person_ids=[twin.pk])[twin.pk],
        person_by_uuid(uuid=twin.uuid),
        person_of_user(user_id=twin.user_id),
        *find_people(reference=str(twin.uuid)),
        *find_people(reference="twin@example.org"),
        *find_people(reference="alma whitaker"),
        *[file.person for file in person_files(person_ids=[twin.pk]).values()],
    ]
    assert {each.id for each in found} == {alma.pk}
    assert {each.name for each in found} == {"Alma Reyes"}


def test_one_address_that_both_have_finds_one_person(twins):
    Person.objects.filter(pk=twins.person("twin").pk).update(email="alma@example.org")
    assert len(find_people(reference="alma@example.org")) == 2
    merge(twins)
    assert [each.id for each in find_people(reference="alma@example.org")] == [
        twins.person("alma").pk
    ]


def test_references_of_a_file_find_the_kept_person(twins):
    merge(twins)
    twin, home = twins.person("twin"), twins.organisation("llano").pk
    asked = ["L-7", str(twin.uuid), "twin@example.org"]
    found = people_by_reference(references=asked, organisation_id=home)
    ids = {reference: [each.id for each in found[reference]] for reference in asked}
    assert ids == {key: [twins.person("alma").pk] for key in asked}


def test_absorbed_records_are_passed_over_in_a_walk(twins):
    before = person_ids_after()
    merge(twins)
    assert person_ids_after() == [each for each in before if each != twins.person("twin").pk]


# --- what is theirs -------------------------------------------------------------------------
def test_employment_of_both_records_is_one_persons(twins):
    merge(twins)
    alma = twins.person("alma").pk
    for asked in ("alma", "twin"):
        ids = [twins.person(asked).pk]
        assert [(each.person_id, each.role) for each in spells(person_ids=ids)] == [
            (alma, "responder"), (alma, "coach"),
        ]  # fmt: skip
        assert len(memberships_on(person_id=ids[0], on=TODAY)) == 2
        [file] = person_files(person_ids=ids).values()
        assert [each.role for each in file.spells] == ["responder", "coach"]
        assert {each.person_id for each in file.spells} == {alma}


def test_licences_of_both_records_are_one_persons(twins):
    for key in ("alma", "twin"):
        Licence.objects.create(
            person=twins.person(key), kind="DEGREE", valid_from=date(2025, 1, 1), number=key
        )
    merge(twins)
    found = licences(person_ids=[twins.person("twin").pk])
    assert sorted(each.number for each in found) == ["alma", "twin"]
    assert {each.person_id for each in found} == {twins.person("alma").pk}


def test_duties_and_accounts_of_both_records_are_one_persons(twins):
    twins.give_duty("twin", "coach", "llano")
    merge(twins)
    llano = twins.add_person("pat", "Pat", "Llano")
    twins.employ("pat", "llano", "responder")
    alma = twins.person("alma").pk
    assert [each.kind for each in duties_on(person_id=alma, on=TODAY)] == ["coach"]
    assert duty_for(person_id=alma, kind="coach", for_person_id=llano.pk, on=TODAY)
    for account in ("alma", "twin"):
        twins_user = twins.user(account).pk
        held = can(user_id=twins_user, ability=Ability.OBSERVE, person_id=llano.pk, on=TODAY)
        # Only the account with a second factor acts for others.
        assert held is (account == "twin")


def test_nobody_observes_themselves_under_the_other_record(twins):
    twins.give_duty("twin", "coach", "high-desert")
    merge(twins)
    for asked in ("alma", "twin"):
        ids = {"person_id": twins.person(asked).pk, "on": TODAY}
        assert not can(user_id=twins.user("twin").pk, ability=Ability.OBSERVE, **ids)
        assert can(user_id=twins.user("twin").pk, ability=Ability.SEE_PERSON_RECORD, **ids)
        assert can(user_id=twins.user("alma").pk, ability=Ability.SEE_PERSON_RECORD, **ids)


def test_a_supervisor_of_one_record_supervises_the_person(twins):
    boss = twins.add_person("boss", "Bo", "Llano")
    Employment.objects.filter(person=twins.person("twin")).update(supervisor=boss)
    merge(twins)
    give_second_factor(boss.user)
    scope = visible_people(user_id=boss.user_id, ability=Ability.SEE_PERSON_RECORD, on=TODAY)
    assert twins.person("alma").pk in scope.person_ids
    for asked in ("alma", "twin"):
        ids = {"person_id": twins.person(asked).pk, "on": TODAY}
        assert can(user_id=boss.user_id, ability=Ability.SEE_PERSON_RECORD, **ids)


def test_object_test_and_filter_agree_about_every_record(twins):
    merge(twins)
    for who in twins.people:
        user_id = twins.user(who).pk
        for ability in (Ability.SEE_PERSON_RECORD, Ability.REVOKE, Ability.OBSERVE):
            scope = visible_people(user_id=user_id, ability=ability, on=TODAY)
            listed = set(Person.objects.filter(people_filter(scope=scope)))
            asked = {
                each for each in twins.people.values()
                if can(user_id=user_id, ability=ability, person_id=each.pk, on=TODAY)
            }  # fmt: skip
            assert listed == asked, (who, ability)


def test_the_same_job_on_both_records_is_one_persons_twice(twins):
    twins.employ("twin", "rio-vista-north", "responder")
    merge(twins)
    alma = twins.person("alma").pk
    paths = [twins.organisation("rio-vista").path]
    rows = [each for each in staff_rows(paths=paths, on=TODAY) if each.person_id == alma]
    assert {(each.given_name, each.family_name) for each in rows} == {("Alma", "Reyes")}
    assert len([pair for pair in repeated_jobs(paths=paths, on=TODAY) if pair[0] == alma]) == 2


def test_a_second_job_that_lies_across_the_other_records_is_refused(twins):
    merge(twins)
    with pytest.raises(EmploymentOverlaps):
        start_employment(
            actor_id=None,
            person_id=twins.person("alma").pk,
            organisation_id=twins.organisation("llano").pk,
            role="coach",
            starts_on=date(2026, 1, 1),
        )


# --- rosters --------------------------------------------------------------------------------
def test_the_next_roster_with_the_absorbed_record_id_does_not_part_them(twins):
    merge(twins)
    draft = RosterImport(
        organisation=twins.organisation("llano"),
        headers=["Id", "First", "Last", "Role", "Start"],
        columns={"record_id": "Id", "given_name": "First", "family_name": "Last", "role": "Role",
                 "starts_on": "Start"},
        rows=[[2, "L-7", "Alma", "Whitaker", "coach", "2025-07-01"]],
        decisions={},
    )  # fmt: skip
    [row] = plan_of(draft, today=TODAY)
    assert row.person_id == twins.person("alma").pk
    assert not row.new_person


# --- rules of merging -----------------------------------------------------------------------
def test_it_takes_two_officers(twins):
    ines = twins.user("ines").pk
    with pytest.raises(CannotMerge), transaction.atomic():
        merge_people(
            actor_id=ines, proposed_by_id=ines, kept_id=twins.person("alma").pk,
            absorbed_id=twins.person("twin").pk, reason="x",
        )  # fmt: skip


@pytest.mark.parametrize("who", ["bo", "dee", "alma", "renata"])
def test_nobody_but_officers_merges(twins, who):
    with pytest.raises(Denied), transaction.atomic():
        merge_people(
            actor_id=twins.user(who).pk, proposed_by_id=twins.user("ines").pk,
            kept_id=twins.person("alma").pk, absorbed_id=twins.person("twin").pk, reason="x",
        )  # fmt: skip


def test_an_officer_does_not_merge_their_own_record(twins):
    with pytest.raises(Denied):
        merge(twins, "ines", "twin")


def test_a_record_that_is_merged_is_not_merged_again(twins):
    merge(twins)
    with pytest.raises(CannotMerge):
        merge(twins, "kofi", "twin")
    with pytest.raises(CannotMerge):
        merge(twins, "twin", "kofi")


def test_merges_are_never_changed_or_deleted(twins):
    merge(twins)
    for statement in ("UPDATE lms_personmerge SET reason = 'y'", "DELETE FROM lms_personmerge"):
        with (
            pytest.raises((IntegrityError, Exception), match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_parting_gives_every_record_its_own_again(twins):
    uuid = merge(twins)
    part(twins, uuid)
    twin = twins.person("twin")
    assert person_by_uuid(uuid=twin.uuid).id == twin.pk
    assert [each.role for each in spells(person_ids=[twin.pk])] == ["coach"]
    assert person_of_user(user_id=twin.user_id).id == twin.pk


# --- the fold -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([], {}),
        ([(1, 2)], {1: 2}),
        ([(1, 2), (2, 3)], {1: 3, 2: 3}),
        ([(2, 3), (1, 2), (4, 2)], {1: 3, 2: 3, 4: 3}),
        ([(1, 2), (2, 1)], {}),
        ([(1, 2), (2, 1), (5, 6)], {5: 6}),
    ],
)
def test_merges_are_flattened_in_any_order(pairs, found):
    assert flattened(pairs) == found
    assert flattened(reversed(pairs)) == found


def faulty():
    return {each.name for each in integrity() if not each.ok}


def test_the_check_finds_a_cache_that_is_not_the_fold(twins):
    merge(twins)
    assert faulty() == set()
    Person.objects.filter(pk=twins.person("twin").pk).update(merged_into=None)
    assert faulty() == {"merged-is-the-fold"}
    assert merged() == {twins.person("twin").pk: twins.person("alma").pk}


def test_the_check_finds_a_circle(twins):
    merge(twins)
    PersonMerge.objects.create(
        kept=twins.person("twin"), absorbed=twins.person("alma"), reason="x",
        proposed_by=twins.user("ines"), actor=twins.user("odette"),
    )  # fmt: skip
    assert "merges-lead-somewhere" in faulty()


@pytest.mark.parametrize("joined", [False, True])
def test_reading_takes_no_statement_more_for_merged_records(twins, statements, joined):
    if joined:
        merge(twins)
    alma = twins.person("alma").pk
    asked = [
        lambda: person_files(person_ids=[alma]),
        lambda: spells(person_ids=[alma]),
        lambda: licences(person_ids=[alma]),
        lambda: person(person_id=alma),
        lambda: duties_on(person_id=alma, on=TODAY),
        lambda: person_of_user(user_id=twins.user("alma").pk),
    ]
    counts = []
    for ask in asked:
        with statements() as counted:
            ask()
        counts.append(len(counted))
    assert counts == [1] * len(asked)


def test_two_accounts_of_one_officer_are_not_two_officers(twins):
    twins.add_person("ines2", "Inés", "Calderón")
    twins.give_duty("ines2", "certification_officer", "high-desert")
    with transaction.atomic():
        merge_people(
            actor_id=twins.user("odette").pk,
            proposed_by_id=_third_officer(twins),
            kept_id=twins.person("ines").pk, absorbed_id=twins.person("ines2").pk, reason="x",
        )  # fmt: skip
    with pytest.raises(CannotMerge), transaction.atomic():
        merge_people(
            actor_id=twins.user("ines").pk, proposed_by_id=twins.user("ines2").pk,
            kept_id=twins.person("alma").pk, absorbed_id=twins.person("twin").pk, reason="x",
        )  # fmt: skip


def _third_officer(cast):
    cast.add_person("olga", "Olga", "Third")
    cast.give_duty("olga", "certification_officer", "high-desert")
    return cast.user("olga").pk
