"""Read what an import needs to know, and what imports have done."""

from collections import defaultdict
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from certification.portable.equivalence import Equivalence, equivalence_of
from certification.portable.models import (
    EquivalenceMap,
    ImportedFact,
    PersonAlias,
    RecordDownload,
    RecordImport,
    RecordUpload,
)
from certification.portable.outcomes import Outcome
from certification.portable.plan import (
    Before,
    Clauses,
    Credited,
    Here,
    LicenceKey,
    Plan,
    plan_import,
)
from certification.portable.reading import document_in, record_in
from certification.portable.records import Origin, PortableRecord
from certification.programs.queries import catalogue
from certification.signing.keyfile import key_ring
from courses.public import evidence_for
from lms.kit import clock
from lms.public import licence_kinds, licences, rows_of


def plan_for(*, record: PortableRecord, person_id: int, equivalence: Equivalence | None) -> Plan:
    """Return what importing a record for a person would write now; nine statements."""
    origins = {record.origin_of(fact) for fact in record.facts}
    every = evidence_for(person_ids=[person_id], include_reversed=True)
    back = {each.id: each.reversed for each in every}
    credited: dict[Origin, list[Credited]] = defaultdict(list)
    imported: set[str] = set()
    earlier = []
    for row, did, source_person in _told(person_id):
        evidence = str(row.evidence)
        imported.add(evidence)
        origin = Origin(row.origin, row.origin_id)
        taken_back = back.get(evidence, True)
        if origin in origins:
            credited[origin].append(Credited(row.target, row.hours, evidence, taken_back))
        if not taken_back and (did, source_person) == (record.did, record.person):
            earlier.append(
                Before(row.source_id, origin, row.subject, row.title, row.target, evidence)
            )
    zone = ZoneInfo(settings.ACADEMY_ZONE)
    every_licence = licences(person_ids=[person_id], include_corrected=True)
    here = Here(
        did=key_ring().did,
        now=clock.now(),
        clauses=clauses(),
        day_of=lambda instant: instant.astimezone(zone).date(),
        credited=credited,
        standing=frozenset(
            (each.subject, each.occurred_at.astimezone(zone).date())
            for each in every
            if not each.reversed and each.passed and each.id not in imported
        ),
        earlier=earlier,
        licences=frozenset(each.uuid for each in every_licence),
        licence_keys=frozenset(
            LicenceKey(each.kind, each.requirement, each.valid_from, each.number)
            for each in every_licence
        ),
        licence_kinds=frozenset(kind for kind, _label in licence_kinds()),
    )
    return plan_import(record, here, equivalence)


def _told(person_id: int) -> list[tuple[ImportedFact, str, UUID]]:
    """Return what imports wrote for a person, with the issuer that told it, oldest first."""
    rows = (
        ImportedFact.objects.filter(
            rows_of(person_ids=[person_id], field="record_import__alias__person_id"),
            outcome=Outcome.ADD.value,
        )
        .select_related("record_import__alias")
        .order_by("pk")
    )
    return [
        (row, row.record_import.alias.did, row.record_import.alias.source_person) for row in rows
    ]


def clauses() -> Clauses:
    """Return which clauses of the present programs each key counts for."""
    return Clauses(
        {
            key: versions[-1].rules.requirements
            for key, versions in sorted(catalogue().versions.items())
        }
    )


def alias_of(*, record: PortableRecord) -> PersonAlias | None:
    """Return who the person of a record was said to be before, or None."""
    return (
        PersonAlias.objects.filter(did=record.did, source_person=record.person)
        .select_related("person")
        .first()
    )


def upload_of(*, uuid: UUID, user_id: int) -> RecordUpload | None:
    """Return an upload of this officer, or None."""
    return RecordUpload.objects.filter(uuid=uuid, uploaded_by_id=user_id).first()


def record_of_upload(upload: RecordUpload) -> PortableRecord:
    """Return the record of an upload; its signature was checked when it came in."""
    return record_in(document_in(upload.document.encode()))


def maps() -> QuerySet[EquivalenceMap]:
    """Return every version of every map, the newest first, without its text."""
    found = EquivalenceMap.objects.defer("source").select_related("added_by__person")
    return found.order_by("key", "-pk")


@lru_cache(maxsize=32)
def _read(digest: str) -> Equivalence:
    row = EquivalenceMap.objects.only("source").get(digest=digest)
    return equivalence_of(row.source)


def read_map(row: EquivalenceMap) -> Equivalence:
    """Return a map as it is applied; a digest never changes its meaning."""
    return _read(row.digest)


def downloads(where: Q) -> QuerySet[RecordDownload]:
    """Return downloads, the newest first."""
    return RecordDownload.objects.filter(where).order_by("-recorded_at", "-pk")


def imports(where: Q) -> QuerySet[RecordImport]:
    """Return imports with how much each added, left out and took back, the newest first."""
    return (
        RecordImport.objects.filter(where)
        .select_related("alias__person", "issuer", "equivalence", "made_by__person")
        .annotate(
            added=Count("facts", filter=Q(facts__outcome=Outcome.ADD.value)),
            left=Count("facts", filter=Q(facts__outcome=Outcome.NOT_COUNTED.value)),
            reversed=Count("facts", filter=Q(facts__outcome=Outcome.REVERSE.value)),
        )
        .order_by("-recorded_at", "-pk")
    )
