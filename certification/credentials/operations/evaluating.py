"""Issuing what the rules say is earned, and keeping everybody's standing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_issue
from certification.credentials.cases import Case, Earned, awaited, earned_by, read_cases
from certification.credentials.earning import Turn, decide_turn, last_of, next_turn
from certification.credentials.fold import Status
from certification.credentials.operations.changing import WrongDate, WrongState
from certification.credentials.records import Held
from certification.credentials.replaying import earned_over_time
from certification.engine.decision import Decision, Outcome
from lms.kit import clock
from lms.public import person_ids_after

PORTION = 500
"""How many people are evaluated together, in one transaction."""

_TRIES = 5
# Practitioner, then coach, then trainer: a ladder of credentials has few rungs.
_ROUNDS = 5
_IN_FORCE = (Status.VALID, Status.SUSPENDED)


class NotEarned(ValueError):
    """The rules do not say that the person has earned this; `decision` says what is missing."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__("not earned")
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation did, or would do: how many people, and what was issued."""

    people: int
    issued: tuple[Held, ...] = ()
    earned: tuple[Earned, ...] = ()
    # The ids of all evidence that was read.
    evidence: frozenset[str] = frozenset()

    def with_(self, once: "_Round") -> "Evaluation":
        """Return it with what one more round did."""
        read = (record.id for case in once.cases for record in case.dossier.evidence)
        return replace(
            self,
            issued=(*self.issued, *once.issued),
            earned=(*self.earned, *once.earned),
            evidence=self.evidence.union(read),
        )


@dataclass(frozen=True, slots=True)
class _Round:
    """What one look at some people found, and the cases with what was issued."""

    cases: list[Case]
    issued: tuple[Held, ...]
    earned: tuple[Earned, ...]


def evaluate(
    *,
    person_ids: Collection[int],
    program_key: str | None = None,
    on: date | None = None,
    dry_run: bool = False,
    since: date | None = None,
) -> Evaluation:
    """Issue what these people have earned and rebuild their standing; safe to repeat.

    Every credential of every program that a person is subject to is decided as of `on` (default:
    today in the program's zone). After a change of rules, `since` is the first day on which they
    count: what stood before it is left as it is. Two evaluations at once issue once: the database
    refuses the second, which then reads again and finds it done. At most `PORTION` people at a
    time.
    """
    done = Evaluation(len(person_ids))
    for _round in range(_ROUNDS):
        once = _evaluate_once(person_ids, program_key, on, dry_run, since)
        cases, done = once.cases, done.with_(once)
        # A credential may be what another program asks for: that one is asked again at once.
        if not any(awaited(cases, each.credential_key) for each in once.issued):
            break
    return done


def _evaluate_once(
    person_ids: Collection[int],
    program_key: str | None,
    on: date | None,
    dry_run: bool,
    since: date | None,
) -> "_Round":
    if dry_run:
        cases = read_cases(person_ids=person_ids, program_key=program_key)
        return _Round(cases, (), tuple(each for case in cases for each in earned_by(case, on)))
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(durable=True):
                cases = read_cases(person_ids=person_ids, program_key=program_key, alone=True)
                earned = [each for case in cases for each in earned_by(case, on)]
                issued, over = issuing.issue_all(earned, actor_id=None)
                cases = with_changes(cases, [*over, *issued])
                # What was issued may begin before that day.
                issuing.keep_standing(
                    cases,
                    person_ids=person_ids,
                    key=program_key,
                    since=None if issued else since,
                )
            return _Round(cases, tuple(issued), tuple(earned))
        except IntegrityError:
            # A code that was drawn twice; whoever else issues waits for us.
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def evaluate_history(*, person_ids: Collection[int]) -> Evaluation:
    """Issue what these people have earned, each period from the day it was earned on.

    For facts that were recorded late, such as another system's history: `evaluate` would let
    everything begin today. No holder is told, as nothing is news. Safe to repeat; at most
    `PORTION` people at a time.
    """
    done = Evaluation(len(person_ids))
    for _round in range(_ROUNDS):
        with transaction.atomic(durable=True):
            cases = read_cases(person_ids=person_ids, alone=True)
            earned = [
                each
                for case in cases
                for each in earned_over_time(case, clock.today(case.versions[-1].rules.zone))
            ]
            issued = list[Held]()
            for turn in _turns(earned):
                ready = [_after_written(each, issued) for each in turn]
                now, over = issuing.issue_all(ready, actor_id=None, announce=False)
                issued, cases = [*issued, *now], with_changes(cases, [*over, *now])
            issuing.keep_standing(cases, person_ids=person_ids, key=None)
        done = done.with_(_Round(cases, tuple(issued), tuple(earned)))
        if not any(awaited(cases, each.credential_key) for each in issued):
            break
    return done


def _turns(earned: Sequence[Earned]) -> list[list[Earned]]:
    """Return what was earned, each period of a credential after the one that it follows.

    Those of one turn are written together; a later period hands over from one written before.
    """
    turns: dict[int, list[Earned]] = {}
    for each in earned:
        turns.setdefault(each.turn.period, []).append(each)
    return [turns[period] for period in sorted(turns)]


def rebuild_standing(*, person_ids: Collection[int]) -> None:
    """Lay the cached standing of these people out anew, and issue nothing; safe to repeat."""
    with transaction.atomic(durable=True):
        cases = read_cases(person_ids=person_ids, alone=True)
        issuing.keep_standing(cases, person_ids=person_ids, key=None)


def _after_written(earned: Earned, issued: Sequence[Held]) -> Earned:
    """Return it as following what was written for the period before, not what was reckoned."""
    last = earned.previous
    if last is None or last.id > 0:
        return earned
    written = next(each for each in issued if each.of_period == last.of_period)
    return replace(earned, previous=written)


def evaluate_everybody(
    *,
    program_key: str | None = None,
    on: date | None = None,
    dry_run: bool = False,
    since: date | None = None,
) -> Evaluation:
    """Evaluate all people, a portion at a time: the nightly net under the news of evidence.

    After a change of rules, `since` is the first day on which they count.
    """
    people, issued, earned, last = 0, list[Held](), list[Earned](), 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        done = evaluate(
            person_ids=portion, program_key=program_key, on=on, dry_run=dry_run, since=since
        )
        people, last = people + done.people, portion[-1]
        issued.extend(done.issued)
        if dry_run:
            earned.extend(done.earned)
    return Evaluation(people, tuple(issued), tuple(earned))


def issue(
    *,
    person_id: int,
    program_key: str,
    credential_key: str,
    actor_id: int,
    on: date | None = None,
    note: str = "",
) -> str:
    """Let an officer issue the next period of what is earned, also after a revocation.

    Return the code. The decision must be MET: an officer cannot issue what the rules deny. `on`
    is a day up to today on which nothing later is known of the credential.

    Raises:
        Denied: the actor may not issue to this person.
        NotEarned: the rules do not say so, or there is no such credential.
        WrongDate: the day is to come, or before what is known of the last period.
        WrongState: one is in force or suspended.
    """
    require_issue(user_id=actor_id, person_id=person_id)
    with transaction.atomic(durable=True):
        cases = read_cases(person_ids=[person_id], program_key=program_key, alone=True)
        if not cases:
            raise NotEarned(None)
        earned = _earned_by_officer(cases[0], credential_key, on)
        issued, over = issuing.issue_all([earned], actor_id=actor_id, note=note)
        cases = with_changes(cases, [*over, *issued])
        issuing.keep_standing(cases, person_ids=[person_id], key=program_key)
    return issued[0].code


def next_by_officer(
    *, person_id: int, program_key: str, credential_key: str, on: date | None = None
) -> Earned:
    """Return what `issue` would issue, and write nothing; who may ask is the caller's question.

    Raises:
        NotEarned, WrongDate, WrongState: as `issue`.
    """
    cases = read_cases(person_ids=[person_id], program_key=program_key)
    if not cases:
        raise NotEarned(None)
    return _earned_by_officer(cases[0], credential_key, on)


def _earned_by_officer(case: Case, credential_key: str, on: date | None) -> Earned:
    """Return what an officer may issue on a day. Raises: as `issue`."""
    today = clock.today(case.versions[-1].rules.zone)
    day = on or today
    version = case.version(day)
    rule = version.rules.credential(credential_key)
    if rule is None:
        raise NotEarned(None)
    held = [each for each in case.held if each.credential_key == credential_key]
    known = [event.effective_on for each in held for event in each.events]
    turn = next_turn(rule, held, day)
    if turn is None and any(each.worth(day).status in _IN_FORCE for each in held):
        raise WrongState(_("A certificate of this kind is in force or suspended."))
    if day > today or (known and day < max(known)):
        raise WrongDate(_("Choose a day up to today, and after all that is known of the last one."))
    if turn is None:
        # After a revocation only an officer may decide, and nothing of before is taken for granted.
        turn = Turn(max(each.period for each in held) + 1, None)
    facts = case.facts_on(version.rules, day)
    decision = decide_turn(rule, version.rules.requirements, facts, day, turn)
    if decision.outcome is not Outcome.MET:
        raise NotEarned(decision)
    last = last_of(held, day) if held else None
    return Earned(case.dossier, version, rule, decision, facts, turn, day, last)


def with_changes(cases: Sequence[Case], changed: Sequence[Held]) -> list[Case]:
    """Return the cases with credentials that are new or have new events."""
    if not changed:
        return list(cases)
    by_case: dict[tuple[int, str], dict[int, Held]] = {}
    # A credential may have been issued to another record of the same human.
    whose = {each.id: case.dossier.file.person.id for case in cases for each in case.held}
    for each in changed:
        key = (whose.get(each.id, each.person_id), each.program_key)
        by_case.setdefault(key, {})[each.id] = each
    return [
        replace(case, held=tuple(({each.id: each for each in case.held} | fresh).values()))
        if (fresh := by_case.get((case.dossier.file.person.id, case.key)))
        else case
        for case in cases
    ]
