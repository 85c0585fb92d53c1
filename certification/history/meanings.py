"""Say what each name in the column `credential` stands for, by the rules of all programs; pure."""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from certification.engine.decision import Unit
from certification.engine.requirements import Group, Kind, Node, Requirement, walk

_GRANTED: Final = (Kind.CREDENTIAL, Kind.BACKGROUND)
_HOURS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.SELF_PACED: "self_paced",
        Kind.QUIZ: "self_paced",
        Kind.LIVE_SESSION: "live",
        Kind.COLLABORATIVE: "live",
        Kind.OBSERVED_SKILL: "practice",
        Kind.EXPERIENCE: "practice",
    }
)
"""As which hours of the ledger the hours toward a requirement are entered."""
BACKGROUND_KEY: Final = "background:check"
KIND_PREFIX: Final = "credential:"
BACKGROUND: Final = "BACKGROUND"
OTHER: Final = "OTHER"


class Way(enum.StrEnum):
    """What becomes of a row with such a name."""

    TRAINING = "training"
    LICENCE = "licence"
    OURS = "ours"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one name stands for.

    Training: `hours_type` of the ledger, the requirements it adds hours to (`timed`), those that
    it meets in any case (`plain`), and those with a pass mark, which it cannot reach without a
    score (`marked`). A licence: `kind`, and the `requirement` that it is recorded for.
    """

    way: Way
    hours_type: str = "none"
    timed: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    kind: str = ""
    requirement: str = ""


def meanings_of(
    nodes: Iterable[Node], *, ours: Collection[str], licence_kinds: Collection[str]
) -> dict[str, Meaning]:
    """Return the meaning of every name that a file may use, and of those that it must not.

    `nodes` are the requirements of all programs and versions, `ours` the keys of what this
    academy itself certifies, `licence_kinds` the kinds of licence that are on record.
    """
    found: dict[str, Meaning] = {}
    everything = [node for _, node in walk(list(nodes))]
    for node in everything:
        if isinstance(node, Group):
            found.setdefault(node.id, Meaning(Way.GROUP))
    requirements = [node for node in everything if isinstance(node, Requirement)]
    for requirement in requirements:
        for key in requirement.keys:
            _count(found, key, requirement, licence_kinds)
    # What others grant is never entered as training, which needs no checking: the licence, which
    # stays unverified until somebody asked its issuer, wins over whatever else a name could mean.
    for requirement in requirements:
        if requirement.kind in _GRANTED:
            kind = BACKGROUND if requirement.kind is Kind.BACKGROUND else OTHER
            found[requirement.id] = Meaning(Way.LICENCE, kind=kind, requirement=requirement.id)
    for key in ours:
        found[key] = found[KIND_PREFIX + key] = Meaning(Way.OURS)
    return found | {kind: Meaning(Way.LICENCE, kind=kind) for kind in licence_kinds}


def _count(
    found: dict[str, Meaning], key: str, requirement: Requirement, kinds: Collection[str]
) -> None:
    """Add what one requirement makes of a name."""
    if key == BACKGROUND_KEY:
        found[key] = Meaning(Way.LICENCE, kind=BACKGROUND)
        return
    if key.startswith(KIND_PREFIX):
        kind = key.removeprefix(KIND_PREFIX)
        own = Meaning(Way.LICENCE, kind=kind)
        found[key] = own if kind in kinds else Meaning(Way.LICENCE, kind=OTHER, requirement=key)
        return
    known = found.get(key)
    if known is None or known.way is not Way.TRAINING:
        known = Meaning(Way.TRAINING, hours_type=_HOURS.get(requirement.kind, "self_paced"))
    # Only the requirement's own name stands for its pass mark; a file has no scores.
    if requirement.pass_percent and key != requirement.id:
        found[key] = replace(known, marked=_with(known.marked, requirement.id))
    elif requirement.unit is Unit.HOURS:
        found[key] = replace(known, timed=_with(known.timed, requirement.id))
    else:
        found[key] = replace(known, plain=_with(known.plain, requirement.id))


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)
