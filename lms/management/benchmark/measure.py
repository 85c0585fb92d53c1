"""CPU time per call, floors and features interleaved; medians, so that a busy machine is fair."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "PRAGMA")
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many statements a call sent, transaction control left out, and how many of them wrote."""

    statements: int
    writes: int


def cpu_ms(calls: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Return the median CPU milliseconds of each call, all of them taken in turn each round."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
        call()
    reset_queries()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                before = time.process_time()
                call()
                taken[name].append((time.process_time() - before) * 1000)
    finally:
        gc.enable()
    return {name: statistics.median(times) for name, times in taken.items()}


def counted(
    call: Callable[[], object], *, before_commit: bool = False, after_commit: bool = False
) -> Counted:
    """Run the call once and count what it asked of the database.

    ``before_commit``: only until its first transaction was kept; ``after_commit``: only what came
    after that.
    """
    with CaptureQueriesContext(connection) as captured:
        call()
    texts = [query["sql"] for query in captured.captured_queries]
    if before_commit and "COMMIT" in texts:
        texts = texts[: texts.index("COMMIT")]
    if after_commit and "COMMIT" in texts:
        texts = texts[texts.index("COMMIT") + 1 :]
    sent = [text for text in texts if not text.startswith(CONTROL)]
    return Counted(len(sent), sum(text.startswith(WRITES) for text in sent))
