"""Who may look at how long people take: who teaches, edits the curriculum or audits."""

from typing import Final

from lms.public import Ability, can

READING: Final = (Ability.TEACH, Ability.EDIT_CURRICULUM, Ability.AUDIT_STATE)


def may_read_pilots(*, user_id: int) -> bool:
    """Tell whether the account reads pilot reports; they name nobody, and hide small groups."""
    return any(can(user_id=user_id, ability=each) for each in READING)
