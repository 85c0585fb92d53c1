"""Every model of the lms folder, gathered for Django."""

from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.notices.models import Notice
from lms.people.models import (
    ApiKey,
    Duty,
    EmailDomain,
    Employment,
    Invitation,
    Licence,
    LicenceVerification,
    NameChange,
    NameDecision,
    Organisation,
    Person,
    PersonKey,
    PersonMerge,
    PersonUnmerge,
    RosterImport,
    RosterMapping,
    User,
)

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Duty",
    "EmailDomain",
    "Employment",
    "Invitation",
    "Job",
    "Licence",
    "LicenceVerification",
    "NameChange",
    "NameDecision",
    "Notice",
    "Organisation",
    "Person",
    "PersonKey",
    "PersonMerge",
    "PersonUnmerge",
    "RosterImport",
    "RosterMapping",
    "User",
]
