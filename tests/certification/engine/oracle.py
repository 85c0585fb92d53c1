"""Read the rules naively: one day at a time, one clause at a time, sums by loops, no cleverness.

Written from the words of `engine/requirements.py` and of the glossary, not from the engine: no
history, no index, no running totals. Slow, and therefore only for small trees.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from certification.engine.decision import Outcome
from certification.engine.requirements import Group

PASSIVE = {"optional", "report_only", "renew", "coach_renew", "trainer_renew"}
GRANTED = ("credential", "background")
DAY = timedelta(days=1)
NEVER = date.max


@dataclass(frozen=True)
class Answer:
    """How one node stands: what decide() must say of it."""

    path: str
    met: bool
    have: Decimal
    need: Decimal
    due: date | None
    maybe: bool


class Oracle:
    """One person, one day, one program."""

    def __init__(self, tree, person, on, known=None):
        self.tree, self.person, self.on, self.known = tree, person, on, known or tree

    # --- who is asked what --------------------------------------------------------------------
    def asked_of(self, node):
        held = {"all"}
        for spell in self.person.roles:
            if spell.from_on <= self.on and (spell.until_on is None or spell.until_on > self.on):
                held.add(spell.role)
        if not held & set(node.roles):
            return False
        return not isinstance(node, Group) or any(self.asked_of(each) for each in node.members)

    def around(self, name, nodes=None, above=()):
        """Return the nodes from the top down to the one with this id, or nothing."""
        for node in self.known if nodes is None else nodes:
            if node.id == name:
                return (*above, node)
            if isinstance(node, Group):
                found = self.around(name, node.members, (*above, node))
                if found:
                    return found
        return ()

    # --- one clause ---------------------------------------------------------------------------
    def answers(self, node, parent=""):
        """Return the answers of a node and all below it, its own first."""
        path = f"{parent}/{node.id}" if parent else node.id
        if not isinstance(node, Group):
            return [self.clause(node, path)]
        below = [self.answers(each, path) for each in node.members if self.asked_of(each)]
        heads = [each[0] for each in below]
        needed = len(heads) if node.needed is None else node.needed
        met = sum(1 for each in heads if each.met)
        maybe = sum(1 for each in heads if each.maybe)
        due = self.latest_for(node, heads, needed)
        mine = Answer(path, met >= needed, Decimal(met), Decimal(needed), due, maybe >= needed)
        return [mine, *(answer for each in below for answer in each)]

    def latest_for(self, node, heads, needed):
        """Try every choice of members that would do, and return until when the best one lasts."""
        if node.due is not None:
            return self.deadline(node)
        open_ = [each for each in heads if not each.met]
        missing = needed - (len(heads) - len(open_))
        if missing <= 0:
            open_, missing = heads, needed
        ends = [
            min((each.due or NEVER for each in choice), default=NEVER)
            for choice in combinations(open_, missing)
        ]
        best = max(ends, default=NEVER)
        return None if best == NEVER else best

    def deadline(self, node):
        if node.due is None:
            return None
        anchors = self.person.anchors
        own = [anchors[f"{node.due.anchor}:{role}"] for role in node.roles
               if f"{node.due.anchor}:{role}" in anchors]  # fmt: skip
        start = min(own) if own else anchors.get(node.due.anchor)
        if start is None:
            return None
        try:
            for _ in range(node.due.days):
                start = start + DAY
        except OverflowError:
            return None
        return start

    def clause(self, node, path):
        good = [each for each in self.person.facts if self.counts(node, each)]
        need = self.need(node)
        verified = self.amount(node, [each for each in good if each.verified], need)
        any_ = self.amount(node, good, need)
        first = [self.stands(name, {node.id}) for name in node.after]
        if not all(met for met, _ in first):
            open_ = all(maybe for met, maybe in first if not met)
            return Answer(
                path, False, Decimal(0), need, self.deadline(node), open_ and any_ >= need
            )
        met = verified >= need
        return Answer(path, met, verified, need, self.deadline(node), met or any_ >= need)

    def stands(self, name, waiting):
        """Say whether what has to come first is met, and whether it might be by a review."""
        found = self.around(name)
        if not found:
            return False, False
        if not all(self.asked_of(each) for each in found):
            return True, True
        head = self.answers(found[-1])[0]
        return head.met, head.maybe

    def need(self, node):
        """Return what is needed: the least that some experience has brought it to."""
        whole = Decimal(max(node.count or 1, 1))
        if node.kind == "quiz" and node.pass_percent:
            whole = node.pass_percent
        elif node.count is None and node.hours and node.kind not in (*GRANTED, "quiz"):
            whole = node.hours
        for less in node.reductions:
            gained = Decimal(0)
            for each in self.person.facts:
                if (
                    each.passed
                    and each.verified
                    and each.on <= self.on
                    and fits(less.keys, each.key)
                ):
                    if not less.hours:
                        gained += 1
                    elif usable(each.hours, 100_000) and each.hours > 0:
                        gained += each.hours
            if gained >= less.at_least:
                whole = min(whole, less.to)
        return whole

    def counts(self, node, fact):
        """Say whether a fact may count for a clause on this day, verified or not."""
        if not fits((node.id, *node.counts), fact.key):
            return False
        if not fact.on <= self.on:
            return False
        if node.since is not None:
            anchor = self.person.anchors.get(node.since.anchor)
            first = None if anchor is None else months_before(anchor, node.since.months)
            if first is not None and fact.on < first:
                return False
        ends = [fact.valid_until] if fact.valid_until is not None else []
        if node.valid_months is not None and not (node.kind == "credential" and ends):
            ends.append(months_after(fact.on, node.valid_months))
        return all(self.on < end for end in ends)

    def amount(self, node, facts, need):
        """Add up by hand what some facts are worth, in the unit of the clause."""
        if node.kind == "quiz" and node.pass_percent:
            return max((self.percent(node, each) for each in facts), default=Decimal(0))
        in_hours = node.count is None and node.hours and node.kind not in (*GRANTED, "quiz")
        worth = []
        for fact in facts:
            if not fact.passed or not self.reaches_mark(node, fact):
                continue
            if node.hours_types and fact.hours_type not in node.hours_types:
                continue
            if not in_hours:
                worth.append((fact, Decimal(1)))
            elif usable(fact.hours, 100_000) and fact.hours > 0:
                worth.append((fact, fact.hours))
        if not node.repeats:
            # Each key once, for the most it brought.
            worth = [
                max((pair for pair in worth if pair[0].key == key), key=lambda pair: pair[1])
                for key in {fact.key for fact, _ in worth}
            ]
        free, pots = Decimal(0), [Decimal(0) for _ in node.caps]
        for fact, amount in worth:
            for at, cap in enumerate(node.caps):
                if fact.hours_type in cap.hours_types or fits(cap.keys, fact.key):
                    pots[at] += amount
                    break
            else:
                free += amount
        for cap, pot in zip(node.caps, pots, strict=True):
            most = cap.most if cap.most is not None else need * (cap.percent or 0) / 100
            free += min(pot, most)
        return free

    def reaches_mark(self, node, fact):
        if not node.pass_percent:
            return True
        if fact.score is None:
            return fact.key == node.id or fact.key in node.unscored
        return usable(fact.score, 100) and fact.score >= node.pass_percent

    def percent(self, node, fact):
        if fact.score is None:
            return node.pass_percent if fact.passed and fact.key == node.id else Decimal(0)
        if not usable(fact.score, 100):
            return Decimal(0)
        return fact.score if fact.passed or fact.score < node.pass_percent else Decimal(0)

    # --- the whole ----------------------------------------------------------------------------
    def findings(self, gates=None):
        """Return the answers that a decision lists, and those of its top that decide."""
        found, decisive = [], []
        for node in self.tree:
            if not self.asked_of(node):
                continue
            if gates is None:
                decides = not node.passive and bool(set(node.gates) - PASSIVE)
            else:
                decides = bool(set(node.gates) & set(gates))
                if not decides:
                    continue
            answers = self.answers(node)
            found += answers
            if decides:
                decisive.append(answers[0])
        return found, decisive

    def outcome(self, gates=None):
        _, decisive = self.findings(gates)
        if decisive and all(each.met for each in decisive):
            return Outcome.MET
        if decisive and all(each.maybe for each in decisive):
            return Outcome.NEEDS_REVIEW
        return Outcome.UNMET


def fits(patterns, key):
    """Say whether a key is one of those meant, or begins like one that ends in a star."""
    return any(
        key.startswith(each[: len(each) - 1]) if each.endswith("*") else key == each
        for each in patterns
    )


def usable(number, most):
    return number.is_finite() and 0 <= number <= most


def months_after(day, months):
    """Return the first day after so many months: step month by month, then day by day.

    A month that lacks the day lets the period end with the month.
    """
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    try:
        return date(year, month, day.day)
    except ValueError:
        if year > 9999:
            return NEVER
        following = (year + 1, 1) if month == 12 else (year, month + 1)
        return date(*following, 1)


def months_before(day, months):
    """Return the same day so many months earlier, or the last one of a month that lacks it."""
    year, month = day.year, day.month
    for _ in range(months):
        month -= 1
        if month == 0:
            year, month = year - 1, 12
    if year < 1:
        return None
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return None
