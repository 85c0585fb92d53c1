"""Which program a desk speaks of, where it is in force, and whose roles it asks something of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from certification.engine.requirements import EVERYONE, CredentialKind, walk
from certification.programs.document import Program
from certification.programs.queries import Catalogue, catalogue
from lms.kit.periods import contains


@dataclass(frozen=True, slots=True)
class ProgramHere:
    """A program on one date: its rules, whose roles it concerns, where below a path it holds.

    `roles` None: every role. `paths` are where to look for its people; `adopted_at` is the path
    of the widest organisation that works under it, empty for a program open to everybody.
    """

    key: str
    title: str
    rules: Program
    roles: frozenset[str] | None
    paths: tuple[str, ...]
    adopted_at: str

    def overlaps(self, path: str) -> bool:
        """Tell whether the program holds at a place, or somewhere below it."""
        return path.startswith(self.paths) or any(each.startswith(path) for each in self.paths)


def programs_below(*, path: str, on: date) -> list[ProgramHere]:
    """Return the programs in force on a date at a path, above it or somewhere below it.

    The one to look at first is in front: a certification before a certificate of completion,
    an adopted program before one that is open to everybody, the widest before the narrow.
    """
    known = catalogue()
    keys = {each.program_key for each in known.adoptions} | known.open_keys
    found = [
        each for key in sorted(keys) if (each := _program_below(known, key, path, on)) is not None
    ]
    return sorted(found, key=_first_look)


def _first_look(each: ProgramHere) -> tuple[bool, bool, int, str]:
    width = each.adopted_at.count("/")
    return not certifies(each.rules), not each.adopted_at, width, each.key


def _program_below(known: Catalogue, key: str, path: str, on: date) -> ProgramHere | None:
    paths: Sequence[str] = (path,)
    widest = ""
    if key not in known.open_keys:
        adopted = [
            each.path
            for each in known.adoptions
            if each.program_key == key and contains(each.from_on, each.until_on, on)
        ]
        above = [each for each in adopted if path.startswith(each)]
        if not above:
            paths = sorted(each for each in adopted if each.startswith(path))
        widest = min([*above, *paths], key=len, default="")
    if not paths or key not in known.versions:
        return None
    rules = known.version(key, on).rules
    return ProgramHere(key, rules.title, rules, concerned_roles(rules), tuple(paths), widest)


def certifies(rules: Program) -> bool:
    """Tell whether a program ends in a certification, not only in proof of a course."""
    return any(each.kind is CredentialKind.CERTIFICATION for each in rules.credentials)


def concerned_roles(rules: Program) -> frozenset[str] | None:
    """Return the roles a program is about, None for every role.

    Those that may hold one of its credentials; a program without credentials is about the roles
    of its requirements.
    """
    lists = [each.roles for each in rules.credentials]
    lists = lists or [node.roles for _, node in walk(rules.requirements)]
    roles = frozenset(role for each in lists for role in each)
    return None if EVERYONE in roles else roles
