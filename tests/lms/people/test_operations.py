"""Writing people: who may, what is refused, and that nothing is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from lms.audit.models import AuditEntry
from lms.people.models import Duty, Employment, Organisation, Person
from lms.people.operations import (
    DutyAlreadyHeld,
    DutyNotHeld,
    EmploymentOverlaps,
    MayNotGrant,
    NotEmployed,
    WrongDates,
    WrongParent,
    add_email_domain,
    change_employment,
    create_organisation,
    create_person,
    end_duty,
    end_employment,
    grant_duty,
    start_employment,
    verify_email_domain,
)
from lms.people.operations.organisations import DomainTaken, NoSuchZone
from lms.people.queries import duty_for, memberships_on, spells
from tests.cast import make_user

START = date(2026, 1, 5)


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def root(cast):
    return make_user("root@example.org", is_superuser=True, is_staff=True)


def as_bo(cast, **more):
    return {"actor_id": cast.user("bo").pk, **more}


def spell_of(cast, key):
    return Employment.objects.get(person=cast.person(key), replaced_at=None)


# --- organisations --------------------------------------------------------------------------
def test_organisation_knows_its_path_and_takes_its_parents_zone(cast):
    region = cast.organisation("north-region")
    pk = create_organisation(
        actor_id=None, key="mesa", name="Mesa", kind="agency", parent_id=region.pk
    )
    row = Organisation.objects.get(pk=pk)
    assert (row.path, row.zone) == (f"{region.path}{pk}/", "America/Denver")
    assert actions() == ["organisation_created"]


@pytest.mark.parametrize(
    ("kind", "parent"), [("state", "rio-vista"), ("agency", "rio-vista-north"), ("agency", None)]
)
def test_parent_must_be_of_an_earlier_level(cast, kind, parent):
    with pytest.raises(WrongParent):
        create_organisation(
            actor_id=None,
            key="x",
            name="X",
            kind=kind,
            parent_id=cast.organisation(parent).pk if parent else None,
        )


def test_zone_must_exist(db):
    with pytest.raises(NoSuchZone):
        create_organisation(actor_id=None, key="x", name="X", kind="state", zone="Mars/Base")


def test_manager_adds_sites_but_no_agencies(cast):
    agency = cast.organisation("rio-vista")
    create_organisation(**as_bo(cast), key="east", name="East", kind="site", parent_id=agency.pk)
    with pytest.raises(PermissionDenied):
        create_organisation(
            **as_bo(cast), key="new", name="New", kind="agency", parent_id=agency.parent_id
        )
    with pytest.raises(Http404):
        create_organisation(
            **as_bo(cast), key="w", name="W", kind="site", parent_id=cast.organisation("llano").pk
        )


def test_domain_counts_only_after_an_administrator_confirmed_it(cast, root):
    place = cast.organisation("rio-vista").pk
    pk = add_email_domain(**as_bo(cast), organisation_id=place, domain=" RioVista.example ")
    with pytest.raises(PermissionDenied):
        verify_email_domain(**as_bo(cast), domain_id=pk)
    assert verify_email_domain(actor_id=root.pk, domain_id=pk) is True
    assert verify_email_domain(actor_id=root.pk, domain_id=pk) is False


@pytest.mark.parametrize("domain", ["gmail.com", "not a domain", "", "taken.example"])
def test_domain_of_everybody_of_nobody_or_of_others_is_refused(cast, domain):
    add_email_domain(
        actor_id=None, organisation_id=cast.organisation("llano").pk, domain="taken.example"
    )
    with pytest.raises(DomainTaken):
        add_email_domain(
            **as_bo(cast), organisation_id=cast.organisation("rio-vista").pk, domain=domain
        )


# --- employment -----------------------------------------------------------------------------
def test_change_writes_a_new_version_and_keeps_the_old_one(cast):
    old = spell_of(cast, "alma")
    changed = change_employment(
        **as_bo(cast), spell=old.spell, fte=Decimal("0.50"), supervisor_id=cast.person("renata").pk
    )
    old.refresh_from_db()
    assert changed is True
    assert old.replaced_at is not None
    assert (old.fte, old.supervisor_id) == (Decimal(1), cast.person("bo").pk)
    new = spell_of(cast, "alma")
    assert (new.spell, new.fte, new.starts_on) == (old.spell, Decimal("0.50"), old.starts_on)
    assert actions() == ["employment_changed"]


def test_ending_twice_on_the_same_day_changes_nothing(cast):
    spell = spell_of(cast, "alma").spell
    assert end_employment(**as_bo(cast), spell=spell, ends_on=date(2026, 12, 1)) is True
    assert end_employment(**as_bo(cast), spell=spell, ends_on=date(2026, 12, 1)) is False
    assert len(actions()) == 1
    assert memberships_on(person_id=cast.person("alma").pk, on=date(2026, 12, 1)) == []
    assert len(memberships_on(person_id=cast.person("alma").pk, on=date(2026, 11, 30))) == 1


def test_employment_cannot_end_before_it_starts(cast):
    with pytest.raises(WrongDates):
        end_employment(**as_bo(cast), spell=spell_of(cast, "alma").spell, ends_on=date(2024, 1, 1))


def test_unknown_spell_is_refused(cast):
    with pytest.raises(NotEmployed):
        end_employment(**as_bo(cast), spell=cast.person("alma").uuid, ends_on=date(2026, 1, 1))


def test_same_role_at_the_same_place_does_not_overlap(cast):
    with pytest.raises(EmploymentOverlaps):
        start_employment(
            **as_bo(cast),
            person_id=cast.person("alma").pk,
            organisation_id=cast.organisation("rio-vista-north").pk,
            role="responder",
            starts_on=START,
        )


def test_manager_cannot_open_a_strangers_record_by_employing_them(cast):
    for key in ("lucia", "dee"):
        with pytest.raises(Http404):
            start_employment(
                **as_bo(cast),
                person_id=cast.person(key).pk,
                organisation_id=cast.organisation("rio-vista").pk,
                role="responder",
                starts_on=START,
            )
    assert memberships_on(person_id=cast.person("lucia").pk, on=START)[0].organisation_id == (
        cast.organisation("llano-main").pk
    )


def test_manager_makes_and_employs_a_new_person(cast):
    place = cast.organisation("rio-vista-south").pk
    person = create_person(
        **as_bo(cast), given_name=" Zoë ", family_name="D'Arcy  Núñez", organisation_id=place
    )
    start_employment(
        **as_bo(cast), person_id=person, organisation_id=place, role="peer", starts_on=START
    )
    row = Person.objects.get(pk=person)
    assert (row.name, row.folded_name) == ("Zoë D'Arcy Núñez", "zoe darcy nunez")
    assert [spell.role for spell in spells(person_ids=[person])] == ["peer"]


def test_manager_moves_nobody_into_another_agency(cast):
    with pytest.raises(Http404):
        change_employment(
            **as_bo(cast),
            spell=spell_of(cast, "alma").spell,
            organisation_id=cast.organisation("llano").pk,
        )


# --- duties ---------------------------------------------------------------------------------
def give(cast, granter, key, kind, place):
    return grant_duty(
        actor_id=cast.user(granter).pk,
        person_id=cast.person(key).pk,
        kind=kind,
        organisation_id=cast.organisation(place).pk,
        starts_on=START,
    )


@pytest.mark.parametrize(
    ("granter", "key", "kind", "place"),
    [
        ("bo", "hannah", "coach", "rio-vista"),
        ("bo", "hannah", "agency_manager", "rio-vista-north"),
        ("ines", "hannah", "agency_manager", "rio-vista"),
        ("ines", "lucia", "trainer", "high-desert"),
    ],
)
def test_higher_authority_grants(cast, granter, key, kind, place):
    duty = Duty.objects.get(pk=give(cast, granter, key, kind, place))
    assert duty.granted_by == cast.user(granter)
    assert actions() == ["duty_granted"]


@pytest.mark.parametrize(
    ("granter", "key", "kind", "place"),
    [
        ("bo", "hannah", "agency_manager", "rio-vista"),  # an equal
        ("bo", "bo", "coach", "rio-vista"),  # oneself
        ("bo", "lucia", "coach", "llano"),  # another agency
        ("bo", "hannah", "trainer", "rio-vista"),
        ("bo", "hannah", "coach", "north-region"),
        ("renata", "hannah", "coach", "rio-vista"),
        ("ines", "dee", "certification_officer", "high-desert"),
        ("ines", "ines", "agency_manager", "rio-vista"),
        ("dee", "alma", "state_auditor", "high-desert"),
        ("alma", "kofi", "coach", "rio-vista"),
    ],
)
def test_equals_strangers_and_oneself_do_not_grant(cast, granter, key, kind, place):
    with pytest.raises(MayNotGrant):
        give(cast, granter, key, kind, place)
    assert actions() == []


def test_granter_without_second_factor_is_refused(cast):
    cast.drop_second_factor("ines")
    with pytest.raises(MayNotGrant):
        give(cast, "ines", "hannah", "coach", "rio-vista")


def test_duty_is_held_once_and_ends_without_vanishing(cast):
    duty = give(cast, "bo", "hannah", "coach", "rio-vista")
    with pytest.raises(DutyAlreadyHeld):
        give(cast, "bo", "hannah", "coach", "rio-vista")
    end_duty(**as_bo(cast), duty_id=duty, ends_on=date(2026, 6, 1))
    with pytest.raises(DutyNotHeld):
        end_duty(**as_bo(cast), duty_id=duty, ends_on=date(2026, 6, 1))
    asked = {
        "person_id": cast.person("hannah").pk,
        "kind": "coach",
        "for_person_id": cast.person("alma").pk,
    }
    assert duty_for(**asked, on=date(2026, 5, 31)) == duty
    assert duty_for(**asked, on=date(2026, 6, 1)) is None


def test_duty_reaches_nobody_elsewhere_and_not_oneself(cast):
    on = date(2026, 5, 31)
    renata = cast.person("renata").pk
    for other in ("lucia", "renata"):
        assert (
            duty_for(person_id=renata, kind="coach", for_person_id=cast.person(other).pk, on=on)
            is None
        )
