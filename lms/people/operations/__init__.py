"""Writing people: each operation owns one transaction: check access, lock, check, write, audit."""

from lms.people.operations.duties import (
    DutyAlreadyHeld,
    DutyNotHeld,
    MayNotGrant,
    end_duty,
    grant_duty,
    may_grant,
)
from lms.people.operations.employment import (
    EmploymentOverlaps,
    NotEmployed,
    WrongDates,
    change_employment,
    end_employment,
    start_employment,
)
from lms.people.operations.joining import (
    AccountHasPerson,
    InvitationUnusable,
    PersonHasAccount,
    accept_invitation,
    invite,
    link_account,
    link_by_domain,
    sign_up,
    withdraw_invitation,
)
from lms.people.operations.licences import OwnLicence, record_licence, verify_licence
from lms.people.operations.organisations import (
    DomainTaken,
    WrongParent,
    add_email_domain,
    create_organisation,
    verify_email_domain,
)
from lms.people.operations.people import create_person
from lms.people.operations.rosters import (
    AlreadyApplied,
    Applied,
    PlanChanged,
    apply_import,
    decide,
    drop_draft,
    save_columns,
    start_import,
)

__all__ = [
    "AccountHasPerson",
    "AlreadyApplied",
    "Applied",
    "DomainTaken",
    "DutyAlreadyHeld",
    "DutyNotHeld",
    "EmploymentOverlaps",
    "InvitationUnusable",
    "MayNotGrant",
    "NotEmployed",
    "OwnLicence",
    "PersonHasAccount",
    "PlanChanged",
    "WrongDates",
    "WrongParent",
    "accept_invitation",
    "add_email_domain",
    "apply_import",
    "change_employment",
    "create_organisation",
    "create_person",
    "decide",
    "drop_draft",
    "end_duty",
    "end_employment",
    "grant_duty",
    "invite",
    "link_account",
    "link_by_domain",
    "may_grant",
    "record_licence",
    "save_columns",
    "sign_up",
    "start_employment",
    "start_import",
    "verify_email_domain",
    "verify_licence",
    "withdraw_invitation",
]
