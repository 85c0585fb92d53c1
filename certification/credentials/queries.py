"""Read credentials with their events: one statement for one person or a thousand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from certification.credentials.fold import Event, Happening
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.records import Held
from certification.credentials.standing import CERTIFIED
from lms.public import kept_id, people_employed, records_known, rows_of

_COLUMNS = (
    "credential_id",
    "credential__code",
    "credential__person_id",
    "credential__program_key",
    "credential__credential_key",
    "credential__period",
    "credential__title",
    "credential__holder_name",
    "credential__valid_from",
    "credential__valid_until",
    "kind",
    "effective_on",
    "recorded_at",
    "reason_code",
    "replaced_by__code",
    "pk",
    "sets_aside_id",
    "credential__edition",
    "credential__renew_from",
    "credential__grace_until",
    "credential__decision__as_of",
    "credential__formerly__code",
    "replaced_by__formerly_id",
)


class UnknownCredential(LookupError):
    """There is no credential with this code."""


def held_by(
    *,
    person_ids: Collection[int],
    program_key: str | None = None,
    known_at: datetime | None = None,
) -> dict[int, list[Held]]:
    """Return the credentials of these people, oldest first, in one statement.

    Credentials of merged records are together under the id of the kept one, and under each id
    that was asked for; `known_at`, in one more statement, as the merges stood at that instant.
    """
    humans: dict[int, int] = {}
    if known_at is None:
        where = rows_of(person_ids=person_ids, field="credential__person_id")
    else:
        humans = records_known(person_ids=person_ids, known_at=known_at)
        where = Q(credential__person_id__in=humans)
    if program_key is not None:
        where &= Q(credential__program_key=program_key)
    read = _read(where, None if known_at is not None else humans)
    grouped: dict[int, list[Held]] = {}
    for each in _shared(read):
        grouped.setdefault(humans[each.person_id], []).append(each)
    asked = {each: humans[each] for each in person_ids if each in humans}
    return grouped | {each: grouped[kept] for each, kept in asked.items() if kept in grouped}


def held_where(where: Q) -> list[Held]:
    """Return the credentials whose events match a filter on `CredentialEvent`, oldest first.

    The filter must be about the credential, or events would be missing from the fold. One
    statement, and another one where some of them were issued again under another number.
    """
    read = _read(where)
    several = {each.person_id for each, own in read if each.edition > 1 or len(own) > 1}
    if not several:
        return [each for each, _ in read]
    wanted = {each.id for each, _ in read}
    everything = _shared(_read(Q(credential__person_id__in=several)))
    shared = {each.id: each for each in everything if each.id in wanted}
    return [shared.get(each.id, each) for each, _ in read]


def _shared(read: Sequence[tuple[Held, frozenset[int]]]) -> list[Held]:
    """Return credentials with what happened to the same period under its other numbers.

    A suspension or revocation is of the certification, not of a number: it counts under every
    number of the period, whichever it was written on, on any date. What stays with its own number
    is its issue, and that the next number took its place.
    """
    periods: dict[tuple[object, ...], list[tuple[Held, frozenset[int]]]] = {}
    for each, own in read:
        periods.setdefault(each.of_period, []).append((each, own))
    if len(periods) == len(read):
        return [each for each, _ in read]
    found = []
    for each, _own in read:
        others = (
            event
            for other, own in periods[each.of_period]
            if other.id != each.id
            for event in other.events
            if event.id not in own
        )
        found.append(replace(each, events=(*each.events, *others)))
    return found


def _read(where: Q, humans: dict[int, int] | None = None) -> list[tuple[Held, frozenset[int]]]:
    """Return credentials with their own events, and which of these stay with their number.

    `humans` is told as whom each record is read that one of them was issued to.
    """
    rows = list(
        CredentialEvent.objects.filter(where)
        .order_by("credential__valid_from", "credential_id", "pk")
        .values_list(*_COLUMNS, kept_id(path="credential__person"))
    )
    if humans is not None:
        humans.update((row[2], row[-1]) for row in rows)
    return list(_folded(rows))


def standing_counts(*, program_key: str, on: date) -> dict[str, int]:
    """Return how many people have each standing in a program on a date, in one statement."""
    rows = (
        StandingSpan.objects.filter(program_key=program_key, from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
        .values_list("status")
        .annotate(people=Count("pk"))
        .order_by("status")
    )
    return dict(rows)


def qualified_on(*, program_key: str, on: date, organisation_path: str | None = None) -> list[int]:
    """Return the ids of everybody certified in a program on a date, in one statement.

    With `organisation_path` only those who were employed there, or below it, on that date.
    """
    standing = StandingSpan.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on),
        program_key=program_key,
        from_on__lte=on,
        status=CERTIFIED,
    )
    if organisation_path is None:
        # Spans of one person and program never overlap: nobody comes twice.
        return list(standing.order_by("person_id").values_list("person_id", flat=True))
    here = people_employed(paths=[organisation_path], on=on)
    return list(standing.filter(here).order_by("person_id").values_list("person_id", flat=True))


def credential_of(*, code: str) -> Credential:
    """Return one credential by its code. Raises: UnknownCredential."""
    found = Credential.objects.filter(code=code).select_related("person", "formerly").first()
    if found is None:
        raise UnknownCredential(code)
    return found


def _folded(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Held, frozenset[int]]]:
    together: dict[int, tuple[Any, list[Event], list[int]]] = {}
    for row in rows:
        _first, events, own = together.setdefault(row[0], (row, [], []))
        events.append(Event(row[10], row[11], row[12], row[13], row[14] or "", row[15], row[16]))
        if row[10] == Happening.ISSUED or row[22] == row[0]:
            own.append(row[15])
    for row, events, own in together.values():
        held = Held(
            id=row[0],
            code=row[1],
            person_id=row[2],
            program_key=row[3],
            credential_key=row[4],
            period=row[5],
            title=row[6],
            holder_name=row[7],
            valid_from=row[8],
            valid_until=row[9],
            events=tuple(events),
            edition=row[17],
            renew_from=row[18],
            grace_until=row[19],
            decided_on=row[20],
            formerly=row[21] or "",
        )
        yield held, frozenset(own)


def held_of(credential: Credential) -> Held:
    """Return a credential with its events, as the fold wants it; one statement."""
    return next(each for each in period_of(credential) if each.id == credential.pk)


def period_of(credential: Credential) -> list[Held]:
    """Return the period that a credential is for, under each of its numbers; one statement."""
    same = Q(
        credential__person_id=credential.person_id,
        credential__program_key=credential.program_key,
        credential__credential_key=credential.credential_key,
        credential__period=credential.period,
    )
    return _shared(_read(same))
