"""Read roster imports: the draft, what is known about its people, and the plan for applying it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from lms.kit.matching import guess_columns, name_key
from lms.people.kin import kept_id
from lms.people.models import (
    Employment,
    Organisation,
    Person,
    PersonKey,
    RosterImport,
    RosterMapping,
)
from lms.people.queries import claimed_by_domain, home_of
from lms.people.references import by_email, chunks
from lms.people.roster_plan import Known, KnownPerson, PlannedRow, plan_roster
from lms.people.roster_rows import FIELDS, SYNONYMS, RosterRow, read_row
from lms.people.roster_spells import KnownSpell


def draft_of(*, organisation_id: int, uuid: UUID) -> RosterImport | None:
    """Return an import of this organisation, applied or not; another's is absent."""
    return RosterImport.objects.filter(organisation_id=organisation_id, uuid=uuid).first()


def imports_of(*, organisation_id: int) -> list[RosterImport]:
    """Return the imports of an organisation, newest first, without their rows."""
    return list(
        RosterImport.objects.filter(organisation_id=organisation_id)
        .defer("rows", "headers", "decisions")
        .order_by("-recorded_at", "-pk")[:20]
    )


def guessed(headers: Sequence[str], *, organisation_id: int) -> dict[str, str]:
    """Return which heading holds which field, as remembered from the last file or by its name."""
    home = home_of(organisation_id=organisation_id)
    row = RosterMapping.objects.filter(organisation_id=home.id).first()
    return guess_columns(headers, SYNONYMS, remembered=row.columns if row else None)


def missing_columns(columns: Mapping[str, str]) -> list[str]:
    """Return the labels of columns without which no row can be read."""
    missing = [] if "given_name" in columns else [str(FIELDS["given_name"])]
    if "record_id" not in columns and "email" not in columns:
        missing.append(f"{FIELDS['record_id']} / {FIELDS['email']}")
    return missing


def plan_of(draft: RosterImport, *, today: date) -> list[PlannedRow]:
    """Return what applying a draft would do now; the number of statements does not depend on rows.

    (Beyond ten thousand addresses, one more for each ten thousand.)
    """
    places = _places(draft.organisation_id)
    rows = list(_rows(draft, _by_name(places)))
    return plan_roster(rows, _known(rows, draft, places, today), draft.decisions)


def digest_of(planned: Iterable[PlannedRow]) -> str:
    """Return a short fingerprint of a plan: what was confirmed must be what is applied."""
    lines = [[each.row.number, each.outcome.value, each.person_id, each.says] for each in planned]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


def _rows(draft: RosterImport, sites: Mapping[str, int | None]) -> Iterator[RosterRow]:
    at = {name: draft.headers.index(head) for name, head in draft.columns.items()}
    for number, *cells in draft.rows:
        yield read_row(number, {name: cells[place] for name, place in at.items()}, sites)


def _places(organisation_id: int) -> list[Organisation]:
    path = Organisation.objects.filter(pk=organisation_id).values_list("path", flat=True)
    return list(Organisation.objects.filter(path__startswith=path.get()).order_by("path"))


def _by_name(places: Sequence[Organisation]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for place in places:
        name = name_key(place.name)
        found[name] = None if name in found else place.pk
    return found | {name_key(place.key): place.pk for place in places}


def _known(
    rows: Sequence[RosterRow], draft: RosterImport, places: Sequence[Organisation], today: date
) -> Known:
    home = home_of(organisation_id=draft.organisation_id)
    spells = _spells(home.path)
    keys = dict(
        PersonKey.objects.filter(organisation_id=home.id)
        .order_by("pk")
        .values_list("key", kept_id())
    )
    now = {
        person_id
        for person_id, theirs in spells.items()
        if any(s.starts_on <= today and (s.ends_on is None or s.ends_on > today) for s in theirs)
    }
    here = set(spells) | set(keys.values())
    known_by_email = by_email({row.email.casefold() for row in rows if row.email})
    claimed = {person.id for person in claimed_by_domain(path=home.path)}
    elsewhere = {pk for ids in known_by_email.values() for pk in ids} | claimed
    people = _people(home, elsewhere - here, here, now)
    by_name: dict[str, list[int]] = defaultdict(list)
    for folded, person in people:
        # Elsewhere, a name alone is not shown: it would tell one agency about another's staff.
        if (person.here or person.id in claimed) and person.id not in by_name[folded]:
            by_name[folded].append(person.id)
    return Known(
        organisation_id=draft.organisation_id,
        today=today,
        site_names={place.pk: place.name for place in places},
        keys=keys,
        people={person.id: person for _, person in people},
        by_email=known_by_email,
        by_name=by_name,
        spells=spells,
    )


def _spells(path: str) -> dict[int, list[KnownSpell]]:
    found: dict[int, list[KnownSpell]] = defaultdict(list)
    rows = Employment.objects.filter(
        organisation__path__startswith=path, replaced_at__isnull=True
    ).order_by("starts_on", "pk")
    for row in rows.annotate(human=kept_id(), boss=kept_id(path="supervisor")):
        found[row.human].append(
            KnownSpell(
                pk=row.pk,
                spell=row.spell,
                organisation_id=row.organisation_id,
                role=row.role,
                fte=row.fte,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                supervisor_id=row.boss,
                first_service_on=row.first_service_on,
            )
        )
    return found


def _people(
    home: Any, elsewhere: set[int], here: set[int], now: set[int]
) -> list[tuple[str, KnownPerson]]:
    """Return each name somebody is known by, with the person; merged records are one person."""
    employed = Employment.objects.filter(
        organisation__path__startswith=home.path, replaced_at__isnull=True
    ).annotate(human=kept_id())
    keyed = PersonKey.objects.filter(organisation_id=home.id).annotate(human=kept_id())
    wanted = Q(human__in=employed.values("human")) | Q(human__in=keyed.values("human"))
    rows = list(_person_rows(wanted))
    # 0 stands for nobody: the number of statements does not depend on the file.
    for some in chunks([0, *sorted(elsewhere)]):
        rows += _person_rows(Q(human__in=some))
    return [
        (
            folded,
            KnownPerson(
                id=pk,
                uuid=str(uuid),
                name=f"{given} {family}".strip(),
                email=email,
                here=pk in here,
                now=pk in now,
            ),
        )
        for pk, uuid, given, family, folded, email in rows
    ]


def _person_rows(where: Q) -> Any:
    kept = [
        Coalesce(f"merged_into__{name}", name) for name in ("uuid", "given_name", "family_name")
    ]
    email = Coalesce("merged_into__email", "email")
    return (
        Person.objects.annotate(human=Coalesce("merged_into_id", "pk"))
        .filter(where)
        .order_by(F("merged_into_id").asc(nulls_first=True), "pk")
        .values_list("human", *kept, "folded_name", email)
    )
