"""Whether drafts are as they were written, and what was published is what was reviewed."""

from collections.abc import Iterator
from typing import Final

from certification.program_review.models import ProgramDraft, ProgramReview
from certification.programs.document import digest_of
from lms.kit.integrity import Check, check, triggers

TABLES: Final = (
    ("certification_programdraft", "UPDATE DELETE"),
    ("certification_programreview", "UPDATE DELETE"),
)


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-program-review", TABLES),
        check(
            "drafts-as-written",
            "The text of every draft has the digest it was written with.",
            _altered(),
        ),
        check(
            "published-by-another",
            "Every version published here is the text that was reviewed, and its publisher wrote"
            " no revision of it.",
            _unreviewed(),
        ),
    ]


def _altered() -> Iterator[str]:
    for draft in ProgramDraft.objects.order_by("pk").iterator():
        if digest_of(draft.source) != draft.digest:
            yield f"draft {draft.uuid}: digest {digest_of(draft.source)[:12]}"


def _unreviewed() -> Iterator[str]:
    rows = ProgramReview.objects.filter(version__isnull=False).select_related("draft", "version")
    authors: dict[object, set[int]] = {}
    for series, author_id in ProgramDraft.objects.order_by("pk").values_list("series", "author_id"):
        authors.setdefault(series, set()).add(author_id)
    for row in rows.order_by("pk"):
        version, name = row.version, f"draft {row.draft.uuid}"
        if version is None or version.digest != row.draft.digest:
            yield f"{name}: the version has another text"
        if version is not None and version.published_by_id != row.actor_id:
            yield f"{name}: the version names another publisher"
        if row.actor_id in authors.get(row.draft.series, set()):
            yield f"{name}: published by an author"
