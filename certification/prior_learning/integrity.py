"""Whether what was granted counts, what was taken back does not, and every paper is there."""

from collections.abc import Iterator, Sequence
from typing import Final

from certification.prior_learning import papers
from certification.prior_learning.models import PriorLearningFile, PriorLearningFinding
from courses.public import evidence_for
from lms.kit.integrity import Check, check, triggers

TABLES: Final = tuple(
    (f"certification_priorlearning{name}", "UPDATE DELETE")
    for name in ("request", "item", "file", "decision", "finding")
)
PORTION: Final = 500


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-prior-learning", TABLES),
        check(
            "prior-learning-credited",
            "Every fact that a standing decision credited counts, and none of one taken back.",
            _not_credited(),
        ),
        check(
            "prior-learning-papers",
            "Every paper of a request is in the store and is what was sent in.",
            _without_paper(),
        ),
    ]


def _not_credited() -> Iterator[str]:
    rows = (
        PriorLearningFinding.objects.select_related("decision__request", "decision__reversed_by")
        .order_by("pk")
        .iterator(chunk_size=PORTION)
    )
    portion: list[PriorLearningFinding] = []
    for each in rows:
        portion.append(each)
        if len(portion) == PORTION:
            yield from _wrong(portion)
            portion = []
    yield from _wrong(portion)


def _wrong(findings: Sequence[PriorLearningFinding]) -> Iterator[str]:
    people = {each.decision.request.person_id for each in findings}
    counting = {each.id for each in evidence_for(person_ids=people)} if people else set()
    for each in findings:
        stands = getattr(each.decision, "reversed_by", None) is None
        for evidence in each.evidence:
            if (evidence in counting) is not stands:
                words = "does not count" if stands else "still counts"
                yield f"{each.decision.request.reference}: fact {evidence} {words}"


def _without_paper() -> Iterator[str]:
    for each in PriorLearningFile.objects.select_related("request").order_by("pk").iterator():
        try:
            papers.read(storage_name=each.storage_name, sha256=each.sha256)
        except papers.PaperDamaged:
            yield f"{each.request.reference}: {each.storage_name} is missing or altered"
