"""Abilities: the object test and the queryset filter, on the cast."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from lms.people.access import (
    RULES,
    Ability,
    can,
    can_then,
    people_filter,
    reached,
    require,
    visible_people,
    visible_then,
)
from lms.people.authority import authority_of
from lms.people.models import Person
from lms.people.staff import staff_named
from tests.cast import HIRED

TODAY = date(2026, 11, 20)
BEFORE_LEAVING = date(2026, 2, 28)


def names(cast, user, ability, on=TODAY):
    scope = visible_people(user_id=cast.user(user).pk, ability=ability, on=on)
    found = set(Person.objects.filter(people_filter(scope=scope)).values_list("pk", flat=True))
    return {key for key, person in cast.people.items() if person.pk in found}


@pytest.fixture
def crowd(cast):
    """The cast, and everybody whom a rule could get wrong."""
    cast.add_person("sol", "Sol", "Selfmade")
    cast.add_person("nia", "Nia", "Nextyear")
    cast.employ("nia", "pinon-main", "responder", since=date(2027, 1, 1))
    cast.add_person("hal", "Hal", "Harbor")
    cast.employ("hal", "harbor-main", "supervisor")
    cast.give_duty("hal", "agency_manager", "harbor")
    cast.give_duty("hal", "certification_officer", "lakeshore-region")
    cast.add_person("mo", "Mo", "Moved")
    cast.employ("mo", "llano-main", "responder", until=date(2026, 6, 1), supervisor="lucia")
    cast.employ("mo", "rio-vista-south", "responder", since=date(2026, 6, 1), supervisor="hal")
    cast.add_person("ned", "Ned", "Noaccount", account=False)
    cast.give_duty("kofi", "coach", "rio-vista-south", until=date(2026, 6, 2))
    return cast


@pytest.mark.parametrize("ability", list(Ability))
@pytest.mark.parametrize("on", [HIRED, BEFORE_LEAVING, date(2026, 6, 1), TODAY])
def test_object_test_and_filter_agree_for_everybody_about_everybody(crowd, ability, on):
    crowd.drop_second_factor("renata")
    for actor in crowd.people.values():
        if actor.user is None:
            continue
        scope = visible_people(user_id=actor.user.pk, ability=ability, on=on)
        listed = set(Person.objects.filter(people_filter(scope=scope)).values_list("pk", flat=True))
        asked = {
            person.pk
            for person in crowd.people.values()
            if can(user_id=actor.user.pk, ability=ability, person_id=person.pk, on=on)
        }
        assert listed == asked, actor
        by_uuid = reached(scope=scope, uuids=[person.uuid for person in crowd.people.values()])
        assert set(by_uuid.values()) == asked, actor


@pytest.mark.parametrize("ability", list(Ability))
@pytest.mark.parametrize("as_of", [BEFORE_LEAVING, date(2026, 5, 31), date(2026, 6, 1), TODAY])
def test_object_test_and_filter_agree_about_past_dates_as_well(crowd, ability, as_of):
    crowd.drop_second_factor("renata")
    for actor in crowd.people.values():
        if actor.user is None:
            continue
        held = authority_of(user_id=actor.user.pk, on=TODAY)
        scope = visible_then(user_id=actor.user.pk, ability=ability, as_of=as_of, held=held)
        listed = set(Person.objects.filter(people_filter(scope=scope)).values_list("pk", flat=True))
        asked = {
            person.pk
            for person in crowd.people.values()
            if can_then(
                user_id=actor.user.pk,
                ability=ability,
                person_id=person.pk,
                as_of=as_of,
                held=held,
            )
        }
        assert listed == asked, actor


def test_a_manager_looks_back_at_those_who_have_left_and_nobody_else_does(crowd):
    crowd.give_duty("lucia", "agency_manager", "llano")

    def then(who, as_of, ability=Ability.SEE_PERSON_RECORD):
        held = authority_of(user_id=crowd.user(who).pk, on=TODAY)
        scope = visible_then(user_id=held.user_id, ability=ability, as_of=as_of, held=held)
        found = Person.objects.filter(people_filter(scope=scope)).values_list("pk", flat=True)
        return {key for key, person in crowd.people.items() if person.pk in set(found)}

    assert "mo" in then("lucia", date(2026, 5, 31))
    assert "celeste" in then("lucia", BEFORE_LEAVING, Ability.SEE_PERSON_LICENCES)
    assert "mo" not in then("lucia", date(2026, 6, 1))
    assert "mo" not in then("bo", date(2026, 5, 31))
    assert then("lucia", TODAY) == set()
    assert then("lucia", date(2026, 5, 31), Ability.MANAGE_AGENCY) == set()
    assert then("renata", date(2026, 5, 31)) == then("dee", date(2026, 5, 31)) == set()
    crowd.drop_second_factor("lucia")
    assert then("lucia", date(2026, 5, 31)) == set()


def test_every_ability_has_a_rule():
    assert set(RULES) == set(Ability)


def test_worker_sees_own_record_only(cast):
    assert names(cast, "alma", Ability.SEE_PERSON_RECORD) == {"alma"}
    assert names(cast, "alma", Ability.SEE_PERSON_LICENCES) == {"alma"}


def test_manager_sees_the_agency_and_nobody_who_left_or_works_elsewhere(cast):
    cast.add_person("gone", "Gone", "Away")
    cast.employ("gone", "rio-vista-north", "responder", until=TODAY)
    river = {"bo", "alma", "kofi", "hannah", "teo", "joaquin", "renata"}
    assert names(cast, "bo", Ability.SEE_PERSON_RECORD) == river
    assert names(cast, "bo", Ability.MANAGE_AGENCY) == river


def test_coach_does_not_see_peer_credentials(cast):
    assert names(cast, "renata", Ability.SEE_PERSON_LICENCES) == {"renata"}


def test_supervisor_without_duty_sees_and_signs_off_own_people(cast):
    cast.employ("teo", "rio-vista-north", "responder", supervisor="hannah")
    from tests.cast import give_second_factor

    give_second_factor(cast.user("hannah"))
    assert names(cast, "hannah", Ability.SEE_PERSON_RECORD) == {"hannah", "teo"}
    assert names(cast, "hannah", Ability.SIGN_OFF) == {"teo"}


def test_a_trainer_teaches_who_works_below_their_duty_today_and_nobody_else_does(cast):
    cast.add_person("tam", "Tam", "Trainer")
    cast.give_duty("tam", "trainer", "rio-vista-north")
    assert names(cast, "tam", Ability.TEACH) == {"bo", "alma", "kofi", "hannah", "teo"}
    everybody = set(cast.people) - {"samir", "tam", "celeste"}  # Celeste has left.
    assert names(cast, "samir", Ability.TEACH) == everybody
    for other in ("bo", "renata", "dee", "ines", "alma"):
        assert names(cast, other, Ability.TEACH) == set()


@pytest.mark.parametrize(
    ("asker", "subject", "raised"),
    [("bo", "alma", PermissionDenied), ("lucia", "alma", Http404), ("samir", "hal", Http404)],
)
def test_who_is_no_trainer_of_a_person_may_not_teach_them(crowd, asker, subject, raised):
    with pytest.raises(raised):
        require(
            user_id=crowd.user(asker).pk,
            ability=Ability.TEACH,
            person_id=crowd.person(subject).pk,
            on=TODAY,
        )


def test_staff_are_found_by_all_words_of_a_name_below_the_given_places_only(cast):
    paths = [cast.organisation("rio-vista").path]

    def found(words, **more):
        rows = staff_named(**({"paths": paths, "on": TODAY, "words": words, "most": 9} | more))
        return [f"{row.given_name} {row.family_name}" for row in rows]

    cast.employ("alma", "rio-vista-south", "clinician")
    cast.employ("teo", "rio-vista-south", "peer", since=date(2027, 1, 1))
    assert found("REYES al") == ["Alma Reyes"]
    assert found("joaquin") == ["Joaquín Lente"]
    assert found("a e", most=2) == ["Alma Reyes", "Joaquín Lente"]
    assert found("lucia") == found("") == found(" ") == found("alma", paths=[]) == []
    assert found("alma", on=date(2025, 1, 5)) == []


def test_nobody_signs_off_observes_issues_or_revokes_for_themselves(cast):
    never = {
        ("renata", Ability.OBSERVE),
        ("renata", Ability.SIGN_OFF),
        ("ines", Ability.ISSUE),
        ("ines", Ability.REVOKE),
        ("samir", Ability.TEACH),
    }
    assert {pair for pair in never if pair[0] in names(cast, *pair)} == set()


def test_officer_reaches_a_holder_who_left_and_one_who_was_never_employed(cast):
    cast.add_person("sol", "Sol", "Selfmade")
    assert {"celeste", "sol"} <= names(cast, "ines", Ability.REVOKE)


def test_officer_of_another_state_reaches_nobody_here(cast):
    cast.add_person("hal", "Hal", "Harbor")
    cast.give_duty("hal", "certification_officer", "lakeshore")
    assert names(cast, "hal", Ability.REVOKE) == set()


def test_without_second_factor_only_the_own_record_stays_open(cast):
    cast.drop_second_factor("bo")
    assert names(cast, "bo", Ability.SEE_PERSON_RECORD) == {"bo"}
    assert not can(
        user_id=cast.user("bo").pk,
        ability=Ability.MANAGE_AGENCY,
        organisation_id=cast.organisation("rio-vista").pk,
        on=TODAY,
    )


def test_superuser_has_no_ability_without_a_duty(cast):
    from tests.cast import make_user

    root = make_user("root@example.org", is_staff=True, is_superuser=True)
    assert not any(can(user_id=root.pk, ability=ability, on=TODAY) for ability in Ability)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("rio-vista", True), ("rio-vista-north", True), ("north-region", False), ("llano", False)],
)
def test_manager_manages_the_agency_and_its_sites_only(cast, key, expected):
    assert expected is can(
        user_id=cast.user("bo").pk,
        ability=Ability.MANAGE_AGENCY,
        organisation_id=cast.organisation(key).pk,
        on=TODAY,
    )


@pytest.mark.parametrize(
    ("asker", "subject", "raised"),
    [
        ("alma", "joaquin", PermissionDenied),  # another site of the same agency
        ("alma", "lucia", Http404),
        ("bo", "lucia", Http404),
        ("lucia", "alma", Http404),
        ("samir", "alma", PermissionDenied),  # works for the state, without this right
    ],
)
def test_stranger_gets_404_and_colleague_403(cast, asker, subject, raised):
    with pytest.raises(raised):
        require(
            user_id=cast.user(asker).pk,
            ability=Ability.SEE_PERSON_RECORD,
            person_id=cast.person(subject).pk,
            on=TODAY,
        )


def test_absent_person_and_organisation_look_like_a_strangers(cast):
    for target in ({"person_id": 999_999}, {"organisation_id": 999_999}):
        with pytest.raises(Http404):
            require(user_id=cast.user("dee").pk, ability=Ability.AUDIT_STATE, on=TODAY, **target)


def test_one_question_costs_two_statements(cast, statements):
    with statements() as counted:
        assert can(
            user_id=cast.user("bo").pk,
            ability=Ability.SEE_PERSON_RECORD,
            person_id=cast.person("renata").pk,
            on=TODAY,
        )
    assert len(counted) == 2
