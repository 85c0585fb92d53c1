"""One printed line of the benchmark."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: a goal, what was measured, what must hold."""

    goal: str
    what: str
    floor: str
    value: float
    unit: str
    must: float
    detail: str = ""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Return whether the value and every count stay within what must hold."""
        return self.value <= self.must and all(have <= most for have, most in self.counts.values())

    def with_detail(self, more: str) -> "Line":
        """Return the line with something more to say."""
        return replace(self, detail=f"{self.detail}; {more}" if self.detail else more)


def ratio(
    goal: str,
    what: str,
    floor: str,
    ms: float,
    floor_ms: float,
    must: float,
    counts: dict[str, tuple[int, int]] | None = None,
) -> Line:
    """Return the line of something that is measured against a floor."""
    detail = f"{ms:.2f} ms against {floor_ms:.2f} ms"
    return Line(goal, what, floor, ms / floor_ms, f"× {floor}", must, detail, counts or {})
