"""Lay out two people side by side, and what changes, in words; no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.credentials.records import Held
from certification.duplicates.conflicts import Act, Change
from certification.duplicates.foresight import ProgramChange, Stand
from certification.duplicates.queries import Side
from lms.kit import formats
from lms.kit.periods import last_day
from lms.kit.statuses import look_of
from lms.public import role_title

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known of both: lines for the one to keep, and for the other."""

    label: Text
    kept: tuple[str, ...]
    absorbed: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Tell whether the two say something else."""
        return self.kept != self.absorbed


@dataclass(frozen=True, slots=True)
class StandWords:
    """How somebody stands, as a chip and one line."""

    tone: str
    words: Text
    line: str


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """One program before and after; None where it asks nothing."""

    title: str
    columns: tuple[tuple[Text, StandWords | None], ...]
    issues: tuple[str, ...]


def side_rows(kept: Side, absorbed: Side, on: date) -> list[Row]:
    """Return what is known of the two, one row for each kind of thing."""
    ways = (
        (_("Names"), _names), (_("E-mail"), _emails), (_("Accounts"), _accounts),
        (_("Record ids"), _keys), (_("Employment"), _jobs), (_("Duties"), _duties),
        (_("Learned"), _learned), (_("Licences and checks"), _papers),
        (_("Certificates"), lambda side: _certificates(side.held, on)),
    )  # fmt: skip
    return [Row(label, tuple(way(kept)), tuple(way(absorbed))) for label, way in ways]


def change_words(change: Change) -> str:
    """Return in words what joining writes on a certificate."""
    words = {
        "code": change.held.code, "title": change.held.title, "other": change.because.code,
    }  # fmt: skip
    if change.act is Act.SUSPEND:
        return (
            _(
                "%(code)s (%(title)s) is suspended for review, because %(other)s of the same kind"
                " was revoked or suspended."
            )
            % words
        )
    return _("%(code)s (%(title)s) gives way to %(other)s, and says so to who checks it.") % words


def keep_words(change: Change) -> str:
    """Return in words what it means to leave a certificate as it is."""
    words = {"code": change.held.code, "other": change.because.code}
    return _("Leave %(code)s as it is, although %(other)s was revoked or suspended.") % words


def resting_words(held: Held) -> str:
    """Return in words what parting means for a certificate that was issued in between."""
    words = {"code": held.code, "title": held.title}
    return _("%(code)s (%(title)s) rests on what the other person learned.") % words


def program_rows(found: Iterable[ProgramChange], *, parting: bool = False) -> list[ProgramRow]:
    """Return how the two stand in each program before and after."""
    rows = []
    labels = (
        (_("Joined, today"), _("Kept record alone"), _("Other record alone")) if parting
        else (_("Kept record today"), _("Other record today"), _("Joined"))
    )  # fmt: skip
    for each in found:
        stands = (
            (each.kept, each.after, each.other) if parting
            else (each.kept, each.absorbed, each.after)
        )  # fmt: skip
        after = each.after.issues if each.after else ()
        before = each.kept.issues if each.kept else ()
        fresh = tuple(title for title in after if title not in before)
        columns = tuple(zip(labels, map(_stand, stands), strict=True))
        rows.append(ProgramRow(each.title, columns, fresh))
    return rows


def _stand(stand: Stand | None) -> StandWords | None:
    if stand is None:
        return None
    look = look_of(stand.status) if stand.status else look_of("to_do")
    line = _("%(met)s of %(of)s requirements, %(hours)s h") % {
        "met": stand.met, "of": stand.of, "hours": formats.plain(stand.hours),
    }  # fmt: skip
    if stand.valid_until:
        end = formats.date_short(last_day(stand.valid_until))
        line = _("%(line)s, through %(end)s") % {"line": line, "end": end}
    return StandWords(look.tone, look.words, line)


def _names(side: Side) -> list[str]:
    return [each.person.name for each in side.records]


def _emails(side: Side) -> list[str]:
    return _told(each.person.email for each in side.records)


def _accounts(side: Side) -> list[str]:
    return _told(each.account for each in side.records) or [_("No account")]


def _keys(side: Side) -> list[str]:
    return [f"{key} · {place}" for each in side.records for place, key in each.record_ids]


def _duties(side: Side) -> list[str]:
    return [f"{kind} · {place}" for each in side.records for kind, place in each.duties]


def _jobs(side: Side) -> list[str]:
    return [
        _("%(role)s at %(place)s, %(period)s")
        % {
            "role": role_title(role=spell.role),
            "place": place,
            "period": _period(spell.starts_on, spell.ends_on),
        }
        for spell, place in side.spells
    ]


def _learned(side: Side) -> list[str]:
    facts = len(side.evidence)
    words = ngettext("%(n)s fact", "%(n)s facts", facts) % {"n": facts}
    return [words, formats.hours(side.hours)] if side.hours else [words]


def _papers(side: Side) -> list[str]:
    return [
        f"{each.kind} {each.number}".strip() + f", {_period(each.valid_from, each.valid_until)}"
        for each in side.licences
    ]


def _certificates(held: Sequence[Held], on: date) -> list[str]:
    return [
        f"{each.code} · {each.title}, {_period(each.valid_from, each.valid_until)}: "
        f"{str(look_of(each.worth(on).status).words).lower()}"
        for each in held
    ]


def _period(start: date, end: date | None) -> str:
    words = {"start": formats.date_short(start), "end": formats.date_short(last_day(end))}
    if end is None:
        return _("since %(start)s") % words
    return _("%(start)s through %(end)s") % words


def _told(lines: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(lines) if each]
