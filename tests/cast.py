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
from lms.people.forms.second_factor import DEMO_TOTP_SECRET as TOTP_SECRET
from lms.people.models import Duty, Employment, Organisation, Person, PersonKey, User

PASSWORD = "desert-rain-on-warm-stone"
HIRED = date(2025, 1, 6)

# key, name, kind, parent
ORGANISATIONS = [
    ("high-desert", "State of High Desert", "state", None),
    ("north-region", "North Region", "region", "high-desert"),
    ("south-region", "South Region", "region", "high-desert"),
    ("rio-vista", "Río Vista Family Services", "agency", "north-region"),
    ("rio-vista-north", "North site", "site", "rio-vista"),
    ("rio-vista-south", "South site", "site", "rio-vista"),
    ("llano", "Llano Youth Response", "agency", "south-region"),
    ("llano-main", "Llano main office", "site", "llano"),
    ("pinon", "Piñón Community Care", "agency", "north-region"),
    ("pinon-main", "Piñón main office", "site", "pinon"),
    ("lakeshore", "State of Lakeshore", "state", None),
    ("lakeshore-region", "Shore Region", "region", "lakeshore"),
    ("harbor", "Harbor Crisis Services", "agency", "lakeshore-region"),
    ("harbor-main", "Harbor main office", "site", "harbor"),
]
ZONES = {"lakeshore": "America/Chicago"}

# key, given name, family name, organisation, role, supervisor, last day + 1
PEOPLE = [
    ("bo", "Bo", "Castillo", "rio-vista-north", "supervisor", None, None),
    ("alma", "Alma", "Reyes", "rio-vista-north", "responder", "bo", None),
    ("kofi", "Kofi", "Mensah", "rio-vista-north", "responder", "bo", None),
    ("hannah", "Hannah", "Brandt", "rio-vista-north", "clinician", "bo", None),
    ("teo", "Teo", "Marquez", "rio-vista-north", "peer", "bo", None),
    ("joaquin", "Joaquín", "Lente", "rio-vista-south", "responder", "bo", None),
    ("renata", "Renata", "Ortiz", "rio-vista", "coach", None, None),
    ("lucia", "Lucía", "Tafoya-Begay", "llano-main", "clinician", None, None),
    ("celeste", "Celeste", "Arroyo", "llano-main", "responder", None, date(2026, 3, 1)),
    ("samir", "Samir", "Haddad", "high-desert", "trainer", None, None),
    ("dee", "Dee", "Whitehorse", "high-desert", "admin", None, None),
    ("ines", "Inés", "Calderón", "high-desert", "admin", None, None),
]

# person, duty, organisation
DUTIES = [
    ("bo", "agency_manager", "rio-vista"),
    ("renata", "coach", "rio-vista"),
    ("samir", "trainer", "high-desert"),
    ("samir", "curriculum_editor", "high-desert"),
    ("dee", "state_auditor", "high-desert"),
    ("ines", "certification_officer", "high-desert"),
]


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
    for key, name, kind, parent in ORGANISATIONS:
        cast.organisations[key] = add_organisation(
            key, name, kind, cast.organisations[parent] if parent else None
        )
    for key, given, family, *_ in PEOPLE:
        cast.add_person(key, given, family, account=accounts)
    for key, _, _, place, role, supervisor, until in PEOPLE:
        cast.employ(key, place, role, until=until, supervisor=supervisor)
        agency = place.removesuffix("-north").removesuffix("-south").removesuffix("-main")
        PersonKey.objects.create(
            organisation=cast.organisations[agency],
            key=f"E-{100 + [row[0] for row in PEOPLE].index(key)}",
            person=cast.people[key],
        )
    for key, kind, place in DUTIES:
        cast.give_duty(key, kind, place)
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
