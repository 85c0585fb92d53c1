"""The face of lms: everything the other folders may ask it for."""

from lms.audit import integrity as audit_integrity
from lms.audit.operations import Entry as AuditRecord
from lms.audit.operations import record as record_audit
from lms.audit.operations import record_many as record_audits
from lms.documents.pdf import PdfUnavailable, render_pdf
from lms.documents.qr import qr_svg
from lms.jobs import integrity as jobs_integrity
from lms.jobs.operations import enqueue, enqueue_many, handles
from lms.jobs.tasks import every_night
from lms.kit.integrity import Check
from lms.notices.operations import Message, notify, notify_many
from lms.people import integrity as people_integrity
from lms.people.access import (
    Ability,
    Denied,
    Scope,
    can,
    people_filter,
    reaches,
    require,
    visible_people,
)
from lms.people.authority import second_factor_missing, today
from lms.people.files import person_files, person_ids_after
from lms.people.models.workers import licence_kinds
from lms.people.names import (
    NameRow,
    NoSuchNameChange,
    OpenedName,
    name_answers,
    name_known,
    names_known,
    open_name_request,
)
from lms.people.navigation import authority
from lms.people.operations.licences import LicenceRefused, NewLicence, record_licences
from lms.people.operations.naming import (
    NameDecided,
    NoDocument,
    WrongNameReason,
    write_name_decision,
)
from lms.people.operations.news import PERSON_CHANGED
from lms.people.queries import (
    NoSuchPerson,
    duties_on,
    duty_for,
    find_people,
    licences,
    memberships_on,
    organisation,
    organisations,
    organisations_by_id,
    people,
    person,
    person_by_uuid,
    person_of_user,
    spells,
    staff_on,
)
from lms.people.records import (
    HeldDuty,
    LicenceRecord,
    OrganisationRecord,
    PersonFile,
    PersonRecord,
    Spell,
)
from lms.people.references import people_by_reference
from lms.people.staff import (
    StaffRow,
    duty_holders,
    employed,
    jobs_counted,
    repeated_jobs,
    role_title,
    staff_rows,
)

__all__ = [
    "PERSON_CHANGED",
    "Ability",
    "AuditRecord",
    "Denied",
    "HeldDuty",
    "LicenceRecord",
    "LicenceRefused",
    "Message",
    "NameDecided",
    "NameRow",
    "NewLicence",
    "NoDocument",
    "NoSuchNameChange",
    "NoSuchPerson",
    "OpenedName",
    "OrganisationRecord",
    "PdfUnavailable",
    "PersonFile",
    "PersonRecord",
    "Scope",
    "Spell",
    "StaffRow",
    "WrongNameReason",
    "authority",
    "can",
    "duties_on",
    "duty_for",
    "duty_holders",
    "employed",
    "enqueue",
    "enqueue_many",
    "every_night",
    "find_people",
    "handles",
    "jobs_counted",
    "licence_kinds",
    "licences",
    "memberships_on",
    "name_answers",
    "name_known",
    "names_known",
    "notify",
    "notify_many",
    "open_name_request",
    "organisation",
    "organisations",
    "organisations_by_id",
    "people",
    "people_by_reference",
    "people_filter",
    "person",
    "person_by_uuid",
    "person_files",
    "person_ids_after",
    "person_of_user",
    "qr_svg",
    "reaches",
    "record_audit",
    "record_audits",
    "record_licences",
    "render_pdf",
    "repeated_jobs",
    "require",
    "role_title",
    "second_factor_missing",
    "spells",
    "staff_on",
    "staff_rows",
    "today",
    "visible_people",
    "write_name_decision",
]


def integrity() -> list[Check]:
    """Return every check of this folder's stored data."""
    return [
        *audit_integrity.integrity(),
        *people_integrity.integrity(),
        *jobs_integrity.integrity(),
    ]
