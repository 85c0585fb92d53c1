"""Who and when: users, workers, organisations, employment, duties and licences."""

from lms.people.models.access import ApiKey, Duty, EmailDomain, Invitation
from lms.people.models.licences import LicenceVerification
from lms.people.models.merges import PersonMerge, PersonUnmerge
from lms.people.models.names import NameChange, NameDecision
from lms.people.models.organisations import Organisation
from lms.people.models.rosters import RosterImport, RosterMapping
from lms.people.models.users import User
from lms.people.models.workers import Employment, Licence, Person, PersonKey

__all__ = [
    "ApiKey",
    "Duty",
    "EmailDomain",
    "Employment",
    "Invitation",
    "Licence",
    "LicenceVerification",
    "NameChange",
    "NameDecision",
    "Organisation",
    "Person",
    "PersonKey",
    "PersonMerge",
    "PersonUnmerge",
    "RosterImport",
    "RosterMapping",
    "User",
]
