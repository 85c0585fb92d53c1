"""The face of lms: everything the other folders may ask it for."""

from lms.audit.operations import Entry as AuditRecord
from lms.audit.operations import record as record_audit
from lms.audit.operations import record_many as record_audits
from lms.documents.pdf import PdfUnavailable, render_pdf
from lms.documents.qr import qr_svg
from lms.jobs.operations import enqueue, enqueue_many, handles
from lms.jobs.tasks import every_night
from lms.notices.operations import notify
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
from lms.people.navigation import authority
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
from lms.people.staff import (
    StaffRow,
    duty_holders,
    employed,
    headcounts,
    role_title,
    staff_rows,
    unit,
)

__all__ = [
    "Ability",
    "AuditRecord",
    "Denied",
    "HeldDuty",
    "LicenceRecord",
    "NoSuchPerson",
    "OrganisationRecord",
    "PdfUnavailable",
    "PersonFile",
    "PersonRecord",
    "Scope",
    "Spell",
    "StaffRow",
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
    "headcounts",
    "licences",
    "memberships_on",
    "notify",
    "organisation",
    "organisations",
    "organisations_by_id",
    "people",
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
    "render_pdf",
    "require",
    "role_title",
    "second_factor_missing",
    "spells",
    "staff_on",
    "staff_rows",
    "today",
    "unit",
    "visible_people",
]
