"""Answer in plain words why somebody is not certified: one sentence, then each requirement.

It is the Decision of ``report_on``, printed; the words of findings are those of the desks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.credentials.cases import Report
from certification.dashboards import next_step
from certification.dashboards.acting import actor_name
from certification.dashboards.findings import Item, keys_of, read_findings
from certification.dashboards.uncounted import (
    Evidence,
    Titles,
    evidence_line,
    leaves_for,
    not_asked,
    uncounted,
)
from certification.dashboards.verdict import Happened, happened, headline
from certification.engine.decision import Finding, Unit
from certification.engine.requirements import Node, walk
from lms.kit import formats

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Reason:
    """One requirement: what is asked, on record and missing, by when, and who acts where.

    `counted` is the evidence behind it; `others` are on record and do not count.
    """

    item: Item
    asked: str
    have: str
    missing: str
    by: str
    who: Text
    where: str
    counted: tuple[Evidence, ...]
    others: tuple[Evidence, ...]
    after: str = ""

    @property
    def ran_out(self) -> bool:
        """Tell whether something counted and does no more."""
        return any(each.ran_out for each in self.others)


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer. `hidden`: how many requirements the reader may not see.

    `more` are open requirements that do not stand in the way now; `not_asked` is on record for
    another role.
    """

    headline: str
    happened: Happened | None
    open: tuple[Reason, ...]
    more: tuple[Reason, ...]
    met: tuple[Reason, ...]
    not_asked: tuple[Evidence, ...]
    hidden: int
    certified: bool


def keys_for(report: Report) -> list[str]:
    """Return the evidence keys whose titles `explain` wants."""
    return sorted({*keys_of(report.rules), *(fact.key for fact in report.facts.facts)})


def explain(report: Report, titles: Titles, *, mine: bool, licences: bool = True) -> Why:
    """Return the answer for a report; `titles` are (title, address) by evidence key.

    `mine`: to the person. Without `licences` nothing is told of licences and background checks.
    """
    found = read_findings(report.decision, report.rules, report.facts, titles, licences=licences)
    read = _Reader(report, titles, mine)
    decisive = {*(each.id for each in found.left)}
    others = [each for each in found.renewal if each.id not in decisive]
    return Why(
        headline=headline(report, mine),
        happened=happened(report, mine),
        open=tuple(read.reason(each) for each in found.left),
        more=tuple(read.reason(each) for each in others),
        met=tuple(read.reason(each) for each in found.done),
        not_asked=tuple(
            not_asked(report.rules.requirements, report.facts, report.on, titles)
            if licences
            else ()
        ),
        hidden=found.hidden,
        certified=report.status == "certified",
    )


class _Reader:
    """Reads the requirements of one report, one after the other."""

    def __init__(self, report: Report, titles: Titles, mine: bool) -> None:
        self.report, self.titles, self.mine = report, titles, mine
        self.nodes = {node.id: node for node in report.rules.requirements}
        self.names = {path: node.title for path, node in walk(report.rules.requirements)}
        self.findings = {each.requirement: each for each in report.decision.findings}
        self.facts = {each.id: each for each in report.facts.facts}

    def reason(self, item: Item) -> Reason:
        """Return one requirement in words."""
        node, finding = self.nodes[item.id], self.findings[item.id]
        others = uncounted(node, self.report.facts, finding.because, self.report.on, self.titles)
        return Reason(
            item=item,
            asked=self.asked(node, finding),
            have=on_record(finding, item),
            missing="" if finding.met else missing(finding, waiting=item.waiting),
            by=_by(item, self.report.on),
            who=actor_name(item.actor, mine=self.mine),
            where="" if item.met else self._where(item),
            counted=tuple(
                evidence_line(self.facts[each], item.title, self.titles)
                for each in finding.because
                if each in self.facts
            ),
            others=tuple(others) if not item.met else (),
            after=self._after(finding),
        )

    def asked(self, node: Node, finding: Finding) -> str:
        """Return what a requirement asks, in words."""
        leaves = list(leaves_for(node, self.report.facts.roles_on(self.report.on)))
        if node.id not in {leaf.id for leaf in leaves}:
            words = {"n": formats.plain(finding.need), "titles": "; ".join(_titles(leaves))}
            return _("%(n)s of these: %(titles)s") % words
        return asked(finding, leaves[0].pass_percent)

    def _where(self, item: Item) -> str:
        if item.waiting:
            return _("It is on file and waits for somebody to check it.")
        if item.actor == "worker":
            return "" if item.href else str(next_step.other(item).text)
        return _("They record it when it is done.")

    def _after(self, finding: Finding) -> str:
        names = [self.names.get(each, each) for each in finding.blocked_by]
        return "; ".join(names)


def _titles(leaves: Iterable[Node]) -> Sequence[str]:
    return [leaf.title for leaf in leaves]


def on_record(finding: Finding, item: Item) -> str:
    """Return what there is, in the words of the desks; without a score, that there is nothing."""
    if finding.unit is Unit.PERCENT and not finding.because and not item.waiting:
        return _("Nothing on record yet")
    return item.amount


def asked(finding: Finding, mark: Decimal | None) -> str:
    """Return what one requirement asks: "1.5 h, with a score of 80 % or more"."""
    if finding.unit is Unit.PERCENT:
        return _("A score of %(mark)s or more") % {"mark": formats.percent(finding.need, 0)}
    if finding.unit is Unit.HOURS:
        text = formats.hours(finding.need)
    else:
        text = ngettext("Once", "%(n)s times", int(finding.need)) % {"n": int(finding.need)}
    if not mark:
        return text
    words = {"text": text, "mark": formats.percent(mark, 0)}
    return _("%(text)s, with a score of %(mark)s or more") % words


def missing(finding: Finding, *, waiting: bool) -> str:
    """Return what is still missing of one requirement."""
    if waiting:
        return _("Somebody must check what is on file")
    gap = finding.need - finding.have
    if finding.unit is Unit.PERCENT:
        return _("A score of %(mark)s") % {"mark": formats.percent(finding.need, 0)}
    if finding.unit is Unit.HOURS:
        return formats.hours(gap)
    if finding.need == 1:
        return _("All of it")
    return _("%(n)s more") % {"n": formats.plain(gap)}


def _by(item: Item, on: date) -> str:
    if item.due is None:
        return _("No deadline")
    words = {"day": formats.date_short(item.due)}
    if item.due < on:
        return _("It was due by %(day)s") % words
    return _("By %(day)s") % words
