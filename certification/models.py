"""Every model of the certification folder, gathered for Django."""

from certification.casework.models import (
    Appeal,
    AppealDecision,
    AppealFile,
    RevocationAnswer,
    RevocationProposal,
)
from certification.credentials.models import (
    CertificateFile,
    Credential,
    CredentialEvent,
    StandingSpan,
)
from certification.duplicates.models import (
    DuplicateAnswer,
    DuplicateChange,
    DuplicateProposal,
)
from certification.evidence.models import StoredDecision
from certification.portable.models import (
    EquivalenceMap,
    ImportedFact,
    PersonAlias,
    RecordDownload,
    RecordImport,
    RecordUpload,
    TrustedIssuer,
)
from certification.prior_learning.models import (
    PriorLearningDecision,
    PriorLearningFile,
    PriorLearningFinding,
    PriorLearningItem,
    PriorLearningRequest,
)
from certification.program_review.models import (
    ImpactRow,
    ProgramDraft,
    ProgramReview,
    ProgramWalk,
)
from certification.programs.models import Adoption, Program, ProgramVersion
from certification.refusals.models import RefusalLetter
from certification.reminders.models import ReminderDigest, ReminderItem, ReminderPreference
from certification.verification.models import RosterCheck

__all__ = [
    "Adoption",
    "Appeal",
    "AppealDecision",
    "AppealFile",
    "CertificateFile",
    "Credential",
    "CredentialEvent",
    "DuplicateAnswer",
    "DuplicateChange",
    "DuplicateProposal",
    "EquivalenceMap",
    "ImpactRow",
    "ImportedFact",
    "PersonAlias",
    "PriorLearningDecision",
    "PriorLearningFile",
    "PriorLearningFinding",
    "PriorLearningItem",
    "PriorLearningRequest",
    "Program",
    "ProgramDraft",
    "ProgramReview",
    "ProgramVersion",
    "ProgramWalk",
    "RecordDownload",
    "RecordImport",
    "RecordUpload",
    "RefusalLetter",
    "ReminderDigest",
    "ReminderItem",
    "ReminderPreference",
    "RevocationAnswer",
    "RevocationProposal",
    "RosterCheck",
    "StandingSpan",
    "StoredDecision",
    "TrustedIssuer",
]
