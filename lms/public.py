"""The face of lms: everything the other folders may ask it for."""

from lms.audit.operations import record as record_audit
from lms.jobs.operations import enqueue, handles
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
from lms.people.records import HeldDuty, LicenceRecord, OrganisationRecord, PersonRecord, Spell
from lms.people.staff import StaffRow, employed, headcounts, staff_rows, unit

__all__ = [
    "Ability",
    "Denied",
    "HeldDuty",
    "LicenceRecord",
    "NoSuchPerson",
    "OrganisationRecord",
    "PersonRecord",
    "Scope",
    "Spell",
    "StaffRow",
    "can",
    "duties_on",
    "duty_for",
    "employed",
    "enqueue",
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
    "person_of_user",
    "reaches",
    "record_audit",
    "require",
    "second_factor_missing",
    "spells",
    "staff_on",
    "staff_rows",
    "today",
    "unit",
    "visible_people",
]
