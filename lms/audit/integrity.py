"""Whether the audit log is kept as it was written."""

from lms.kit.integrity import Check, triggers

TABLES = (("lms_auditentry", "UPDATE DELETE"),)


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [triggers("append-only-lms", TABLES)]
