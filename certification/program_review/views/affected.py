"""Put a preview on the page: how many people, of which kinds, at which agencies."""

from typing import Any

from django.utils.translation import gettext as _

from certification.program_review import access, queries
from certification.program_review.foresight import Kind
from certification.program_review.models import ProgramDraft, ProgramWalk
from certification.program_review.wording import KINDS
from certification.programs.document import Program as Rules


def affected(draft: ProgramDraft, rules: Rules, who: int) -> dict[str, Any]:
    """Return what the page says of who is affected by a draft."""
    walk = queries.preview_of(draft)
    if walk is None or walk.effective_on is None:
        return {"walk": None}
    today = queries.today_of(draft.program_key, rules)
    return {
        "walk": walk,
        "fresh": queries.is_fresh(walk, draft, walk.effective_on),
        "counts_back": walk.effective_on < today,
        "days": days_of(walk) if walk.finished_at else [],
        "agencies": agencies_of(walk) if walk.finished_at else [],
    }


def days_of(walk: ProgramWalk) -> list[dict[str, Any]]:
    """Return for each date that was looked at how many people each kind of change names."""
    counts = queries.kind_counts(walk, [kind.value for kind in Kind])
    days = sorted({walk.today_on, walk.effective_on or walk.today_on})
    return [
        {
            "on": day,
            "today": day == walk.today_on,
            "people": counts.get(day, {}).get("people", 0),
            "kinds": [
                {"kind": kind.value, "words": KINDS[kind], "people": n}
                for kind in Kind
                if (n := counts.get(day, {}).get(kind.value, 0))
            ],
        }
        for day in days
    ]


def agencies_of(walk: ProgramWalk) -> list[tuple[str, int]]:
    """Return how many people are affected on the later date, by agency; most first."""
    day = max(walk.today_on, walk.effective_on or walk.today_on)
    counts = queries.agency_counts(walk, day)
    names = access.names_of([pk for pk in counts if pk is not None])
    rows = [
        (names[pk].name if pk is not None else _("Employed at no agency on that day"), n)
        for pk, n in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
