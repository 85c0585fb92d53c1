"""Reading names: what somebody was called at an instant, what was asked, and what waits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from lms.kit.matching import name_key
from lms.people import kin
from lms.people.access import Ability, can, people_filter, require, visible_people
from lms.people.models import NameChange, NameDecision, Person
from lms.people.models.names import (
    ACCEPTING,
    REFUSING,
    DecisionReason,
    NameOutcome,
    NameReason,
)
from lms.people.queries import NoSuchPerson
from lms.people.staff import people_employed


class NoSuchNameChange(LookupError):
    """There is no request with this uuid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One request as lists show it; ``outcome`` is empty while it waits.

    ``old_name`` is the name on record: at the decision, or today while it waits or was refused.
    """

    uuid: UUID
    reference: str
    person_id: int
    person_uuid: UUID
    old_name: str
    new_name: str
    given_name: str
    family_name: str
    from_on: date
    reason: str
    requested_by_id: int
    asked_by: str
    asked_at: datetime
    outcome: str = ""
    decision_reason: str = ""
    document: str = ""
    note: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None

    @property
    def reason_words(self) -> str:
        """Return why the name changes, in words."""
        return str(NameReason(self.reason).label)

    @property
    def decision_words(self) -> str:
        """Return why it was decided so, in words."""
        return str(DecisionReason(self.decision_reason).label) if self.decision_reason else ""

    def days(self, today: date) -> int:
        """Return how many days it took to decide, or has waited until ``today``."""
        return max(((self.decided_at.date() if self.decided_at else today)
                    - self.asked_at.date()).days, 0)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedName:
    """One request as an officer opens it. ``waiting``: how many others wait about the person."""

    row: NameRow
    may_decide: bool
    waiting: int


def name_known(*, person_id: int, at: datetime) -> tuple[str, str]:
    """Return the given and family name that were on record at an instant. Raises: NoSuchPerson."""
    return names_known(person_ids=[person_id], at=at)[person_id]


def names_known(*, person_ids: Collection[int], at: datetime) -> dict[int, tuple[str, str]]:
    """Return the names that were on record at an instant, in two statements for any number.

    The first name that was replaced after the instant is the one that stood then; where none was,
    it is the present one. Raises: NoSuchPerson.
    """
    people = Person.objects.filter(pk__in=person_ids).order_by("pk")
    names = {pk: (given, family) for pk, given, family in
             people.values_list("pk", "given_name", "family_name")}  # fmt: skip
    for wanted in person_ids:
        if wanted not in names:
            raise NoSuchPerson(wanted)
    later = NameDecision.objects.filter(
        change__person_id__in=person_ids, outcome=NameOutcome.ACCEPTED, recorded_at__gt=at
    ).order_by("-recorded_at", "-pk")
    rows = later.values_list("change__person_id", "old_given_name", "old_family_name")
    # The newest first, so that the oldest one stays.
    names.update({pk: (given, family) for pk, given, family in rows})
    return names


def former_names(
    *, person_ids: Collection[int], path: str, as_of: date, on: date
) -> dict[int, tuple[str, str]]:
    """Return what those who have left an organisation were called at the end of a day; one query.

    Only who is called otherwise now is in it. ``path``: of the organisation, ``on``: today. Who
    still works there is found by the present name.
    """
    later = NameDecision.objects.filter(
        change__person_id__in=person_ids,
        outcome=NameOutcome.ACCEPTED,
        recorded_at__gt=datetime.combine(as_of, time.max, ZoneInfo(settings.ACADEMY_ZONE)),
    ).exclude(people_employed(paths=[path], on=on, field="change__person_id"))
    rows = later.order_by("-recorded_at", "-pk")
    names = rows.values_list("change__person_id", "old_given_name", "old_family_name")
    return {pk: (given, family) for pk, given, family in names}


def changes_of(*, person_id: int) -> list[NameRow]:
    """Return every request about a person, the newest first."""
    return rows_of(_rows(kin.rows_of(person_ids=[person_id])).order_by("-pk"))


def asked_about(*, person_id: int, by_id: int) -> list[NameRow]:
    """Return what an account has asked about a person, the newest first: a manager sees no more."""
    mine = kin.rows_of(person_ids=[person_id]) & Q(requested_by_id=by_id)
    return rows_of(_rows(mine).order_by("-pk"))


def queued(*, user_id: int) -> Q:
    """Return the filter on ``NameChange`` for what an officer may decide, or has seen decided.

    Raises: Refused, Unknown: the account is no certification officer.
    """
    require(user_id=user_id, ability=Ability.CHANGE_NAME)
    scope = visible_people(user_id=user_id, ability=Ability.CHANGE_NAME)
    return people_filter(scope=scope, field="person_id")


def queue(*, where: Q, outcome: str | None, words: str = "") -> QuerySet[Any]:
    """Return requests with an outcome ("" waiting, None all): what waits the oldest first.

    ``words``: only of people called so today, or the request with this number.
    """
    found = _rows(where)
    if words:
        number = words.upper().removeprefix("NC-").lstrip("0")
        named = Q(person__folded_name__contains=name_key(words))
        found = found.filter(named | Q(pk=int(number)) if number.isdecimal() else named)
    if outcome == "":
        return found.filter(decision__isnull=True).order_by("recorded_at", "pk")
    if outcome is not None:
        found = found.filter(decision__outcome=outcome)
    return found.order_by("-pk")


def queue_counts(*, where: Q) -> dict[str, int]:
    """Return how many requests stand how, by outcome ("" waiting); one statement."""
    rows = NameChange.objects.filter(where).values_list("decision__outcome")
    return {outcome or "": n for outcome, n in rows.annotate(n=Count("pk")).order_by()}


def open_name_request(*, user_id: int, uuid: UUID) -> OpenedName:
    """Return one request to an officer who reaches the person.

    Raises:
        NoSuchNameChange: there is none.
        Refused, Unknown: the account is no officer for this person.
    """
    change = _rows(Q(uuid=uuid)).first()
    if change is None:
        raise NoSuchNameChange(uuid)
    require(user_id=user_id, ability=Ability.CHANGE_NAME, person_id=change.person_id)
    others = NameChange.objects.filter(person_id=change.person_id, decision__isnull=True)
    return OpenedName(
        row=_row(change),
        may_decide=may_decide_name(user_id=user_id, change=change),
        waiting=others.exclude(pk=change.pk).count(),
    )


def may_decide_name(*, user_id: int, change: NameChange) -> bool:
    """Tell whether an account may decide: an officer, not about themselves or what they asked."""
    return change.requested_by_id != user_id and can(
        user_id=user_id, ability=Ability.CHANGE_NAME, person_id=change.person_id
    )


def name_answers(*, accepting: bool) -> list[tuple[str, str]]:
    """Return the reasons for which a name may be accepted, or refused: code and words."""
    return [(each.value, str(each.label)) for each in (ACCEPTING if accepting else REFUSING)]


def rows_of(found: Iterable[NameChange]) -> list[NameRow]:
    """Return requests as rows, in their order."""
    return [_row(each) for each in found]


def _rows(where: Q) -> QuerySet[NameChange]:
    return NameChange.objects.filter(where).select_related(
        "person", "decision__decided_by__person", "requested_by__person"
    )


def _row(change: NameChange) -> NameRow:
    decision: NameDecision | None = getattr(change, "decision", None)
    accepted = decision is not None and decision.outcome == NameOutcome.ACCEPTED
    return NameRow(
        uuid=change.uuid,
        reference=change.reference,
        person_id=change.person_id,
        person_uuid=change.person.uuid,
        old_name=decision.old_name if decision and accepted else change.person.name,
        new_name=change.name,
        given_name=change.given_name,
        family_name=change.family_name,
        from_on=change.from_on,
        reason=change.reason,
        requested_by_id=change.requested_by_id,
        asked_by=_called(change.requested_by),
        asked_at=change.recorded_at,
        outcome=decision.outcome if decision else "",
        decision_reason=decision.reason_code if decision else "",
        document=decision.document if decision else "",
        note=decision.note if decision else "",
        decided_by=_called(decision.decided_by) if decision else "",
        decided_at=decision.recorded_at if decision else None,
    )


def _called(user: Any) -> str:
    person = getattr(user, "person", None)
    return person.name if person is not None else str(user.email)
