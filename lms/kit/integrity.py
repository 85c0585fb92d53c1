"""What a check of the stored data is and says, and the check that the triggers stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db import connection

MOST_PROBLEMS: Final = 50
"""How many problems of one check are listed; finding the first is what matters."""


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant, in a sentence, and where it does not hold; a place is named by its key."""

    name: str
    sentence: str
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the invariant holds everywhere."""
        return not self.problems


def check(name: str, sentence: str, problems: Iterable[str]) -> Check:
    """Return a check with its first problems; no more are looked for.

    Rows that are broken beyond reading are a problem like any other: they must not keep the other
    checks from being made.
    """
    return Check(name, sentence, tuple(_until_unreadable(islice(problems, MOST_PROBLEMS))))


def _until_unreadable(problems: Iterable[str]) -> Iterable[str]:
    try:
        yield from problems
    except Exception as error:
        yield f"a row cannot be read, and those after it were not: {type(error).__name__}: {error}"


def triggers(name: str, tables: Sequence[tuple[str, str]]) -> Check:
    """Return whether the triggers stand that keep tables append-only.

    ``tables``: (table, events that its triggers refuse, such as "UPDATE DELETE").
    """
    wanted = [f"{table}_no_{event.lower()}" for table, events in tables for event in events.split()]
    if connection.vendor == "postgresql":
        wanted += sorted({f"{table}_no_truncate" for table, _ in tables})
    return check(
        name,
        "The database itself refuses to change or delete history.",
        (f"trigger {each} is missing" for each in sorted(set(wanted) - _standing_triggers())),
    )


def _standing_triggers() -> set[str]:
    """Return the names of the triggers that are there and enabled."""
    texts = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        " AND sql LIKE '%RAISE(ABORT%'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(texts[connection.vendor])
        return {str(row[0]) for row in cursor.fetchall()}


def orphans() -> Check:
    """Return whether every reference points at a row, and whether the database sees to it."""
    return check("no-orphans", "Every reference points at a row that is there.", _orphans())


def _orphans() -> Iterable[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_key_check")
            for table, row, parent, _ in cursor.fetchall():
                yield f"{table} row {row}: nothing in {parent}"
            return
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
            " UNION SELECT c.conname FROM pg_trigger t JOIN pg_constraint c ON c.oid ="
            " t.tgconstraint WHERE t.tgenabled = 'D'"
        )
        for (name,) in cursor.fetchall():
            yield f"constraint {name} is not enforced"
