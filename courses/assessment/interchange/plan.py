"""Say what importing a file would do to a bank, piece by piece, before anything is written."""

import enum
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange import drafts
from courses.assessment.interchange import written as w


class Outcome(enum.StrEnum):
    """What becomes of one piece of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    TWICE = "twice"
    FAULT = "fault"
    SKIPPED = "skipped"


WRITING = frozenset({Outcome.NEW, Outcome.CHANGED})


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file as it is kept between preview and confirmation."""

    number: int
    place: str
    begins: str
    draft: QuestionDraft | None = None
    fault: str = ""
    skipped: str = ""
    notes: tuple[str, ...] = ()
    # The file names no key: the one it has was made up from its words.
    unnamed: bool = False
    # What is about it and not in its words: the fields that the file does say.
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the bank by its newest revision; ``used`` by so many attempts."""

    id: int
    draft: QuestionDraft
    revision: int
    live: bool
    used: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one piece. ``draft`` is what would be written; ``base`` what it follows."""

    piece: Piece
    outcome: Outcome
    says: tuple[str, ...] = ()
    draft: QuestionDraft | None = None
    base: Known | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. Every piece of the file is in it exactly once."""

    rows: tuple[Planned, ...]
    counts: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def writing(self) -> list[Planned]:
        """Return what would be written."""
        return [row for row in self.rows if row.outcome in WRITING]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything that would be written and what it would follow."""
        said = [
            [row.outcome, row.draft.key, row.draft.digest, row.base.id if row.base else None]
            for row in self.writing
            if row.draft is not None
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def pieces_of(reading: w.Reading) -> list[Piece]:
    """Return what a file holds as questions that a bank can hold, or why not."""
    pieces = []
    for seen in reading.seen:
        piece = Piece(seen.number, seen.place, seen.begins, notes=seen.notes)
        if seen.written is None:
            pieces.append(replace(piece, fault=seen.fault, skipped=seen.skipped))
            continue
        remarks = w.Remarks(list(seen.notes))
        try:
            draft = drafts.draft_of(seen.written, remarks)
        except w.UnreadableQuestion as fault:
            pieces.append(replace(piece, fault=str(fault)))
            continue
        unnamed = not seen.written.key
        said = tuple(sorted(seen.written.said | ({"criteria"} if seen.written.criteria else set())))
        notes = tuple(remarks.said)
        pieces.append(replace(piece, draft=draft, notes=notes, unnamed=unnamed, said=said))
    return pieces


def plan_of(
    pieces: Sequence[Piece],
    known: Mapping[str, Known],
    elsewhere: Mapping[str, str] | None = None,
) -> Plan:
    """Return what importing would do to a bank that holds ``known`` questions by key.

    ``elsewhere``: the stem of a question in another bank → the title of that bank.
    """
    by_words = {_words(each.draft): each for each in known.values() if each.live}
    taken: dict[str, Piece] = {}
    said: dict[str, Piece] = {}
    rows = []
    for piece in pieces:
        row = _planned(piece, known, by_words, taken, said)
        if row.outcome in WRITING and row.draft is not None:
            taken[row.draft.key] = said[_words(row.draft)] = piece
            title = (elsewhere or {}).get(row.draft.stem)
            if title:
                also = _("The bank “%(title)s” asks the same.") % {"title": title}
                row = replace(row, says=(*row.says, also))
        rows.append(row)
    return Plan(tuple(rows), Counter(row.outcome for row in rows))


def _planned(
    piece: Piece,
    known: Mapping[str, Known],
    by_words: Mapping[str, Known],
    taken: Mapping[str, Piece],
    said: Mapping[str, Piece],
) -> Planned:
    if piece.draft is None:
        outcome = Outcome.SKIPPED if piece.skipped else Outcome.FAULT
        return Planned(piece, outcome, (piece.skipped or piece.fault,))
    draft = piece.draft
    if first := said.get(_words(draft)):
        words = _("The file holds the same question before: %(place)s.") % {"place": first.place}
        return Planned(piece, Outcome.TWICE, (words,))
    same = by_words.get(_words(draft))
    if same and same.draft.key != draft.key and not piece.unnamed:
        words = _("The bank holds the same question as “%(key)s”.") % {"key": same.draft.key}
        return Planned(piece, Outcome.TWICE, (words,), same.draft, same)
    if same:
        return _against(piece, replace(draft, key=same.draft.key), same)
    if piece.unnamed and draft.key in taken:
        # Many questions begin alike; what else they say tells them apart.
        draft = replace(draft, key=drafts.key_by_words(draft))
    if first := taken.get(draft.key):
        words = _(
            "Another question of the file is called “%(key)s”, too (%(place)s). Rename one of them."
        ) % {"key": draft.key, "place": first.place}
        return Planned(piece, Outcome.FAULT, (words,))
    return _against(piece, draft, known.get(draft.key))


def _against(piece: Piece, draft: QuestionDraft, base: Known | None) -> Planned:
    if base is None:
        return Planned(piece, Outcome.NEW, piece.notes, draft)
    draft = drafts.settled(drafts.inherited(draft, base.draft, piece.said), base.draft)
    if base.live and drafts.canonical(draft) == drafts.canonical(base.draft):
        return Planned(piece, Outcome.SAME, piece.notes, base.draft, base)
    says = list(piece.notes)
    if not base.live:
        says.insert(0, _("It was retired; it comes back as a new revision."))
    if base.used:
        says.insert(0, used_words(base.used))
    return Planned(piece, Outcome.CHANGED, tuple(says), draft, base)


def used_words(used: int) -> str:
    """Say what a change means for attempts that were asked the question before."""
    return ngettext(
        "%(count)d attempt was asked it as it was; that attempt keeps its result.",
        "%(count)d attempts were asked it as it was; they keep their results.",
        used,
    ) % {"count": used}


def _words(draft: QuestionDraft) -> str:
    """Return what is asked and what is right; not what it is about."""
    said = {name: part for name, part in drafts.canonical(draft).items() if name != "about"}
    return json.dumps(said, sort_keys=True)


# --- between preview and confirmation -------------------------------------------------------
def as_rows(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """Return pieces as plain JSON."""
    return [asdict(piece) for piece in pieces]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Return the pieces of `as_rows`."""
    pieces = []
    for row in rows:
        draft = row["draft"]
        if draft is not None:
            draft = QuestionDraft(
                **{**draft, "options": tuple(draft["options"]), "tags": tuple(draft["tags"])}
            )
        lists = {name: tuple(row[name]) for name in ("notes", "said")}
        pieces.append(Piece(**{**row, "draft": draft, **lists}))
    return pieces
