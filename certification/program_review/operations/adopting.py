"""Put organisations under programs, and end that, from the officers' desk."""

from datetime import date

from django.db import transaction

from certification.program_review import queries
from certification.program_review.access import require_adopt
from certification.program_review.operations.walking import begin_rollout
from certification.programs import publishing
from certification.programs import queries as programs
from certification.programs.models import Adoption, Program


def adopt(
    *,
    actor_id: int,
    organisation_id: int,
    program_key: str,
    starts_on: date,
    ends_on: date | None = None,
) -> int:
    """Put an organisation, and all below it, under a program. Return the adoption's id.

    `ends_on` is the first day on which it does not count any more. Everybody is evaluated again.

    Raises:
        Denied: the actor is no certification officer of the organisation.
        UnknownProgram, AlreadyAdopted, WrongDays: as the names say.
    """
    require_adopt(user_id=actor_id, organisation_id=organisation_id)
    program = Program.objects.filter(key=program_key).first()
    if program is None:
        raise programs.UnknownProgram(program_key)
    with transaction.atomic(durable=True):
        row = publishing.write_adoption(
            organisation_id=organisation_id,
            program=program,
            starts_on=starts_on,
            ends_on=ends_on,
            actor_id=actor_id,
        )
        _follow(program_key, actor_id)
    programs.forget()
    return row.pk


def end_adoption(*, actor_id: int, adoption_id: int, ends_on: date, note: str = "") -> None:
    """Let an adoption end: `ends_on` is the first day on which it does not count any more.

    What its people began and were granted stays theirs.

    Raises:
        Denied: the actor is no certification officer of the organisation.
        AdoptionEnded, WrongDays: as the names say.
    """
    row = Adoption.objects.select_related("program").filter(pk=adoption_id).first()
    if row is None:
        raise publishing.AdoptionEnded
    require_adopt(user_id=actor_id, organisation_id=row.organisation_id)
    with transaction.atomic(durable=True):
        publishing.end(adoption_id=adoption_id, ends_on=ends_on, actor_id=actor_id, note=note)
        _follow(row.program.key, actor_id)
    programs.forget()


def _follow(program_key: str, actor_id: int) -> None:
    transaction.on_commit(programs.forget)
    today = queries.today_of(program_key)
    begin_rollout(program_key=program_key, today_on=today, by_id=actor_id)
