"""No file, invitation or sign-up rewrites the name of somebody who is on record."""

from lms.kit.tables import read_table
from lms.people.models import Invitation, Person
from lms.people.operations import accept_invitation, apply_import, invite, start_import

FILE = (
    "record_id,given_name,family_name,email,role,starts_on\n"
    "E-{number},Alma Luz,Ortega,alma@example.org,responder,2025-01-06\n"
)


def test_a_roster_with_another_name_keeps_the_name_and_says_what_to_do(cast):
    from lms.people.models import PersonKey

    number = PersonKey.objects.get(person=cast.person("alma")).key.removeprefix("E-")
    draft = start_import(
        actor_id=cast.user("bo").pk,
        organisation_id=cast.organisation("rio-vista").pk,
        file_name="roster.csv",
        table=read_table(FILE.format(number=number).encode()),
    )
    applied = apply_import(actor_id=cast.user("bo").pk, draft=draft)
    [row] = applied.rows
    assert row["person_id"] == cast.person("alma").pk
    assert "On record as Alma Reyes; a roster does not change names." in row["detail"]
    assert "ask for it on the person’s page" in row["detail"]
    person = Person.objects.get(pk=cast.person("alma").pk)
    assert (person.given_name, person.family_name) == ("Alma", "Reyes")


def test_an_invitation_does_not_rename_whoever_accepts_it(cast):
    cast.add_person("ned", "Ned", "Noaccount", account=False)
    cast.employ("ned", "rio-vista-north", "responder")
    user = cast.add_person("other", "Edward", "Newname").user
    Person.objects.filter(pk=cast.person("other").pk).update(user=None)
    token = invite(
        actor_id=cast.user("bo").pk,
        organisation_id=cast.organisation("rio-vista").pk,
        email="other@example.org",
        person_id=cast.person("ned").pk,
    )
    assert accept_invitation(user_id=user.pk, token=token) == cast.person("ned").pk
    assert Person.objects.get(pk=cast.person("ned").pk).name == "Ned Noaccount"
    assert Invitation.objects.get().accepted_by == user
