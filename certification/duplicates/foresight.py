"""Work out what joining or parting two records would change, by doing it and taking it back."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from certification.credentials.cases import Case, earned_by, read_cases, standing_of
from certification.credentials.records import Held
from certification.duplicates import joining
from certification.duplicates.concerns import Concern
from certification.duplicates.conflicts import Change
from certification.engine.decide import decide
from lms.kit import clock
from lms.kit.periods import contains
from lms.public import rehearse_merge, rehearse_unmerge


@dataclass(frozen=True, slots=True)
class Stand:
    """How somebody stands in a program today; `issues` are titles that rules would issue now."""

    status: str
    met: int
    of: int
    hours: Decimal
    valid_until: date | None
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """One program before and after. None: the program asks nothing of that person."""

    key: str
    title: str
    kept: Stand | None
    absorbed: Stand | None
    after: Stand | None
    # Only after parting: the other one of the two.
    other: Stand | None = None

    @property
    def changed(self) -> bool:
        """Tell whether the person of the kept record stands otherwise afterwards."""
        return self.kept != self.after


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would change. `suspended`: only after parting, what rests on the other's facts."""

    programs: tuple[ProgramChange, ...]
    changes: tuple[Change, ...] = ()
    suspended: tuple[Held, ...] = ()


def foresee_join(
    *, kept_id: int, absorbed_id: int, actor_id: int, keep: Collection[str] = ()
) -> Foresight:
    """Return what joining two records would do now; nothing of it stays."""
    before = _stands([kept_id, absorbed_id])
    found = joining.planned(kept_id=kept_id, absorbed_id=absorbed_id, keep=keep)
    with _taken_back():
        joining.write(found, actor_id=actor_id, proposed_by_id=actor_id)
        rehearse_merge(kept_id=kept_id, absorbed_id=absorbed_id)
        after = _stands([kept_id])
    return Foresight(_compared(before, after, kept_id, absorbed_id), tuple(found))


def foresee_part(
    *,
    merge_uuid: UUID,
    apart: tuple[int, int],
    event_ids: Sequence[int],
    since: datetime,
    actor_id: int,
    keep: Collection[str] = (),
) -> Foresight:
    """Return what parting two records again would do now; nothing of it stays."""
    before = _stands([apart[0]])
    with _taken_back():
        rehearse_unmerge(merge_uuid=merge_uuid)
        suspended = joining.part_certificates(
            apart=apart, event_ids=event_ids, since=since, actor_id=actor_id, keep=keep
        )
        after = _stands(list(apart))
    return Foresight(_parted(before, after, apart), (), tuple(suspended))


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def digest_of(foresight: Foresight, found: Sequence[Concern]) -> str:
    """Return a short fingerprint: what two officers agreed on must be what is done."""
    lines = [
        sorted(each.key for each in found),
        [[each.act.value, each.held.code, each.because.code] for each in foresight.changes],
        [[p.key, str(p.kept), str(p.absorbed), str(p.after)] for p in foresight.programs],
    ]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


def _stands(person_ids: Sequence[int]) -> dict[tuple[int, str], tuple[str, Stand]]:
    found: dict[tuple[int, str], tuple[str, Stand]] = {}
    for case in read_cases(person_ids=person_ids):
        found[case.dossier.file.person.id, case.key] = _stand(case)
    return found


def _stand(case: Case) -> tuple[str, Stand]:
    on = clock.today(case.versions[-1].rules.zone)
    rules = case.version(on).rules
    facts = case.facts_on(rules, on)
    findings = decide(rules.requirements, facts, on).findings
    spans = standing_of(case)
    now = next((each for each in spans if contains(each.from_on, each.until_on, on)), None)
    return rules.title, Stand(
        status=now.status if now else "",
        met=sum(each.met for each in findings),
        of=len(findings),
        hours=now.have_hours if now else Decimal(0),
        valid_until=now.valid_until if now else None,
        issues=tuple(sorted(each.rule.title for each in earned_by(case, None))),
    )


Stands = dict[tuple[int, str], tuple[str, Stand]]


def _compared(before: Stands, after: Stands, kept: int, absorbed: int) -> tuple[ProgramChange, ...]:
    return _programs(
        [before, after],
        lambda key: (
            _of(before, kept, key), _of(before, absorbed, key), _of(after, kept, key), None
        ),
    )  # fmt: skip


def _parted(before: Stands, after: Stands, apart: tuple[int, int]) -> tuple[ProgramChange, ...]:
    kept, absorbed = apart
    return _programs(
        [before, after],
        lambda key: (
            _of(before, kept, key), None, _of(after, kept, key), _of(after, absorbed, key)
        ),
    )  # fmt: skip


def _programs(
    every: Sequence[Stands],
    of: Callable[[str], tuple[Stand | None, Stand | None, Stand | None, Stand | None]],
) -> tuple[ProgramChange, ...]:
    titles = {key: title for each in every for (_, key), (title, _) in each.items()}
    return tuple(ProgramChange(key, titles[key], *of(key)) for key in sorted(titles))


def _of(stands: Stands, person_id: int, key: str) -> Stand | None:
    found = stands.get((person_id, key))
    return found[1] if found else None
