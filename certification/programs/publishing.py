"""The private steps of publishing and adopting; the operations own the transaction."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from certification.programs.document import Program as Rules
from certification.programs.fitting import is_open
from certification.programs.models import Adoption, Program, ProgramVersion
from lms.kit import clock
from lms.public import record_audit


class LabelTaken(ValueError):
    """The text of a published version was changed but its version label was not."""


class TooEarly(ValueError):
    """A version would count from before the newest one does, and would never be in force."""


class AlreadyAdopted(ValueError):
    """The organisation works under the program already, on some of these days."""


class WrongDays(ValueError):
    """An adoption would end before it begins."""


class AdoptionEnded(ValueError):
    """The adoption has an end already, or there is no such adoption."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What publishing did with a text: "new", "new version" or "unchanged"."""

    key: str
    version: str
    effective_on: date
    result: str
    version_id: int = 0


def publish(rules: Rules, text: str, effective_on: date | None, actor_id: int | None) -> Loaded:
    """Write a version down, unless its text is published already.

    The first version of a program counts from the date its sources were read, a later one from
    today in its zone, where no `effective_on` is given.

    Raises:
        LabelTaken: a changed text under a label that is already published.
        TooEarly: it would count from before the newest version does.
    """
    program, _ = Program.objects.get_or_create(
        key=rules.key, defaults={"title": rules.title, "open_to_all": is_open(rules)}
    )
    program = Program.objects.select_for_update().get(pk=program.pk)
    known = {each.digest: each for each in program.versions.defer("source")}
    if rules.digest in known:
        same = known[rules.digest]
        return Loaded(rules.key, same.label, same.effective_on, "unchanged", same.pk)
    if any(each.label == rules.version for each in known.values()):
        raise LabelTaken(
            f"{rules.key}: version {rules.version} is published with another text."
            " Give the changed text a new version."
        )
    starts = effective_on or (clock.today(rules.zone) if known else rules.as_of)
    # The first version also speaks for all days before it: a later one may begin among them.
    later = sorted(known.values(), key=lambda each: each.pk)[1:]
    newest = max((each.effective_on for each in later), default=starts)
    if starts < newest:
        raise TooEarly(f"{rules.key}: a version counts from {newest} on; {starts} is before it.")
    version = ProgramVersion.objects.create(
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
    result = "new version" if known else "new"
    return Loaded(rules.key, rules.version, starts, result, version.pk)


def write_adoption(
    *,
    organisation_id: int,
    program: Program,
    starts_on: date,
    ends_on: date | None,
    actor_id: int | None,
) -> Adoption:
    """Put an organisation, and all below it, under a program.

    Raises:
        WrongDays: it would end before it begins.
        AlreadyAdopted: another adoption of theirs covers some of these days.
    """
    if ends_on is not None and ends_on <= starts_on:
        raise WrongDays
    Program.objects.select_for_update().get(pk=program.pk)
    theirs = Adoption.objects.filter(organisation_id=organisation_id, program=program)
    for each in theirs.order_by("pk"):
        in_time = ends_on is None or each.starts_on < ends_on
        if in_time and (each.ends_on is None or starts_on < each.ends_on):
            raise AlreadyAdopted
    try:
        with transaction.atomic():
            row = Adoption.objects.create(
                organisation_id=organisation_id,
                program=program,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError as error:
        # Somebody else at the same time: the constraint on open adoptions.
        raise AlreadyAdopted from error
    _audit_adoption("program.adopted", row, actor_id, {"starts_on": starts_on.isoformat()})
    return row


def end(*, adoption_id: int, ends_on: date, actor_id: int | None, note: str) -> Adoption:
    """Let an adoption end: `ends_on` is the first day on which it does not count any more.

    Raises:
        AdoptionEnded: it has an end already, or there is none.
        WrongDays: it would end before it begins.
    """
    row = (
        Adoption.objects.select_for_update(of=("self",))
        .select_related("program")
        .filter(pk=adoption_id, ends_on__isnull=True)
        .first()
    )
    if row is None:
        raise AdoptionEnded
    if ends_on <= row.starts_on:
        raise WrongDays
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    detail = {"ends_on": ends_on.isoformat(), "note": note}
    _audit_adoption("program.adoption_ended", row, actor_id, detail)
    return row


def _audit_adoption(
    action: str, row: Adoption, actor_id: int | None, detail: dict[str, str]
) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="organisation",
        subject=str(row.organisation_id),
        detail={"program": row.program.key} | detail,
    )
