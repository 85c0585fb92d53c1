"""Read drafts with their state, what is wrong with a text, and the walks about a program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from certification.program_review.models import (
    ImpactRow,
    ProgramDraft,
    ProgramReview,
    ProgramWalk,
)
from certification.program_review.states import OPEN, State, state_after
from certification.programs.document import Program as Rules
from certification.programs.document import ProgramError, parse
from certification.programs.fitting import misfits
from certification.programs.models import ProgramVersion
from certification.programs.queries import Version, catalogue
from lms.kit import clock

RESERVED: Final = frozenset({"new", "drafts"})
"""Words of the desk's own addresses, which cannot be keys of programs."""

FRESH: Final = timedelta(days=1)
"""How old a preview may be when its draft is published."""

MOST_LETTERS: Final = 1_000_000
"""How long a text may be that is kept: as long as one that is read."""


class NoSuchDraft(LookupError):
    """There is no draft with this uuid."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in a list: where it stands, since when, and who wrote it."""

    uuid: UUID
    program_key: str
    title: str
    label: str
    note: str
    revision: int
    state: State
    author: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read: its rules, or everything that is wrong with it."""

    rules: Rules | None
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether it could be published as it is."""
        return self.rules is not None and not self.problems


def read_text(text: str, *, program_key: str = "") -> Reading:
    """Read a text as the next version of a program, and say all that is wrong with it.

    `program_key` is the program that it is meant for, empty where the text says it.
    """
    try:
        rules = parse(text)
    except ProgramError as error:
        return Reading(None, error.problems)
    return Reading(rules, (*misfits(rules), *_clashes(rules, program_key)))


def _clashes(rules: Rules, program_key: str) -> list[str]:
    """Return where a text that is a program does not go with what is published."""
    programs = catalogue()
    found = []
    if program_key and rules.key != program_key:
        values = {"key": rules.key, "wanted": program_key}
        found.append(_("program: the key is “%(key)s”; this is about “%(wanted)s”") % values)
    if rules.key in RESERVED:
        found.append(_("program: “%(key)s” cannot be a key") % {"key": rules.key})
    for version in programs.versions.get(rules.key, ()):
        if version.digest == rules.digest:
            values = {"label": version.label}
            found.append(_("program: this text is version %(label)s, word for word") % values)
        elif version.label == rules.version:
            values = {"label": version.label}
            found.append(_("program: version “%(label)s” is taken; give it another") % values)
    taken = {
        rule.key: versions[-1].rules.title
        for key, versions in programs.versions.items()
        if key != rules.key
        for version in versions
        for rule in version.rules.credentials
    }
    for rule in rules.credentials:
        if rule.key in taken:
            values = {"key": rule.key, "title": taken[rule.key]}
            found.append(_("credential %(key)s: this key belongs to “%(title)s”") % values)
    return found


def key_in(text: str) -> tuple[str, str, str]:
    """Return key, title and version of a text, empty where they cannot be read."""
    try:
        rules = parse(text)
    except ProgramError:
        return "", "", ""
    return rules.key[:60], rules.title[:160], rules.version[:40]


def newest(program_key: str) -> Version | None:
    """Return the newest published version of a program, in force or to come, or None."""
    versions = catalogue().versions.get(program_key)
    return versions[-1] if versions else None


def versions_of(program_key: str) -> tuple[Version, ...]:
    """Return the published versions of a program, the oldest first."""
    return catalogue().versions.get(program_key, ())


def today_of(program_key: str, rules: Rules | None = None) -> date:
    """Return today in the zone of a program."""
    known = newest(program_key)
    return clock.today(rules.zone if rules else known.rules.zone if known else "UTC")


def source_of(version_id: int) -> str:
    """Return the text of a published version."""
    return ProgramVersion.objects.values_list("source", flat=True).get(pk=version_id)


# --- drafts ---------------------------------------------------------------------------------
def draft_of(*, uuid: UUID) -> ProgramDraft:
    """Return one draft with its author. Raises: NoSuchDraft."""
    found = _with_author(ProgramDraft.objects.filter(uuid=uuid)).first()
    if found is None:
        raise NoSuchDraft(uuid)
    return found


def revisions_of(draft: ProgramDraft) -> list[ProgramDraft]:
    """Return every revision of a draft with its author, the first one first."""
    rows = ProgramDraft.objects.filter(series=draft.series).defer("source")
    return list(_with_author(rows).order_by("revision"))


def reviews_of(draft: ProgramDraft) -> list[ProgramReview]:
    """Return what was done with any revision of a draft, the oldest first."""
    rows = ProgramReview.objects.filter(draft__series=draft.series)
    rows = rows.select_related("draft", "actor__person", "version")
    return list(rows.defer("draft__source", "version__source").order_by("recorded_at", "pk"))


def last_step(draft: ProgramDraft) -> ProgramReview | None:
    """Return the last thing done with a draft."""
    return ProgramReview.objects.filter(draft=draft).order_by("-turn").first()


def state_of_draft(draft: ProgramDraft) -> State:
    """Return where a draft stands now."""
    last = last_step(draft)
    replaced = ProgramDraft.objects.filter(replaces=draft).exists()
    return state_after(last.kind if last else None, replaced=replaced)


def author_ids(draft: ProgramDraft) -> set[int]:
    """Return the accounts that wrote any revision of the text."""
    rows = ProgramDraft.objects.filter(series=draft.series).order_by("pk")
    return set(rows.values_list("author_id", flat=True))


def open_drafts(where: Q) -> list[DraftRow]:
    """Return the drafts that may still become something, the oldest first."""
    rows = listed(where)
    return [each for each in rows if each.state in OPEN]


def listed(where: Q) -> list[DraftRow]:
    """Return the last revision of each draft that matches, the oldest first."""
    last = ProgramReview.objects.filter(draft=OuterRef("pk")).order_by("-turn")
    rows = (
        ProgramDraft.objects.filter(where, replaced_by__isnull=True)
        .annotate(
            step=Subquery(last.values("kind")[:1]), step_at=Subquery(last.values("recorded_at")[:1])
        )
        .select_related("author__person")
        .defer("source")
        .order_by("recorded_at", "pk")
    )
    return [
        DraftRow(
            uuid=each.uuid,
            program_key=each.program_key,
            title=each.title,
            label=each.label,
            note=each.note,
            revision=each.revision,
            state=state_after(_told(each, "step"), replaced=False),
            author=name_of(each.author),
            since=_told(each, "step_at") or each.recorded_at,
        )
        for each in rows
    ]


def name_of(user: Any) -> str:
    """Return the name of who did something; an account without a person by its address."""
    person = getattr(user, "person", None)
    return person.name if person is not None else user.email


def _told(draft: ProgramDraft, name: str) -> Any:
    return getattr(draft, name)


def _with_author(rows: QuerySet[ProgramDraft]) -> QuerySet[ProgramDraft]:
    return rows.select_related("author__person", "organisation", "based_on")


# --- walks ----------------------------------------------------------------------------------
def preview_of(draft: ProgramDraft) -> ProgramWalk | None:
    """Return the newest preview of a draft, finished or under way."""
    rows = ProgramWalk.objects.filter(draft=draft).select_related("compared_with")
    return rows.defer("compared_with__source").order_by("-pk").first()


def is_fresh(walk: ProgramWalk, draft: ProgramDraft, effective_on: date) -> bool:
    """Tell whether a preview is finished and about just what would be published now."""
    known = newest(draft.program_key)
    return (
        walk.finished_at is not None
        and walk.effective_on == effective_on
        and walk.compared_with_id == (known.id if known else None)
        and clock.now() - walk.recorded_at < FRESH
    )


def rollouts(program_key: str) -> list[ProgramWalk]:
    """Return what is under way for a program after something has changed."""
    rows = ProgramWalk.objects.filter(
        program_key=program_key, draft__isnull=True, finished_at__isnull=True
    )
    return list(rows.order_by("-pk"))


def kind_counts(walk: ProgramWalk, kinds: Sequence[str]) -> dict[date, dict[str, int]]:
    """Return how many people a preview names, by date and kind of change, in one statement."""
    counts = {kind: Count("pk", filter=Q(kinds__contains=f"|{kind}|")) for kind in kinds}
    rows = ImpactRow.objects.filter(walk=walk).values("on").annotate(people=Count("pk"), **counts)
    names = ("people", *kinds)
    told = rows.order_by("on").values_list("on", *names)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in told}


def agency_counts(walk: ProgramWalk, on: date) -> dict[int | None, int]:
    """Return how many people a preview names on a date, by the agency that employs them."""
    rows = ImpactRow.objects.filter(walk=walk, on=on).values_list("agency_id")
    return dict(rows.annotate(people=Count("pk")).order_by("agency_id"))


def impact_rows(walk: ProgramWalk, where: Q, *, on: date | None, kind: str) -> QuerySet[ImpactRow]:
    """Return the rows of a preview on a date and of a kind (empty: any), by name."""
    rows = ImpactRow.objects.filter(where, walk=walk)
    if on is not None:
        rows = rows.filter(on=on)
    if kind:
        rows = rows.filter(kinds__contains=f"|{kind}|")
    return rows.select_related("person", "agency").order_by(
        "person__family_name", "person__given_name", "person_id", "on"
    )
