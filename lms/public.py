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
from lms.people.able import people_able
from lms.people.access import (
    Ability,
    Denied,
    Scope,
    can,
    can_then,
    people_filter,
    reached,
    reaches,
    require,
    visible_people,
    visible_then,
)
from lms.people.authority import second_factor_missing, today
from lms.people.files import person_files, person_ids_after
from lms.people.kin import kept_id, records_known, rows_of, rows_of_account
from lms.people.licences import LicenceLife, LicenceLook, licence_life, licence_lives
from lms.people.merges import MergeRecord, OwnRecord, alike, merge_of, merges_of, records_of
from lms.people.models.licences import LookUp, look_ups
from lms.people.models.workers import licence_kinds
from lms.people.names import (
    NameRow,
    NoSuchNameChange,
    OpenedName,
    former_names,
    name_answers,
    name_known,
    names_known,
    open_name_request,
)
from lms.people.navigation import authority
from lms.people.operations.licences import (
    LicenceRefused,
    LicenceReplaced,
    NewLicence,
    OwnLicence,
    Seen,
    VerifiedLicence,
    WrongLookUp,
    record_licence,
    record_licences,
    verify_licence,
)
from lms.people.operations.merges import (
    CannotMerge,
    CannotUnmerge,
    hold_people,
    merge_people,
    rehearse_merge,
    rehearse_unmerge,
    require_merge,
    unmerge_people,
)
from lms.people.operations.naming import (
    NameDecided,
    NoDocument,
    WrongNameReason,
    write_name_decision,
)
from lms.people.operations.news import PERSON_CHANGED
from lms.people.operations.people import fold_wrong_names
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
from lms.people.sessions import device_name
from lms.people.staff import (
    StaffRow,
    duty_holders,
    employed,
    jobs_counted,
    people_employed,
    repeated_jobs,
    role_title,
    staff_named,
    staff_rows,
)

__all__ = [
    "PERSON_CHANGED",
    "Ability",
    "AuditRecord",
    "CannotMerge",
    "CannotUnmerge",
    "Denied",
    "HeldDuty",
    "LicenceLife",
    "LicenceLook",
    "LicenceRecord",
    "LicenceRefused",
    "LicenceReplaced",
    "LookUp",
    "MergeRecord",
    "Message",
    "NameDecided",
    "NameRow",
    "NewLicence",
    "NoDocument",
    "NoSuchNameChange",
    "NoSuchPerson",
    "OpenedName",
    "OrganisationRecord",
    "OwnLicence",
    "OwnRecord",
    "PdfUnavailable",
    "PersonFile",
    "PersonRecord",
    "Scope",
    "Seen",
    "Spell",
    "StaffRow",
    "VerifiedLicence",
    "WrongLookUp",
    "WrongNameReason",
    "alike",
    "authority",
    "can",
    "can_then",
    "device_name",
    "duties_on",
    "duty_for",
    "duty_holders",
    "employed",
    "enqueue",
    "enqueue_many",
    "every_night",
    "find_people",
    "fold_wrong_names",
    "former_names",
    "handles",
    "hold_people",
    "jobs_counted",
    "kept_id",
    "licence_kinds",
    "licence_life",
    "licence_lives",
    "licences",
    "look_ups",
    "memberships_on",
    "merge_of",
    "merge_people",
    "merges_of",
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
    "people_able",
    "people_by_reference",
    "people_employed",
    "people_filter",
    "person",
    "person_by_uuid",
    "person_files",
    "person_ids_after",
    "person_of_user",
    "qr_svg",
    "reached",
    "reaches",
    "record_audit",
    "record_audits",
    "record_licence",
    "record_licences",
    "records_known",
    "records_of",
    "rehearse_merge",
    "rehearse_unmerge",
    "render_pdf",
    "repeated_jobs",
    "require",
    "require_merge",
    "role_title",
    "rows_of",
    "rows_of_account",
    "second_factor_missing",
    "spells",
    "staff_named",
    "staff_on",
    "staff_rows",
    "today",
    "unmerge_people",
    "verify_licence",
    "visible_people",
    "visible_then",
    "write_name_decision",
]


def integrity() -> list[Check]:
    """Return every check of this folder's stored data."""
    return [
        *audit_integrity.integrity(),
        *people_integrity.integrity(),
        *jobs_integrity.integrity(),
    ]
