"""Letting people in: open sign-up, invitations, domains, and accounts that come twice."""

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from lms.kit import clock
from lms.notices.models import Notice
from lms.people.models import EmailDomain, Employment, Invitation, Licence, Person, PersonKey, User
from lms.people.operations import (
    AccountHasPerson,
    InvitationUnusable,
    PersonHasAccount,
    accept_invitation,
    invite,
    link_account,
    withdraw_invitation,
)
from lms.people.queries import memberships_on, not_on_roster
from tests.cast import HIRED, PASSWORD, make_user

SIGNUP = {
    "given_name": "Nadia",
    "family_name": "Luján",
    "email": "nadia@home.example",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def newcomer(cast):
    """A person of Río Vista's roster without an account."""
    person = cast.add_person("nadia", "Nadia", "Luján", account=False)
    cast.employ("nadia", "rio-vista-north", "responder", supervisor="bo")
    PersonKey.objects.create(
        organisation=cast.organisation("rio-vista"), key="E-900", person=person
    )
    return person


def invitation(cast, person=None, *, email="nadia@example.org", role="", duty=""):
    return invite(
        actor_id=cast.user("bo").pk,
        organisation_id=cast.organisation("rio-vista").pk,
        email=email,
        person_id=person.pk if person else None,
        role=role,
        duty=duty,
    )


def confirm_link():
    return re.search(r"http://\S+(/accounts/confirm-email/\S+)", Notice.objects.last().body)[1]


# --- open sign-up ---------------------------------------------------------------------------
def test_open_sign_up_makes_a_learner_whom_nobody_employs(cast, client):
    response = client.post("/accounts/signup/", SIGNUP)
    assert response.status_code == 302, response.context["form"].errors
    person = Person.objects.get(user__email="nadia@home.example")
    assert (person.name, person.employments.count()) == ("Nadia Luján", 0)
    assert client.get(confirm_link()).status_code in {200, 302}


def test_sign_up_is_never_matched_to_an_existing_person(cast, client, newcomer):
    client.post("/accounts/signup/", SIGNUP | {"email": newcomer.email})
    newcomer.refresh_from_db()
    assert newcomer.user is None
    assert Person.objects.filter(folded_name="nadia lujan").count() == 2


def test_address_is_confirmed_before_anything_opens(cast, client):
    client.post("/accounts/signup/", SIGNUP)
    assert client.get("/accounts/email/").status_code == 302
    client.post("/accounts/login/", {"login": SIGNUP["email"], "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_mail_goes_through_the_outbox(cast, client, mailoutbox):
    client.post("/accounts/signup/", SIGNUP)
    notice = Notice.objects.get()
    assert (notice.kind, notice.address) == ("email_confirmation_signup", SIGNUP["email"])
    assert mailoutbox == []


def test_sign_up_does_not_tell_who_has_an_account(cast, client):
    known = client.post("/accounts/signup/", SIGNUP | {"email": "alma@example.org"})
    unknown = Client().post("/accounts/signup/", SIGNUP)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Notice.objects.order_by("pk").first().kind == "account_already_exists"


def test_failed_sign_up_leaves_neither_account_nor_person(cast, client, monkeypatch):
    from lms.people.operations import joining

    def broken(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(joining, "record", broken)
    with pytest.raises(RuntimeError):
        client.post("/accounts/signup/", SIGNUP)
    assert not User.objects.filter(email=SIGNUP["email"]).exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_name_with_markup_stays_text(cast, client, name, newcomer):
    Person.objects.filter(pk=newcomer.pk).update(given_name=name)
    page = client.get(reverse("join", args=[invitation(cast, newcomer)]))
    assert name not in page.content.decode()
    client.force_login(cast.user("bo"))
    assert name not in client.get("/agency/rio-vista/invitations/").content.decode()


# --- closed sign-up -------------------------------------------------------------------------
def test_closed_sign_up_needs_an_invitation_or_a_verified_domain(cast, client, settings):
    settings.OPEN_SIGNUP = False
    assert "need an invitation" in client.get("/accounts/signup/").content.decode()
    domain = EmailDomain.objects.create(
        domain="rio.example", organisation=cast.organisation("rio-vista")
    )
    assert "need an invitation" in client.get("/accounts/signup/").content.decode()
    EmailDomain.objects.filter(pk=domain.pk).update(verified_at=clock.now())
    refused = client.post("/accounts/signup/", SIGNUP)
    assert list(refused.context["form"].errors) == ["email"]
    taken = client.post("/accounts/signup/", SIGNUP | {"email": "nadia@rio.example"})
    assert taken.status_code == 302


# --- invitations ----------------------------------------------------------------------------
def test_invited_person_signs_up_without_a_second_message(cast, client, newcomer):
    token = invitation(cast, newcomer)
    assert client.get(reverse("join", args=[token])).status_code == 200
    response = client.post("/accounts/signup/", SIGNUP | {"email": "Nadia@example.org"})
    assert response["Location"] == "/me/"
    newcomer.refresh_from_db()
    assert newcomer.user.email.lower() == "nadia@example.org"
    assert EmailAddress.objects.get(user=newcomer.user).verified is True
    assert Person.objects.filter(folded_name="nadia lujan").count() == 1
    row = Invitation.objects.get()
    assert (row.accepted_by, token in str(row.__dict__)) == (newcomer.user, False)


def test_invitation_is_for_the_invited_address_only(cast, client, newcomer):
    client.get(reverse("join", args=[invitation(cast, newcomer)]))
    response = client.post("/accounts/signup/", SIGNUP)
    assert list(response.context["form"].errors) == ["email"]
    assert not User.objects.filter(email=SIGNUP["email"]).exists()


def test_invitation_can_be_forgotten(cast, client, newcomer):
    address = reverse("join", args=[invitation(cast, newcomer)])
    client.get(address)
    client.post(address, {"answer": "forget"})
    client.post("/accounts/signup/", SIGNUP)
    newcomer.refresh_from_db()
    assert (newcomer.user, EmailAddress.objects.get(email=SIGNUP["email"]).verified) == (
        None,
        False,
    )


def test_account_that_exists_joins_with_the_roster_record_moved_to_it(cast, client, newcomer):
    """Somebody learned first and was hired later: one human, one record."""
    user = make_user("nadia@home.example")
    own = Person.objects.create(given_name="Nadia", folded_name="nadia", user=user)
    before = Employment.objects.get(person=newcomer)
    client.force_login(user)
    response = client.post(reverse("join", args=[invitation(cast, newcomer)]), {"answer": "join"})
    assert response["Location"] == "/me/"
    before.refresh_from_db()
    after = Employment.objects.get(person=own)
    assert before.replaced_at is not None
    assert (after.spell, after.starts_on, after.replaced_at) == (
        before.spell,
        before.starts_on,
        None,
    )
    assert PersonKey.objects.get(key="E-900").person == own


def test_two_records_that_hold_more_than_a_roster_wrote_are_not_joined(cast, newcomer):
    Licence.objects.create(person=newcomer, kind="LICENCE", valid_from=HIRED)
    user = make_user("other@home.example")
    Person.objects.create(given_name="Nadia", user=user)
    with pytest.raises(AccountHasPerson):
        accept_invitation(user_id=user.pk, token=invitation(cast, newcomer))
    assert Invitation.objects.get().accepted_at is None
    assert PersonKey.objects.get(key="E-900").person == newcomer


@pytest.mark.parametrize("spoil", ["used", "withdrawn", "old", "unknown", "replaced"])
def test_spoilt_invitation_opens_nothing(cast, client, newcomer, spoil):
    token = invitation(cast, newcomer)
    if spoil == "used":
        Invitation.objects.update(accepted_at=clock.now())
    elif spoil == "withdrawn":
        withdraw_invitation(actor_id=cast.user("bo").pk, invitation_id=Invitation.objects.get().pk)
    elif spoil == "old":
        Invitation.objects.update(expires_at=clock.now())
    elif spoil == "unknown":
        token = token[:-1] + "-"
    else:
        invitation(cast, newcomer)
    user = make_user("late@home.example")
    with pytest.raises(InvitationUnusable):
        accept_invitation(user_id=user.pk, token=token)
    assert client.get(reverse("join", args=[token])).status_code in {404, 410}
    newcomer.refresh_from_db()
    assert newcomer.user is None


def test_invitation_without_person_employs_and_gives_the_duty(cast, client):
    user = make_user("casey@example.org")
    token = invitation(cast, email="casey@example.org", role="coach", duty="coach")
    client.force_login(user)
    client.post(reverse("join", args=[token]), {"answer": "join"})
    person = Person.objects.get(user=user)
    assert [duty.kind for duty in person.duties.all()] == ["coach"]
    [spell] = person.employments.all()
    assert (spell.role, spell.organisation.key) == ("coach", "rio-vista")


def test_duty_is_not_given_when_the_inviter_may_no_longer_grant_it(cast):
    token = invitation(cast, role="coach", duty="coach")
    cast.person("bo").duties.update(ends_on=cast.person("bo").duties.get().starts_on)
    user = make_user("casey@example.org")
    from lms.people.operations import MayNotGrant

    with pytest.raises(MayNotGrant):
        accept_invitation(user_id=user.pk, token=token)
    assert not Person.objects.filter(user=user).exists()


def test_invitation_for_somebody_with_an_account_is_refused(cast):
    with pytest.raises(PersonHasAccount):
        invitation(cast, cast.person("alma"))


def test_link_account_is_for_administrators(cast, newcomer):
    from django.core.exceptions import PermissionDenied

    user = make_user("nadia@example.org")
    with pytest.raises(PermissionDenied):
        link_account(actor_id=cast.user("bo").pk, person_id=newcomer.pk, user_id=user.pk)
    link_account(actor_id=None, person_id=newcomer.pk, user_id=user.pk)
    newcomer.refresh_from_db()
    assert newcomer.user == user


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_presses_let_one_account_in(cast):
    person = cast.add_person("nadia", "Nadia", "Luján", account=False)
    cast.employ("nadia", "rio-vista-north", "responder")
    token = invitation(cast, person)
    users = [make_user(f"press{n}@example.org") for n in range(4)]
    gate, outcomes = threading.Barrier(len(users)), []

    def press(user):
        gate.wait()
        try:
            outcomes.append(accept_invitation(user_id=user.pk, token=token))
        except (InvitationUnusable, PersonHasAccount):
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[user]) for user in users]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes, key=str) == sorted([person.pk, None, None, None], key=str)
    assert Person.objects.get(pk=person.pk).user == Invitation.objects.get().accepted_by


def test_every_kind_of_history_in_every_folder_keeps_two_records_apart():
    """Also those tables whose rows the person's model does not know by name."""
    from lms.people.operations.merging import history_models

    named = {model.__name__ for model, _ in history_models()}
    assert {"LearningEvent", "Attempt", "Observation", "Credential", "Licence", "Duty"} <= named


# --- the agency's page ----------------------------------------------------------------------
@pytest.fixture
def claimant(cast):
    """Somebody who signed up with Río Vista's own domain."""
    EmailDomain.objects.create(
        domain="example.net", organisation=cast.organisation("rio-vista"), verified_at=clock.now()
    )
    user = make_user("nadia@example.net")
    return Person.objects.create(
        given_name="Nadia", family_name="Luján", email=user.email, user=user
    )


def test_domain_sign_up_waits_for_the_manager(cast, claimant, client):
    on = clock.today("America/Denver")
    assert memberships_on(person_id=claimant.pk, on=on) == []
    path = cast.organisation("rio-vista").path
    assert [p.id for p in not_on_roster(path=path, on=on)] == [claimant.pk]
    assert not_on_roster(path=cast.organisation("llano").path, on=on) == []
    client.force_login(cast.user("bo"))
    page = client.get("/agency/rio-vista/invitations/").content.decode()
    assert "Nadia Luján" in page
    site = cast.organisation("rio-vista-north").pk
    response = client.post(
        reverse("claim", args=["rio-vista", claimant.uuid]),
        {"role": "responder", "site": site, "starts_on": "2026-11-01"},
    )
    assert response.status_code == 302
    assert [s.organisation_id for s in memberships_on(person_id=claimant.pk, on=on)] == [site]
    assert not_on_roster(path=path, on=on) == []


def test_manager_says_who_of_the_roster_signed_up(cast, claimant, newcomer, client):
    client.force_login(cast.user("bo"))
    client.post(reverse("claim", args=["rio-vista", claimant.uuid]), {"same": str(newcomer.uuid)})
    assert PersonKey.objects.get(key="E-900").person == claimant


def test_claim_of_another_agency_is_absent(cast, claimant, client):
    client.force_login(cast.user("bo"))
    EmailDomain.objects.update(organisation=cast.organisation("llano"))
    address = reverse("claim", args=["rio-vista", claimant.uuid])
    assert client.get(address).status_code == 404


def test_manager_invites_from_the_page_and_never_sees_the_token(cast, newcomer, client):
    client.force_login(cast.user("bo"))
    response = client.post(
        "/agency/rio-vista/invitations/", {"person": str(newcomer.uuid)}, follow=True
    )
    notice = Notice.objects.get(kind="invitation")
    token = re.search(r"/join/(\S+)/", notice.body)[1]
    assert notice.address == "nadia@example.org"
    assert "nadia@example.org" in response.content.decode()
    assert token not in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("alma", 403), ("renata", 403), ("lucia", 404), ("bo", 200)]
)
def test_invitations_page_is_for_the_manager(cast, client, who, status):
    client.force_login(cast.user(who))
    assert client.get("/agency/rio-vista/invitations/").status_code == status


def test_forms_need_their_token(cast, newcomer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.user("bo"))
    assert strict.post("/agency/rio-vista/invitations/", {}).status_code == 403
    token = invitation(cast, newcomer)
    assert strict.post(reverse("join", args=[token]), {"answer": "join"}).status_code == 403
    row = Invitation.objects.get()
    address = reverse("invitation_withdraw", args=["rio-vista", row.pk])
    assert strict.post(address).status_code == 403


def test_invitation_of_another_agency_cannot_be_withdrawn(cast, newcomer, client):
    invitation(cast, newcomer)
    cast.give_duty("lucia", "agency_manager", "llano")
    client.force_login(cast.user("lucia"))
    address = reverse("invitation_withdraw", args=["llano", Invitation.objects.get().pk])
    assert client.post(address).status_code == 404
    assert Invitation.objects.get().withdrawn_at is None


def test_page_costs_the_same_for_one_and_for_three(cast, client, statements):
    client.force_login(cast.user("bo"))
    counts = []
    for n in range(3):
        person = cast.add_person(f"new{n}", "New", f"Person{n}", account=False)
        cast.employ(f"new{n}", "rio-vista-north", "responder")
        invitation(cast, person, email=f"new{n}@example.org")
        with statements() as counted:
            client.get("/agency/rio-vista/invitations/")
        counts.append(len(counted))
    assert counts[0] == counts[2] <= 16
