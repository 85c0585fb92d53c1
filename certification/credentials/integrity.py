"""Whether every credential rests on a decision that still holds, and every cache on the truth."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db.models import Q

from certification.credentials.apartness import (
    certificates_that_do_not_add_up,
    overlapping_periods,
)
from certification.credentials.cases import read_cases, standing_of
from certification.credentials.earning import Term, Turn, decide_turn, term_of, turn_from
from certification.credentials.issuing import SPAN_FIELDS, span_row
from certification.credentials.models import (
    CertificateFile,
    Credential,
    CredentialEvent,
    CredentialEventKind,
    StandingSpan,
)
from certification.credentials.reissuing import DECIDED, SAME
from certification.evidence.snapshots import facts_from, findings_json
from certification.programs.queries import rules_of
from courses.public import evidence_for
from lms.kit import codes
from lms.kit.integrity import Check, check, triggers
from lms.public import merges_of, person_ids_after, rows_of

TABLES: Final = (
    ("certification_storeddecision", "UPDATE DELETE"),
    ("certification_credential", "UPDATE DELETE"),
    ("certification_credentialevent", "UPDATE DELETE"),
    ("certification_certificatefile", "UPDATE DELETE"),
    ("certification_programversion", "UPDATE DELETE"),
    ("certification_rostercheck", "UPDATE DELETE"),
)
PORTION: Final = 500
# Facts that are licences: kept by lms.people, where a correction replaces them.
LICENCE: Final = "licence:"
# Facts that are credentials of this academy.
CREDENTIAL: Final = "credential:"


def integrity(*, sample: int | None = None) -> list[Check]:
    """Return every check of this applet; with `sample` look at so many people's standing only."""
    return [
        triggers("append-only-certification", TABLES),
        check(
            "credentials-issued-once",
            "Every credential has exactly one issuing event, on its first valid day; one that"
            " was issued again has it on a later day.",
            _not_issued_once(),
        ),
        check(
            "editions-in-a-chain",
            "Whatever was issued again says which number it had, has the same dates, hours and"
            " decision, and took that number's place on the day it was issued.",
            _broken_editions(),
        ),
        check(
            "periods-apart",
            "Nobody holds two numbers of the same credential in force on the same day.",
            overlapping_periods(),
        ),
        check(
            "certificates-add-up",
            "The hours by type on a certificate add up to the hours printed on it.",
            certificates_that_do_not_add_up(),
        ),
        check(
            "credentials-decided",
            "Every credential rests on a stored decision with evidence, and deciding again"
            " from that evidence by the same rules says the same.",
            _not_decided(),
        ),
        check(
            "credentials-evidenced",
            "Every fact of the ledger that a credential's decision relies on is there.",
            _without_evidence(),
        ),
        check(
            "certificate-codes",
            "Every certificate code has a right check character.",
            _wrong_codes(),
        ),
        check(
            "certificate-files",
            "Every certificate file is in the store and has the stored hash.",
            _wrong_files(),
        ),
        check(
            "standing-is-the-fold",
            "The cached standing of a person is what rules and events say.",
            (f"person {person_id}" for person_id in wrong_standing(sample=sample)),
        ),
    ]


def wrong_standing(*, sample: int | None = None) -> Iterator[int]:
    """Yield the ids of people whose cached standing differs from rules and events."""
    last = seen = 0
    while portion := person_ids_after(person_id=last, most=min(PORTION, sample or PORTION)):
        last, seen = portion[-1], seen + len(portion)
        fresh, cached = _fresh(portion), _cached(portion)
        yield from (each for each in portion if fresh.get(each) != cached.get(each))
        if sample is not None and seen >= sample:
            return


def _fresh(person_ids: Collection[int]) -> dict[int, list[tuple[object, ...]]]:
    rows: dict[int, list[tuple[object, ...]]] = {}
    for case in read_cases(person_ids=person_ids):
        person_id = case.dossier.file.person.id
        spans = [span_row(person_id, case.key, each) for each in standing_of(case)]
        if spans:
            rows.setdefault(person_id, []).extend(spans)
    return rows


def _cached(person_ids: Collection[int]) -> dict[int, list[tuple[object, ...]]]:
    fields = ["person_id", *SPAN_FIELDS[1:]]
    rows: dict[int, list[tuple[object, ...]]] = {}
    spans = StandingSpan.objects.filter(person_id__in=person_ids)
    for row in spans.order_by("person_id", "program_key", "from_on").values_list(*fields):
        rows.setdefault(row[0], []).append(row)
    return rows


def _not_issued_once() -> Iterator[str]:
    events = CredentialEvent.objects.filter(kind=CredentialEventKind.ISSUED).order_by("pk")
    times: Counter[int] = Counter()
    days: dict[int, Any] = {}
    for credential_id, day in events.values_list("credential_id", "effective_on").iterator():
        times[credential_id] += 1
        days[credential_id] = day
    rows = Credential.objects.order_by("pk").values_list("pk", "code", "valid_from", "edition")
    for pk, code, valid_from, edition in rows.iterator():
        if times[pk] != 1:
            yield f"{code}: issued {times[pk]} times"
        elif days[pk] < valid_from or (edition == 1 and days[pk] != valid_from):
            yield f"{code}: issued on {days[pk]}, valid from {valid_from}"


def _broken_editions() -> Iterator[str]:
    handed: dict[tuple[int, int | None], Any] = {
        (row[0], row[1]): row[2]
        for row in CredentialEvent.objects.filter(kind=CredentialEventKind.SUPERSEDED)
        .order_by("pk")
        .values_list("credential_id", "replaced_by_id", "effective_on")
    }
    issued = dict(
        CredentialEvent.objects.filter(
            kind=CredentialEventKind.ISSUED, credential__edition__gt=1
        ).values_list("credential_id", "effective_on")
    )
    rows = Credential.objects.filter(Q(edition__gt=1) | Q(formerly__isnull=False))
    rows = rows.select_related("formerly__decision", "decision").order_by("pk")
    for each in rows.iterator(chunk_size=PORTION):
        problem = _edition_problem(each, handed, issued.get(each.pk))
        if problem:
            yield f"{each.code}: {problem}"


def _edition_problem(
    new: Credential, handed: Mapping[tuple[int, int | None], Any], issued_on: Any
) -> str:
    """Return what is wrong with a credential that was issued again, or nothing."""
    old = new.formerly
    if old is None:
        return f"edition {new.edition}, and no number that it had before"
    if new.edition != old.edition + 1:
        return f"edition {new.edition} after edition {old.edition} ({old.code})"
    if (old.pk, new.pk) not in handed:
        return f"{old.code} does not say that it took its place"
    if handed[old.pk, new.pk] != issued_on:
        return f"issued on {issued_on}, took the place of {old.code} on {handed[old.pk, new.pk]}"
    other = [name for name in SAME if getattr(new, name) != getattr(old, name)]
    other += [
        name for name in DECIDED if getattr(new.decision, name) != getattr(old.decision, name)
    ]
    return f"differs from {old.code} in {', '.join(other)}" if other else ""


def _not_decided() -> Iterator[str]:
    begun: dict[tuple[int, str, int], Any] = {
        (person_id, key, period): valid_from
        for person_id, key, period, valid_from in Credential.objects.order_by("pk").values_list(
            "person_id", "credential_key", "period", "valid_from"
        )
    }
    by_officer = set(
        # Who issues again does not decide again.
        CredentialEvent.objects.filter(
            kind=CredentialEventKind.ISSUED, actor__isnull=False, credential__edition=1
        )
        .order_by("pk")
        .values_list("credential__person_id", "credential__credential_key", "credential__period")
    )
    rows = Credential.objects.select_related("decision__program_version").order_by("pk")
    for each in rows.iterator(chunk_size=PORTION):
        # An officer decides anew; rules renew what was held before.
        since = begun.get((each.person_id, each.credential_key, each.period - 1))
        mine = (each.person_id, each.credential_key, each.period)
        turn = _turn(each, None if mine in by_officer else since)
        problem = _problem(each, turn)
        if problem:
            yield f"{each.code}: {problem}"


def _turn(credential: Credential, since: Any) -> Turn:
    """Return the turn that was decided; decisions of before renewals existed do not tell it."""
    row = credential.decision.evidence.get("turn")
    return turn_from(row) if row else Turn(credential.period, since, anew=since is not None)


def _problem(credential: Credential, turn: Turn) -> str:
    """Return what is wrong with the decision of a credential, or nothing."""
    stored = credential.decision
    mine = (credential.person_id, credential.credential_key)
    if (stored.person_id, stored.credential_key) != mine:
        return "its decision is about something else"
    if stored.outcome != "met" or not stored.evidence.get("facts"):
        return f"its decision says {stored.outcome}, with {len(stored.evidence)} parts of evidence"
    rules = rules_of(stored.program_version.digest)
    rule = rules.credential(credential.credential_key)
    if rule is None:
        return "its program version does not know it"
    facts = facts_from(stored.evidence)
    decision = decide_turn(rule, rules.requirements, facts, stored.as_of, turn)
    if decision.outcome.value != stored.outcome or findings_json(decision) != stored.findings:
        return f"deciding again says {decision.outcome.value}, or gives other findings"
    term = term_of(rule, turn, stored.as_of)
    told = Term(
        credential.valid_from, credential.valid_until, credential.renew_from, credential.grace_until
    )
    return "" if term == told else f"it should be valid {term}, and says {told}"


def _without_evidence() -> Iterator[str]:
    last = 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        last = portion[-1]
        # What was issued while two records were merged rests on facts of both, also afterwards.
        merges = merges_of(person_ids=portion)
        people = {*portion, *(pk for each in merges for pk in (each.kept_id, each.absorbed_id))}
        known = {each.id for each in evidence_for(person_ids=people, include_reversed=True)}
        rows = Credential.objects.filter(rows_of(person_ids=portion)).order_by("pk")
        for code, findings in rows.values_list("code", "decision__findings"):
            relied = {fact for finding in findings for fact in finding["because"]}
            missing = {
                each for each in relied - known if not each.startswith((LICENCE, CREDENTIAL))
            }
            if missing:
                yield f"{code}: {', '.join(sorted(missing))}"


def _wrong_codes() -> Iterator[str]:
    for code in Credential.objects.order_by("pk").values_list("code", flat=True).iterator():
        if codes.normalise(code) != code or codes.check(code) is not codes.CodeCheck.OK:
            yield code


def _wrong_files() -> Iterator[str]:
    rows = CertificateFile.objects.order_by("pk").values_list(
        "credential__code", "storage_name", "sha256"
    )
    for code, name, sha256 in rows.iterator():
        try:
            with default_storage.open(name) as opened:
                found = hashlib.sha256(opened.read()).hexdigest()
        except OSError:
            yield f"{code}: {name} is missing"
            continue
        if found != sha256:
            yield f"{code}: {name} was altered"
