"""Importing rosters: keep a draft, remember its columns, decide about rows, apply it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.audit.operations import record
from lms.kit import clock
from lms.kit.tables import Table
from lms.notices.operations import notify
from lms.people.access import Ability, require
from lms.people.authority import today
from lms.people.models import (
    Employment,
    Organisation,
    Person,
    PersonKey,
    RosterImport,
    RosterMapping,
)
from lms.people.operations.news import tell
from lms.people.operations.people import new_person
from lms.people.queries import home_of
from lms.people.roster_plan import LINK, NEW, SKIP, WRITING, PlannedRow, counts
from lms.people.roster_spells import KnownSpell
from lms.people.rosters import digest_of, guessed, plan_of

BATCH = 500


class AlreadyApplied(ValueError):
    """The import was applied before."""


class PlanChanged(ValueError):
    """Applying would do something else now than what was shown and confirmed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of an import: how many rows of each outcome, and what was done with each row."""

    counts: dict[str, int]
    rows: list[dict[str, Any]]


def start_import(
    *, actor_id: int | None, organisation_id: int, file_name: str, table: Table
) -> RosterImport:
    """Keep an uploaded table as a draft with its columns guessed. Nothing else is written.

    Raises: Refused, Unknown: the actor may not import for the organisation.
    """
    _check(actor_id, organisation_id)
    with transaction.atomic(durable=True):
        return RosterImport.objects.create(
            organisation_id=organisation_id,
            file_name=file_name[:200],
            headers=list(table.headers),
            rows=[[row.number, *(row.values[h] for h in table.headers)] for row in table.rows],
            notes=list(table.notes),
            columns=guessed(table.headers, organisation_id=organisation_id),
            uploaded_by_id=actor_id,
        )


def save_columns(*, actor_id: int | None, draft: RosterImport, columns: Mapping[str, str]) -> None:
    """Say which heading holds which field, and remember it for the organisation's next file.

    Raises: Refused, Unknown, AlreadyApplied.
    """
    _check(actor_id, draft.organisation_id)
    chosen = {name: head for name, head in columns.items() if head in draft.headers}
    home = home_of(organisation_id=draft.organisation_id)
    with transaction.atomic(durable=True):
        _change(draft, columns=chosen)
        RosterMapping.objects.update_or_create(
            organisation_id=home.id, defaults={"columns": chosen, "recorded_at": clock.now()}
        )


def decide(*, actor_id: int | None, draft: RosterImport, decisions: Mapping[str, str]) -> None:
    """Keep decisions about rows: by row number, "new", "skip", "link:<uuid>", or "" to take back.

    Raises: Refused, Unknown, AlreadyApplied.
    """
    _check(actor_id, draft.organisation_id)
    kept = dict(draft.decisions)
    for number, choice in decisions.items():
        kept.pop(number, None)
        if choice in {NEW, SKIP} or choice.startswith(LINK):
            kept[number] = choice
    with transaction.atomic(durable=True):
        _change(draft, decisions=kept)


def _change(draft: RosterImport, **values: Any) -> None:
    if not RosterImport.objects.filter(pk=draft.pk, applied_at__isnull=True).update(**values):
        raise AlreadyApplied
    for name, value in values.items():
        setattr(draft, name, value)


def drop_draft(*, actor_id: int | None, draft: RosterImport) -> None:
    """Forget a draft; an applied import stays. Raises: Refused, Unknown, AlreadyApplied."""
    _check(actor_id, draft.organisation_id)
    with transaction.atomic(durable=True):
        dropped, _kinds = RosterImport.objects.filter(pk=draft.pk, applied_at__isnull=True).delete()
        if not dropped:
            raise AlreadyApplied


def apply_import(
    *, actor_id: int | None, draft: RosterImport, digest: str | None = None
) -> Applied:
    """Apply the rows that can be applied and leave out the others; a second time is refused.

    ``digest``: fingerprint of the plan that was shown; None: apply whatever the plan is now.

    Raises:
        Refused, Unknown: the actor may not import for the organisation.
        AlreadyApplied: somebody applied it.
        PlanChanged: the plan is another one now; look again.
    """
    _check(actor_id, draft.organisation_id)
    with transaction.atomic(durable=True):
        home = home_of(organisation_id=draft.organisation_id)
        # One roster of an agency at a time: two files with one new person make one person.
        Organisation.objects.select_for_update().get(pk=home.id)
        now = clock.now()
        _change(draft, applied_at=now)
        planned = plan_of(draft, today=today())
        if digest is not None and digest != digest_of(planned):
            raise PlanChanged
        writing = [each for each in planned if each.outcome in WRITING]
        people = _write_people(planned, writing, home.id)
        _write_employment(writing, people)
        tell(people[each.ref] for each in writing if each.write is not None)
        _tell_linked(writing, home.name, draft)
        applied = Applied(counts(planned), report(planned, people))
        RosterImport.objects.filter(pk=draft.pk).update(
            result={"counts": applied.counts, "rows": applied.rows}
        )
        record(
            actor_id=actor_id,
            action="roster_applied",
            subject_kind="roster_import",
            subject=str(draft.uuid),
            detail={"organisation_id": draft.organisation_id, **applied.counts},
        )
    return applied


def _check(actor_id: int | None, organisation_id: int) -> None:
    if actor_id is not None:
        require(user_id=actor_id, ability=Ability.IMPORT_ROSTER, organisation_id=organisation_id)


def _write_people(
    planned: Sequence[PlannedRow], writing: Sequence[PlannedRow], home_id: int
) -> dict[str, int]:
    """Add new people and record ids; return the person's id by ref."""
    found = {each.ref: each.person_id for each in planned if each.person_id is not None}
    fresh = {each.ref: each for each in writing if each.new_person}
    made = Person.objects.bulk_create(
        [
            new_person(
                given_name=each.row.given_name,
                family_name=each.row.family_name,
                email=each.row.email,
            )
            for each in fresh.values()
        ],
        batch_size=BATCH,
    )
    found |= {ref: person.pk for ref, person in zip(fresh, made, strict=True)}
    keys = {each.row.record_id: found[each.ref] for each in writing if each.row.record_id}
    # A row that is matched by its record id has the key already.
    PersonKey.objects.bulk_create(
        [PersonKey(organisation_id=home_id, key=key, person_id=pk) for key, pk in keys.items()],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return found


def _write_employment(writing: Sequence[PlannedRow], people: Mapping[str, int]) -> None:
    old: list[KnownSpell] = []
    versions: list[Employment] = []
    for each in writing:
        write = each.write
        if write is None:  # Only the record id is new.
            continue
        values = dict(write.values)
        supervisor = values.pop("supervisor", None)
        if supervisor is not None:
            values["supervisor_id"] = (
                people[supervisor] if isinstance(supervisor, str) else supervisor
            )
        person_id = people[each.ref]
        if write.old is not None:
            old.append(write.old)
            versions.append(_version(write.old, person_id, values))
        else:
            versions.append(Employment(person_id=person_id, **values))
        if write.closes is not None:
            old.append(write.closes)
            versions.append(_version(write.closes, person_id, {"ends_on": values["starts_on"]}))
    now = clock.now()
    for start in range(0, len(old), BATCH):
        Employment.objects.filter(pk__in=[spell.pk for spell in old[start : start + BATCH]]).update(
            replaced_at=now
        )
    Employment.objects.bulk_create(versions, batch_size=BATCH)


def _version(old: KnownSpell, person_id: int, values: Mapping[str, Any]) -> Employment:
    kept = {
        "spell": old.spell,
        "person_id": person_id,
        "organisation_id": old.organisation_id,
        "role": old.role,
        "fte": old.fte,
        "starts_on": old.starts_on,
        "ends_on": old.ends_on,
        "supervisor_id": old.supervisor_id,
        "first_service_on": old.first_service_on,
    }
    return Employment(**(kept | dict(values)))


def _tell_linked(writing: Sequence[PlannedRow], agency: str, draft: RosterImport) -> None:
    """Tell people whom an agency that did not know them has put on its roster."""
    for each in writing:
        person = next((p for p in each.candidates if p.id == each.person_id), None)
        if each.links and person is not None and not person.here:
            notify(
                key=f"roster-linked:{draft.uuid}:{person.uuid}",
                kind="roster_linked",
                address=person.email,
                person_id=person.id,
                subject=_("%(agency)s has put you on its roster") % {"agency": agency},
                body=_(
                    "%(agency)s says that you work there, and can now see your training record.\n"
                    "If that is wrong, answer this message or tell the state."
                )
                % {"agency": agency},
            )


def report(planned: Sequence[PlannedRow], people: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return each row with its outcome and why, as the result file and the command print it."""
    return [
        {
            "row": each.row.number,
            "record_id": each.row.record_id,
            "name": each.row.name,
            "outcome": each.outcome.value,
            "detail": " ".join(each.says),
            "person_id": people.get(each.ref, each.person_id),
        }
        for each in planned
    ]
