"""The face of lms: everything the other folders may ask it for."""

from lms.audit.operations import record as record_audit
from lms.jobs.operations import enqueue, handles
from lms.jobs.tasks import every_night
from lms.notices.operations import notify
from lms.people.records import LicenceRecord, OrganisationRecord, PersonRecord, Spell

__all__ = [
    "LicenceRecord",
    "OrganisationRecord",
    "PersonRecord",
    "Spell",
    "enqueue",
    "every_night",
    "handles",
    "notify",
    "record_audit",
]
