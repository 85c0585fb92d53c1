"""What an export is: a file, how many questions it holds, and what it could not hold."""

from dataclasses import dataclass, field

from courses.assessment.interchange import written as w


class CannotWrite(ValueError):
    """A format has no words for a question; the text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file and an honest account of it.

    ``left_out``: (key, why) of questions that are not in it. ``notes``: (key, what other tools
    will not see of a question that is in it).
    """

    data: bytes
    count: int
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Telling:
    """Gathers what an export has to tell."""

    count: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)

    def leave_out(self, key: str, why: str) -> None:
        """Say that a question is not in the file."""
        self.left.append((key, why))
        # What was said about it while it was tried is of no interest then.
        self.said = [(k, words) for k, words in self.said if k != key]

    def note(self, key: str, words: str) -> None:
        """Say what other tools will not see of a question."""
        if (key, words) not in self.said:
            self.said.append((key, words))

    def exported(self, data: bytes) -> Exported:
        """Return the file with everything that was told."""
        return Exported(data, self.count, tuple(self.left), tuple(self.said))


def figures(each: w.Range) -> str:
    """Return a range as GIFT and tables write it: "3", "3:2" (3 give or take 2) or "1..5"."""
    low, high, value = each.low, each.high, each.value
    if value is not None and value - low == high - value:
        about = w.plain(value - low)
        return w.plain(value) if about == "0" else f"{w.plain(value)}:{about}"
    return f"{w.plain(low)}..{w.plain(high)}"
