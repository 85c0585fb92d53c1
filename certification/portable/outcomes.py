"""What becomes of a fact or a licence from elsewhere, and why; codes only, pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What an import does with one fact toward one key."""

    ADD = "add"
    ON_RECORD = "on_record"
    NOT_COUNTED = "not_counted"
    REVERSE = "reverse"


class Reason(StrEnum):
    """Why something is not counted, or what a reader should know of what is."""

    NOT_MAPPED = "not_mapped"
    REFUSED = "refused"
    CLAUSE_TWICE = "clause_twice"
    HOURS_USED = "hours_used"
    OWN = "own"
    SAME_HERE = "same_here"
    FUTURE = "future"
    UNKNOWN_KIND = "unknown_kind"
    BAD_KEY = "bad_key"
    GRANTED = "granted"
    TAKEN_BACK = "taken_back"
    OTHER_HOURS = "other_hours"
    # Counted, and yet:
    PART = "part"
    NO_CLAUSE = "no_clause"
