"""Publishing programs from their YAML files, and adopting them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from certification.engine.requirements import EVERYONE, Requirement, walk
from certification.programs import queries
from certification.programs.document import Program as Rules
from certification.programs.document import ProgramError, parse
from certification.programs.models import Adoption, Program, ProgramVersion
from lms.kit import clock
from lms.public import record_audit

DATA = Path(__file__).parent / "data"
_EMPLOYMENT = frozenset({"hire", "assignment", "first_service"})


class LabelTaken(ValueError):
    """The text of a published version was changed but its version label was not."""


class BrokenPrograms(ValueError):
    """Some files are not programs; `problems` says what is wrong in each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did with one file: "new", "new version" or "unchanged"."""

    key: str
    version: str
    effective_on: date
    result: str


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
    """
    texts = _read(path or DATA)
    with transaction.atomic(durable=True):
        loaded = [_publish(rules, text, effective_on, actor_id) for rules, text in texts]
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
            read.append((parse(text), text))
        except UnicodeDecodeError:
            problems.append(f"{file.name}: not UTF-8 text")
        except ProgramError as error:
            problems.extend(f"{file.name}: {problem}" for problem in error.problems)
    if problems:
        raise BrokenPrograms(problems)
    return read


def _publish(rules: Rules, text: str, effective_on: date | None, actor_id: int | None) -> Loaded:
    program, _ = Program.objects.get_or_create(
        key=rules.key, defaults={"title": rules.title, "open_to_all": is_open(rules)}
    )
    program = Program.objects.select_for_update().get(pk=program.pk)
    known = {each.digest: each for each in program.versions.defer("source")}
    if rules.digest in known:
        same = known[rules.digest]
        return Loaded(rules.key, same.label, same.effective_on, "unchanged")
    if any(each.label == rules.version for each in known.values()):
        raise LabelTaken(
            f"{rules.key}: version {rules.version} is published with another text."
            " Give the changed text a new version."
        )
    starts = effective_on or (clock.today(rules.zone) if known else rules.as_of)
    ProgramVersion.objects.create(
        program=program,
        label=rules.version,
        digest=rules.digest,
        source=text,
        effective_on=starts,
        published_by_id=actor_id,
    )
    if (program.title, program.open_to_all) != (rules.title, is_open(rules)):
        program.title, program.open_to_all = rules.title, is_open(rules)
        program.save(update_fields=["title", "open_to_all"])
    record_audit(
        actor_id=actor_id,
        action="program.published",
        subject_kind="program",
        subject=rules.key,
        detail={"version": rules.version, "digest": rules.digest, "on": starts.isoformat()},
    )
    return Loaded(rules.key, rules.version, starts, "new version" if known else "new")


def is_open(rules: Rules) -> bool:
    """Say whether anybody may earn the program's credentials, employed or not.

    So it is when every credential is open to every role and no deadline hangs on an employment.
    """
    deadlines = (
        node.due.anchor
        for _, node in walk(rules.requirements)
        if isinstance(node, Requirement) and node.due
    )
    return (
        bool(rules.credentials)
        and all(EVERYONE in each.roles for each in rules.credentials)
        and _EMPLOYMENT.isdisjoint(deadlines)
    )
