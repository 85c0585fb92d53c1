"""The named cast: the same invented people in every test and in the demo.

State of High Desert: agencies Río Vista (sites North and South), Llano and Piñón. A second
state, Lakeshore, with the agency Harbor, is where strangers come from.

    cast = make_cast()
    client.force_login(cast.user("bo"))
    cast.person("alma").pk
    cast.organisation("rio-vista").path

Everybody who acts for others has a second factor (TOTP_SECRET); take it away with
``cast.drop_second_factor("bo")``. ``cast.employ(...)`` and ``cast.give_duty(...)`` add rows.
"""

from dataclasses import dataclass, field
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from lms.kit.matching import name_key
from lms.management.demo.cast import PASSWORD, PEOPLE, PLACES, TOTP_SECRET, ZONES
from lms.people.models import Duty, Employment, Organisation, Person, PersonKey, User

HIRED = date(2025, 1, 6)
# The first day somebody is not employed any more.
LEFT = {"celeste": date(2026, 3, 1)}


@dataclass
class Cast:
    """The cast as rows, found by short keys."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def organisation(self, key):
        return self.organisations[key]

    def person(self, key):
        return self.people[key]

    def user(self, key):
        return self.people[key].user

    def add_person(self, key, given, family, *, account=True):
        """Add a person; their address is <key>@example.org."""
        email = f"{key}@example.org"
        user = make_user(email) if account else None
        self.people[key] = Person.objects.create(
            given_name=given,
            family_name=family,
            folded_name=name_key(f"{given} {family}"),
            email=email,
            user=user,
        )
        return self.people[key]

    def employ(self, key, organisation, role, *, since=HIRED, until=None, supervisor=None):
        return Employment.objects.create(
            person=self.people[key],
            organisation=self.organisations[organisation],
            role=role,
            starts_on=since,
            ends_on=until,
            supervisor=self.people[supervisor] if supervisor else None,
        )

    def give_duty(self, key, kind, organisation, *, since=HIRED, until=None):
        duty = Duty.objects.create(
            person=self.people[key],
            organisation=self.organisations[organisation],
            kind=kind,
            starts_on=since,
            ends_on=until,
        )
        give_second_factor(self.people[key].user)
        return duty

    def drop_second_factor(self, key):
        Authenticator.objects.filter(user=self.user(key)).delete()


def make_cast(*, accounts=True):
    """Create the states, agencies, sites and the twelve people with all that they hold."""
    cast = Cast()
    for key, name, kind, parent in PLACES:
        cast.organisations[key] = add_organisation(
            key, name, kind, cast.organisations[parent] if parent else None
        )
    for who in PEOPLE:
        cast.add_person(who.key, who.given_name, who.family_name, account=accounts)
    for number, who in enumerate(PEOPLE, start=100):
        until = LEFT.get(who.key)
        cast.employ(who.key, who.place, who.role, until=until, supervisor=who.supervisor)
        agency = who.place.removesuffix("-north").removesuffix("-south").removesuffix("-main")
        PersonKey.objects.create(
            organisation=cast.organisations[agency], key=f"E-{number}", person=cast.people[who.key]
        )
    for who in PEOPLE:
        for kind, place in who.duties:
            cast.give_duty(who.key, kind, place)
    return cast


def add_organisation(key, name, kind, parent=None):
    """Create one organisation with its path."""
    zone = parent.zone if parent else ZONES.get(key, "America/Denver")
    row = Organisation.objects.create(
        key=key, name=name, kind=kind, parent=parent, zone=zone, path=f"?{key}"
    )
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def make_user(email, **fields):
    """Create an account with a verified address and the cast's password."""
    user = User(email=email, password=_hashed(), **fields)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def give_second_factor(user):
    """Give an account the cast's TOTP secret, once."""
    if user is not None:
        Authenticator.objects.get_or_create(
            user=user,
            type=Authenticator.Type.TOTP,
            defaults={"data": {"secret": get_adapter().encrypt(TOTP_SECRET)}},
        )


_hash: list[str] = []


def _hashed():
    """Hash the password once for a whole test run: Argon2 is slow on purpose."""
    if not _hash:
        hasher = User()
        hasher.set_password(PASSWORD)
        _hash.append(hasher.password)
    return _hash[0]
