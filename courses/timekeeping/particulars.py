"""Say of each fact of the ledger who gave it, who taught it, and what its hours rest on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.catalog.models import CourseVersion, HoursBasis
from courses.catalog.outline import Outline, OutlineModule, read_outline
from courses.catalog.queries import outlines
from courses.coaching.models import Observation
from courses.learning.models import EventKind, LearningEvent
from courses.learning.records import EvidenceRecord
from courses.timekeeping.records import Competency, Particulars
from lms.kit import formats
from lms.public import kept_id, rows_of

ACADEMY: Final = "MRSS Academy"
TAUGHT: Final = (EventKind.SESSION, EventKind.COACHING, EventKind.COLLABORATIVE)
"""Who records these was there: a trainer or coach."""
_ACTOR: Final = Coalesce("actor__person__merged_into_id", "actor__person__pk")


@dataclass(frozen=True, slots=True)
class _Source:
    """What the ledger row of a fact says besides the fact."""

    detail: Mapping[str, Any]
    actor: str
    taken_back_at: datetime | None = None
    taken_back_why: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read to explain the facts. ``now`` and ``then``: outlines, ``then`` by label."""

    sources: Mapping[str, _Source]
    observers: Mapping[str, tuple[str, tuple[str, ...]]]
    now: Collection[Outline]
    then: Mapping[str, Collection[Outline]]
    bases: Mapping[tuple[str, str, str, str], HoursBasis] = field(default_factory=dict)


def particulars_of(
    *, person_ids: Collection[int], evidence: Collection[EvidenceRecord]
) -> dict[str, Particulars]:
    """Return the particulars of these people's facts by their ids.

    The number of statements does not grow with the facts."""
    known = _read(person_ids, evidence)
    return {each.id: _particulars(each, known) for each in evidence}


# --- reading ----------------------------------------------------------------------------------
def _read(person_ids: Collection[int], evidence: Collection[EvidenceRecord]) -> _Known:
    events = LearningEvent.objects.filter(rows_of(person_ids=person_ids))
    sources = {
        str(uuid): _Source(
            detail,
            "" if whose == actor else _name(given, family),
            at,
            (why or {}).get("reason", ""),
        )
        for uuid, detail, whose, actor, given, family, at, why in events.order_by("pk").values_list(
            "uuid", "detail", kept_id(), _ACTOR,
            "actor__person__given_name", "actor__person__family_name",
            "reversed_by__recorded_at", "reversed_by__detail",
        )
    }  # fmt: skip
    seen = Observation.objects.filter(rows_of(person_ids=person_ids)).order_by("pk")
    observers = {
        str(row.uuid): (
            row.observer.name,
            tuple(dict.fromkeys(item["competency"] for item in row.rubric.items)),
        )
        for row in seen.select_related("observer", "rubric")
    }
    labels = {_label(each) for each in evidence}
    then: dict[str, list[Outline]] = {}
    versions = CourseVersion.objects.filter(label__in=labels).order_by("pk")
    for key, label, data in versions.values_list("course_key", "label", "outline"):
        if data:
            found = read_outline(course_key=key, label=label, data=data)
            then.setdefault(label, []).append(found)
    rows = HoursBasis.objects.filter(version__label__in=labels).select_related("version")
    bases = {
        (row.version.course_key, row.version.label, row.unit, row.hours_type): row
        for row in rows.order_by("pk")
    }
    return _Known(sources, observers, outlines(), then, bases)


def _name(given: str | None, family: str | None) -> str:
    return " ".join(part for part in (given, family) if part)


def _label(each: EvidenceRecord) -> str:
    """Return the label of the version that a fact cites; rosters write the course before it."""
    return each.content_revision.rpartition(" ")[2]


# --- saying -----------------------------------------------------------------------------------
def _particulars(each: EvidenceRecord, known: _Known) -> Particulars:
    source = known.sources.get(each.id, _Source({}, ""))
    course = _course_of(each, known)
    module = _module_of(each, course) if course else None
    observer, taught = known.observers.get(str(source.detail.get("observation", "")), ("", ()))
    return Particulars(
        provider=_provider(source, ours=course is not None),
        instructor=observer or _instructor(each, source),
        course=course.title if course else "",
        basis=_basis(each, source, course, module, known) if each.hours else "",
        competencies=_competencies(course, module, taught) if course else (),
        taken_back_at=source.taken_back_at,
        taken_back_why=source.taken_back_why,
    )


def _course_of(each: EvidenceRecord, known: _Known) -> Outline | None:
    """Return the outline that a fact was earned on, else the present one that knows its subject."""
    for outline in (*known.then.get(_label(each), ()), *known.now):
        if each.subject in outline.titles():
            return outline
    return None


def _module_of(each: EvidenceRecord, course: Outline) -> OutlineModule | None:
    for module in course.modules:
        subjects = {module.subject, module.session_subject, f"quiz:{module.quiz_key}"}
        subjects |= {lesson.subject for lesson in module.lessons}
        subjects |= {f"rubric:{rubric.key}" for rubric in module.rubrics}
        if each.subject in subjects:
            return module
    return None


def _provider(source: _Source, *, ours: bool) -> str:
    told = source.detail.get("provider") or source.detail.get("issuer_name")
    if told:
        return str(told)
    imported = source.detail.get("source")
    return ACADEMY if ours and not imported else ""


def _instructor(each: EvidenceRecord, source: _Source) -> str:
    told = source.detail.get("instructor") or source.detail.get("attested_by")
    if told:
        return str(told)
    return source.actor if each.kind in TAUGHT else ""


def _competencies(
    course: Outline, module: OutlineModule | None, taught: Iterable[str]
) -> tuple[Competency, ...]:
    """Return what an observation rated, else what the module or the whole course teaches."""
    codes = [code for code in taught if code in course.competencies]
    codes = codes or list(module.competencies if module else course.competencies)
    return tuple(
        Competency(course.course_key, course.title, code, course.competencies.get(code, ""))
        for code in codes
    )


def _basis(
    each: EvidenceRecord,
    source: _Source,
    course: Outline | None,
    module: OutlineModule | None,
    known: _Known,
) -> str:
    detail = source.detail
    if detail.get("prior_learning"):
        return _("Prior learning, request %(reference)s") % {"reference": detail["reference"]}
    if detail.get("issuer_name"):
        return _("Record of %(issuer)s") % {"issuer": detail["issuer_name"]}
    if detail.get("source"):
        return _("Taken over from an earlier record: %(evidence)s") % {
            "evidence": detail.get("evidence", "")
        }
    if course is not None:
        for unit in (each.subject, module.subject if module else f"course:{course.course_key}"):
            found = known.bases.get((course.course_key, course.label, unit, each.hours_type))
            if found is not None:
                return basis_words(found)
        return _("Version %(label)s of the course") % {"label": course.label}
    if source.actor:
        return _("Attested by %(name)s") % {"name": source.actor}
    return _("Attested")


def basis_words(basis: HoursBasis) -> str:
    """Return in a line what hours rest on: method, and the hours that it supports."""
    methods = {
        "text": _("Formula for text with questions: supports %(hours)s"),
        "agenda": _("Minutes of the agenda: supports %(hours)s"),
        "plan": _("Minutes of the scored practice: supports %(hours)s"),
    }
    words = methods.get(basis.method, _("Supports %(hours)s"))
    return words % {"hours": formats.hours(basis.supported_hours)}
