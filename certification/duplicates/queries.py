"""Read suggestions, proposals with their answers, and two records side by side."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from certification.credentials.queries import held_by
from certification.credentials.records import Held
from certification.duplicates.models import Answer, DuplicateProposal
from courses.public import EvidenceRecord, evidence_for, hours_by_type
from lms.public import (
    LicenceRecord,
    MergeRecord,
    OwnRecord,
    Scope,
    Spell,
    alike,
    licences,
    merges_of,
    organisations_by_id,
    people,
    records_of,
    spells,
)


class NoSuchProposal(LookupError):
    """There is no proposal with this uuid."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two records that may be of one human; `why` is "name" or "email"."""

    first: UUID
    second: UUID
    first_name: str
    second_name: str
    first_email: str
    second_email: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal; `outcome` is empty while it waits for a second officer."""

    uuid: UUID
    reference: str
    kept_name: str
    kept_email: str
    absorbed_name: str
    absorbed_email: str
    proposed_by_id: int
    proposed_by: str
    reason: str
    recorded_at: datetime
    outcome: str
    answered_by: str
    answered_at: datetime | None
    note: str
    merge: UUID | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of two people, with all that is known of them; `records` names every record of theirs."""

    id: int
    records: tuple[OwnRecord, ...]
    spells: tuple[tuple[Spell, str], ...]
    licences: tuple[LicenceRecord, ...]
    evidence: tuple[EvidenceRecord, ...]
    held: tuple[Held, ...]

    @property
    def name(self) -> str:
        """Return the name on the record that is kept."""
        return self.records[0].person.name

    @property
    def email(self) -> str:
        """Return the address on the record that is kept."""
        return self.records[0].person.email

    @property
    def uuid(self) -> UUID:
        """Return the uuid of the record that is kept."""
        return self.records[0].person.uuid

    @property
    def hours(self) -> Decimal:
        """Return the clock hours that stand on the ledger."""
        return sum(hours_by_type(evidence=self.evidence).values(), Decimal(0))


def suggestions(*, scope: Scope) -> list[Suggestion]:
    """Return pairs that nobody has answered yet, by name; four statements for any number."""
    known = {
        frozenset(pair)
        for pair in DuplicateProposal.objects.exclude(answer__outcome=Answer.WITHDRAWN)
        .order_by("pk")
        .values_list("kept_id", "absorbed_id")
    }
    # A pair that was parted again was a mistake: it is not suggested a second time.
    known |= {frozenset((each.kept_id, each.absorbed_id)) for each in merges_of()}
    pairs = [row for row in alike(scope=scope) if frozenset(row[:2]) not in known]
    named = people(person_ids={pk for row in pairs for pk in row[:2]})
    found = [
        Suggestion(
            first=named[first].uuid,
            second=named[second].uuid,
            first_name=named[first].name,
            second_name=named[second].name,
            first_email=named[first].email,
            second_email=named[second].email,
            why=why,
        )
        for first, second, why in pairs
    ]
    return sorted(found, key=lambda each: (each.first_name, str(each.first), str(each.second)))


def proposals(where: Q) -> list[ProposalRow]:
    """Return proposals, the newest first; one statement for any number of them."""
    rows = (
        DuplicateProposal.objects.filter(where)
        .select_related(
            "kept", "absorbed", "proposed_by__person", "answer__answered_by__person",
            "answer__merge",
        )
        .order_by("-pk")
    )  # fmt: skip
    return [_row(each) for each in rows]


def waiting() -> Q:
    """Return the filter for proposals that a second officer has still to answer."""
    return Q(answer__isnull=True)


def proposal_of(*, uuid: UUID) -> DuplicateProposal:
    """Return a proposal with its people and its answer. Raises: NoSuchProposal."""
    found = (
        DuplicateProposal.objects.filter(uuid=uuid)
        .select_related("kept", "absorbed", "answer__merge")
        .first()
    )
    if found is None:
        raise NoSuchProposal(uuid)
    return found


def proposal_for(*, merge: MergeRecord) -> DuplicateProposal | None:
    """Return the proposal that a merge was made by, or None."""
    rows = DuplicateProposal.objects.filter(answer__merge_id=merge.id)
    return rows.select_related("kept", "absorbed", "answer").first()


def _row(each: DuplicateProposal) -> ProposalRow:
    answer = getattr(each, "answer", None)
    return ProposalRow(
        uuid=each.uuid,
        reference=each.reference,
        kept_name=each.kept.name,
        kept_email=each.kept.email,
        absorbed_name=each.absorbed.name,
        absorbed_email=each.absorbed.email,
        proposed_by_id=each.proposed_by_id,
        proposed_by=_name(each.proposed_by),
        reason=each.reason,
        recorded_at=each.recorded_at,
        outcome=answer.outcome if answer else "",
        answered_by=_name(answer.answered_by) if answer else "",
        answered_at=answer.recorded_at if answer else None,
        note=answer.note if answer else "",
        merge=answer.merge.uuid if answer and answer.merge else None,
    )


def _name(user: object) -> str:
    person = getattr(user, "person", None)
    return str(person.name if person is not None else getattr(user, "email", ""))


def sides(*, kept_id: int, absorbed_id: int) -> tuple[Side, Side]:
    """Return two people side by side, the one to keep first; nine statements."""
    ids = [kept_id, absorbed_id]
    own = records_of(person_ids=ids)
    jobs = spells(person_ids=ids)
    places = organisations_by_id(ids={each.organisation_id for each in jobs})
    papers = licences(person_ids=ids)
    learned = evidence_for(person_ids=ids)
    held = held_by(person_ids=ids)
    first, second = (
        Side(
            id=pk,
            records=tuple(each for each in own if pk in (each.person.id, each.merged_into_id)),
            spells=tuple(
                (each, places[each.organisation_id].name) for each in jobs if each.person_id == pk
            ),
            licences=tuple(each for each in papers if each.person_id == pk),
            evidence=tuple(each for each in learned if each.person_id == pk),
            held=tuple(held.get(pk, ())),
        )
        for pk in ids
    )
    return first, second


def on_both(first: Side, second: Side) -> list[str]:
    """Return the evidence keys that were passed on both records: the same may be told twice."""
    done = [{each.subject for each in side.evidence if each.passed} for side in (first, second)]
    return sorted(done[0] & done[1])


def same_places(first: Side, second: Side, on: date) -> list[str]:
    """Return the names of places where both are employed on a date."""
    here = [{name for spell, name in side.spells if _lasts(spell, on)} for side in (first, second)]
    return sorted(here[0] & here[1])


def _lasts(spell: Spell, on: date) -> bool:
    return spell.starts_on <= on and (spell.ends_on is None or spell.ends_on > on)


def reports_to(first: Side, second: Side) -> bool:
    """Tell whether one of the two supervises or supervised the other."""
    ids = {first.id, second.id}
    return any(
        each.supervisor_id in ids - {each.person_id}
        for side in (first, second)
        for each, _ in side.spells
    )
