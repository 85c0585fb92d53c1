"""Publishing programs from their YAML files, and adopting them."""

from datetime import date
from pathlib import Path

from django.db import transaction

from certification.programs import queries
from certification.programs.document import Program as Rules
from certification.programs.document import ProgramError, parse
from certification.programs.fitting import is_open, misfits
from certification.programs.models import Adoption, Program
from certification.programs.publishing import LabelTaken, Loaded, TooEarly, publish
from lms.public import record_audit

__all__ = [
    "DATA",
    "BrokenPrograms",
    "LabelTaken",
    "Loaded",
    "TooEarly",
    "adopt",
    "is_open",
    "load_programs",
]

DATA = Path(__file__).parent / "data"


class BrokenPrograms(ValueError):
    """Some files are not programs; `problems` says what is wrong in each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_programs(
    *,
    path: Path | None = None,
    effective_on: date | None = None,
    actor_id: int | None = None,
    dry_run: bool = False,
) -> list[Loaded]:
    """Publish every program file in a folder (or one file); all of them or none.

    A text that is already published changes nothing. The first version of a program counts from
    the date its sources were read, a later one from `effective_on` (default: today in its zone).

    Raises:
        BrokenPrograms: with everything that is wrong in any file.
        LabelTaken: a changed text under a label that is already published.
        TooEarly: a version would count from before the newest one does.
    """
    texts = _read(path or DATA)
    with transaction.atomic(durable=True):
        loaded = [publish(rules, text, effective_on, actor_id) for rules, text in texts]
        if dry_run:
            transaction.set_rollback(True)
    queries.forget()
    return loaded


def adopt(
    *,
    organisation_id: int,
    program_key: str,
    starts_on: date,
    ends_on: date | None = None,
    actor_id: int | None = None,
) -> bool:
    """Put an organisation, and all below it, under a program. Return whether that is new.

    Raises:
        UnknownProgram: no such program.
    """
    with transaction.atomic(durable=True):
        program = Program.objects.filter(key=program_key).first()
        if program is None:
            raise queries.UnknownProgram(program_key)
        _existing, created = Adoption.objects.get_or_create(
            organisation_id=organisation_id,
            program=program,
            ends_on=ends_on,
            defaults={"starts_on": starts_on},
        )
        if created:
            record_audit(
                actor_id=actor_id,
                action="program.adopted",
                subject_kind="organisation",
                subject=str(organisation_id),
                detail={"program": program_key, "starts_on": starts_on.isoformat()},
            )
    queries.forget()
    return created


def _read(path: Path) -> list[tuple[Rules, str]]:
    files = [path] if path.is_file() else sorted(path.glob("*.yaml"))
    if not files:
        raise BrokenPrograms([f"{path}: no program files"])
    problems: list[str] = []
    read: list[tuple[Rules, str]] = []
    for file in files:
        try:
            text = file.read_text("utf-8")
            rules = parse(text)
            read.append((rules, text))
            problems.extend(f"{file.name}: {problem}" for problem in misfits(rules))
        except UnicodeDecodeError:
            problems.append(f"{file.name}: not UTF-8 text")
        except ProgramError as error:
            problems.extend(f"{file.name}: {problem}" for problem in error.problems)
    if problems:
        raise BrokenPrograms(problems)
    return read
