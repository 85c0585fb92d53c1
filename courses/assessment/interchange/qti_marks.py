"""Read how a QTI item is marked: what is correct, what is mapped, and which numbers count."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w
from courses.assessment.interchange.elements import attribute, below, name_of

_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:[eE][-+]?\d{1,2})?")


@dataclass(slots=True)
class Marks:
    """What a response declaration and the response processing say about one response."""

    cardinality: str = "single"
    base_type: str = "identifier"
    correct: list[str] = field(default_factory=list)
    mapped: dict[str, Decimal] = field(default_factory=dict)
    case_counts: bool = False
    mapping_counts: bool = False
    tests: list[Element] = field(default_factory=list)

    def shares(self, keys: Sequence[str], *, together: bool) -> dict[str, Decimal]:
        """Return what each option earns of the points; ``together``: all right ones earn all.

        Raises:
            UnreadableQuestion: what is right is no option.
        """
        unknown = set(self.correct) - set(keys)
        if unknown:
            raise w.UnreadableQuestion(
                _("The right answer “%(key)s” is none of the options.")
                % {"key": w.beginning(min(unknown), 40)}
            )
        if self.mapped and (self.mapping_counts or not self.correct):
            best = [value for value in self.mapped.values() if value > 0]
            whole = (sum(best, w.NOTHING) if together else max(best, default=w.NOTHING)) or w.FULL
            return {key: self.mapped.get(key, w.NOTHING) / whole for key in keys}
        share = w.FULL / max(len(self.correct), 1) if together else w.FULL
        return {key: share if key in self.correct else w.NOTHING for key in keys}

    def rule_for(self, shares: dict[str, Decimal]) -> str:
        """Return the rule by which a choice of several is marked; empty: none of ours."""
        if not self.mapping_counts:
            return "all_or_nothing"
        return ""

    def accepted(self) -> list[tuple[str, Decimal]]:
        """Return the accepted words with the share that each earns."""
        best = max(self.mapped.values(), default=w.NOTHING)
        if best > 0:
            found = {text: share / best for text, share in self.mapped.items() if share > 0}
            found |= {text: w.FULL for text in self.correct if text not in found}
            return list(found.items())
        return [(text, w.FULL) for text in dict.fromkeys(self.correct)]

    def ranges(self) -> tuple[w.Range, ...]:
        """Return the numbers that count.

        Raises:
            UnreadableQuestion: what should be a number is none.
        """
        tested = [found for test in self.tests for found in self._tested(test)]
        best = max((each.share for each in tested), default=w.NOTHING)
        if tested and best > 0:
            return tuple(
                replace(each, share=each.share / best) for each in tested if each.share > 0
            )
        if tested:
            return tuple(replace(each, share=w.FULL) for each in tested)
        mapped = [(_figure(text), share) for text, share in self.accepted()]
        return tuple(w.Range(value, value, share, value=value) for value, share in mapped)

    def _tested(self, test: Element) -> Iterator[w.Range]:
        """Yield the numbers of one branch of the response processing; share: its score."""
        scores = [
            _figure("".join(value.itertext()))
            for outcome in below(test, "setoutcomevalue")
            for value in below(outcome, "basevalue")
            if _is_figure("".join(value.itertext()))
        ]
        worth = max(scores, default=w.NOTHING)
        condition = test[0] if len(test) else None
        if condition is None:
            return
        if name_of(condition) == "equal":
            yield self._about(condition, worth)
        elif name_of(condition) == "and":
            yield w.Range(*_between(condition), worth)

    def _about(self, equal: Element, worth: Decimal) -> w.Range:
        values = ["".join(each.itertext()) for each in below(equal, "basevalue")] or self.correct
        if not values:
            raise w.UnreadableQuestion(_("The item does not say which number is right."))
        middle = _figure(values[0])
        mode = attribute(equal, "toleranceMode") or "exact"
        parts = attribute(equal, "tolerance").split() if mode != "exact" else ["0"]
        spans = [_figure(part) for part in parts[:2]] or [w.NOTHING]
        lower, upper = spans[0], spans[-1]
        if mode == "relative":
            lower, upper = abs(middle) * lower / 100, abs(middle) * upper / 100
        return w.Range(middle - abs(lower), middle + abs(upper), worth, value=middle)


def _between(condition: Element) -> tuple[Decimal, Decimal]:
    """Return the ends of "not less than … and not more than …".

    Raises:
        UnreadableQuestion: the condition says something else.
    """
    ends: dict[str, Decimal] = {}
    for each in condition:
        values = ["".join(value.itertext()) for value in below(each, "basevalue")]
        if name_of(each) in {"gte", "lte"} and len(values) == 1:
            ends[name_of(each)] = _figure(values[0])
    if set(ends) != {"gte", "lte"} or ends["gte"] > ends["lte"]:
        raise w.UnreadableQuestion(_("How the number is marked cannot be understood."))
    return ends["gte"], ends["lte"]


def marks_of(root: Element, identifier: str) -> Marks:
    """Return how the response with this identifier is marked.

    Raises:
        UnreadableQuestion: the item declares no such response, or marks it beyond understanding.
    """
    declared = list(below(root, "responsedeclaration"))
    mine = [each for each in declared if attribute(each, "identifier") == identifier]
    if not mine and len(declared) == 1 and not identifier:
        mine = declared
    if not mine:
        raise w.UnreadableQuestion(_("The item does not declare what is right."))
    declaration = mine[0]
    marks = Marks(
        cardinality=attribute(declaration, "cardinality") or "single",
        base_type=attribute(declaration, "baseType") or "identifier",
    )
    for correct in below(declaration, "correctresponse"):
        values = ["".join(each.itertext()).strip() for each in below(correct, "value")]
        marks.correct += [value for value in values if value]
    for entry in below(declaration, "mapentry"):
        marks.mapped[attribute(entry, "mapKey")] = _figure(attribute(entry, "mappedValue") or "0")
        marks.case_counts = marks.case_counts or attribute(entry, "caseSensitive") == "true"
    for processing in below(root, "responseprocessing"):
        template = attribute(processing, "template")
        inside = any(True for _each in below(processing, "mapresponse"))
        marks.mapping_counts = inside or "map_response" in template
        for name in ("responseif", "responseelseif"):
            marks.tests += below(processing, name)
    return marks


def _is_figure(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip()))


def _figure(text: str) -> Decimal:
    if not _is_figure(text):
        raise w.UnreadableQuestion(
            _("“%(text)s” is not a number, but should be one.") % {"text": w.beginning(text, 30)}
        )
    return Decimal(text.strip())
