"""Read refusal letters."""

from uuid import UUID

from certification.refusals.models import RefusalLetter
from lms.public import rows_of


class UnknownLetter(LookupError):
    """There is no letter with this uuid."""


def letter_by(*, uuid: UUID) -> RefusalLetter:
    """Return one letter with its decision, in one statement. Raises: UnknownLetter."""
    found = (
        RefusalLetter.objects.filter(uuid=uuid)
        .select_related("decision__program_version", "decision__person")
        .defer("decision__evidence", "decision__program_version__source")
        .first()
    )
    if found is None:
        raise UnknownLetter(uuid)
    return found


def letters_to(*, person_id: int) -> list[RefusalLetter]:
    """Return the letters to a person, the newest first, in one statement."""
    return list(
        RefusalLetter.objects.filter(rows_of(person_ids=[person_id], field="decision__person_id"))
        .select_related("decision")
        .defer("decision__evidence", "decision__findings")
        .order_by("-recorded_at", "-pk")
    )
