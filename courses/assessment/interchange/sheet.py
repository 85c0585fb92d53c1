"""Read questions from a table, CSV or XLSX: one row for each question."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w
from courses.assessment.interchange.gift import number, span
from courses.assessment.interchange.tags import RULES, tidy
from lms.kit.tables import TableError, read_table

FORMAT: Final = "table"
PLAIN: Final = (
    "id", "type", "question", "correct", "shares", "rule", "unit", "max_words", "feedback",
    "points", "objective", "competency", "tags", "difficulty", "critical", "confidence",
)  # fmt: skip
NUMBERED: Final = ("option", "match", "feedback")
ALIASES: Final = {"stem": "question", "key": "id", "kind": "type", "answer": "correct"}
KIND_WORDS: Final = {
    "single": w.SINGLE, "single choice": w.SINGLE, "one": w.SINGLE, "mc": w.SINGLE,
    "multiple": w.MULTIPLE, "multiple choice": w.MULTIPLE, "several": w.MULTIPLE,
    "ma": w.MULTIPLE, "true_false": w.TRUE_FALSE, "true/false": w.TRUE_FALSE,
    "true false": w.TRUE_FALSE, "tf": w.TRUE_FALSE, "matching": w.MATCHING, "match": w.MATCHING,
    "ordering": w.ORDERING, "order": w.ORDERING, "short_text": w.SHORT_TEXT,
    "short text": w.SHORT_TEXT, "short answer": w.SHORT_TEXT, "numeric": w.NUMERIC,
    "number": w.NUMERIC, "numerical": w.NUMERIC, "essay": w.ESSAY,
}  # fmt: skip
YES: Final = {"yes", "y", "true", "t", "1", "x"}
NO: Final = {"no", "n", "false", "f", "0", ""}
_NUMBERED_HEAD: Final = re.compile(r"(option|match|feedback)[ _-]?(\d{1,2}|[a-z])")


def read(data: bytes) -> w.Reading:
    """Return what a table holds, row by row.

    Raises:
        UnreadableFile: it is no table, or has no column with the questions.
    """
    try:
        table = read_table(data, max_rows=w.MOST_QUESTIONS)
    except TableError as error:
        raise w.UnreadableFile(str(error)) from None
    columns, unknown = _columns(table.headers)
    if "question" not in columns.values():
        raise w.UnreadableFile(
            _(
                "No column is headed “question”. The first row names the columns; download the"
                " template to see them all."
            )
        )
    if not table.rows:
        raise w.UnreadableFile(_("The table has headings but no questions below them."))
    notes = list(table.notes)
    if unknown:
        notes.append(
            _("Columns that are not known were left out: %(names)s.")
            % {"names": ", ".join(w.beginning(each, 40) for each in unknown)}
        )
    seen = []
    for row in table.rows:
        cells = {columns[head]: text for head, text in row.values.items() if head in columns}
        seen.append(_seen(row.number, cells))
    return w.Reading(FORMAT, tuple(seen), tuple(notes))


def _columns(headers: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Return {heading: our name} and the headings that are not known."""
    known: dict[str, str] = {}
    unknown = []
    for header in headers:
        bare = header.casefold().strip()
        name = ALIASES.get(bare.replace(" ", "_"), bare.replace(" ", "_"))
        found = _NUMBERED_HEAD.fullmatch(bare)
        if found:
            at = int(found[2]) if found[2].isdigit() else ord(found[2]) - ord("a") + 1
            name = f"{found[1]}_{at}" if 1 <= at <= w.MOST_CHOICES else ""
        elif name not in PLAIN:
            name = ""
        if not name or name in known.values():
            unknown.append(header)
        else:
            known[header] = name
    return known, unknown


def _seen(number: int, cells: Mapping[str, str]) -> w.Seen:
    place = _("Row %(number)d") % {"number": number}
    begins = w.beginning(cells.get("question", "") or cells.get("id", ""))
    remarks = w.Remarks()
    try:
        question = _question(_Cells(cells, remarks))
    except w.UnreadableQuestion as fault:
        return w.Seen(number, place, fault=str(fault), begins=begins)
    return w.Seen(number, place, written=question, begins=begins, notes=tuple(remarks.said))


class _Cells:
    """The cells of one row, by the names of our columns."""

    def __init__(self, cells: Mapping[str, str], remarks: w.Remarks) -> None:
        self.cells = cells
        self.remarks = remarks

    def text(self, name: str) -> str:
        """Return a cell, empty where the table has no such column."""
        return self.cells.get(name, "")

    def numbered(self) -> list[tuple[int, str, str, str]]:
        """Return (number, option, match, feedback) of the numbered cells that say something."""
        rows = []
        for at in range(1, w.MOST_CHOICES + 1):
            option, match, told = (self.text(f"{name}_{at}") for name in NUMBERED)
            if option or match or told:
                rows.append((at, option, match, told))
        return rows

    def options(self) -> list[tuple[int, str, str]]:
        """Return (number, option, feedback).

        Raises:
            UnreadableQuestion: there is feedback without an option.
        """
        found = []
        for at, option, match, feedback in self.numbered():
            if not option:
                raise w.UnreadableQuestion(
                    _("option_%(number)d is empty, but there is feedback or a match for it.")
                    % {"number": at}
                )
            if match:
                raise w.UnreadableQuestion(
                    _("match_%(number)d is only for questions of the type matching.")
                    % {"number": at}
                )
            found.append((at, option, feedback))
        return found

    def whole(self, name: str, least: int, most: int, default: int | None) -> int | None:
        """Return a whole number.

        Raises:
            UnreadableQuestion: the cell holds something else.
        """
        text = self.text(name)
        if not text:
            return default
        if not re.fullmatch(r"\d{1,6}(?:\.0+)?", text) or not least <= int(float(text)) <= most:
            raise w.UnreadableQuestion(
                _("%(column)s is “%(text)s”; write a whole number from %(least)d to %(most)d.")
                % {"column": name, "text": w.beginning(text, 20), "least": least, "most": most}
            )
        return int(float(text))

    def flag(self, name: str) -> bool:
        """Return yes or no.

        Raises:
            UnreadableQuestion: the cell says something else.
        """
        text = self.text(name).casefold()
        if text not in YES | NO:
            raise w.UnreadableQuestion(
                _("%(column)s is “%(text)s”; write yes or no.")
                % {"column": name, "text": w.beginning(text, 20)}
            )
        return text in YES

    def shares(self, count: int) -> list[Decimal]:
        """Return the share of each numbered cell: all of the points where nothing is said.

        Raises:
            UnreadableQuestion: there are more or fewer of them, or one is no share.
        """
        text = self.text("shares")
        if not text:
            return [w.FULL] * count
        parts = [number(part.strip().rstrip("%")) for part in text.split(";")]
        if len(parts) != count or not all(0 < part <= 100 for part in parts):
            raise w.UnreadableQuestion(
                _("shares needs %(count)d numbers above 0 and up to 100, like 100;50.")
                % {"count": count}
            )
        return [part / 100 for part in parts]


def _question(cells: _Cells) -> w.Written:
    stem = cells.text("question")
    if not stem:
        raise w.UnreadableQuestion(_("The column “question” is empty. Write the question."))
    kind = _kind(cells)
    rule = cells.text("rule").casefold()
    if rule and rule not in RULES:
        raise w.UnreadableQuestion(
            _("The rule “%(rule)s” is not known. Known are: %(rules)s.")
            % {"rule": w.beginning(rule, 30), "rules": ", ".join(sorted(RULES))}
        )
    parts = _PARTS[kind](cells)
    return w.Written(
        kind=kind,
        stem=stem,
        key=cells.text("id"),
        rule=rule,
        unit=cells.text("unit"),
        max_words=cells.whole("max_words", 10, 3000, None),
        feedback=cells.text("feedback"),
        points=cells.whole("points", 1, 100, 1) or 1,
        asks_confidence=cells.flag("confidence"),
        objective=cells.text("objective"),
        competency=cells.text("competency"),
        tags=tidy([cells.text("tags")], cells.remarks),
        difficulty=cells.whole("difficulty", 1, 3, 1) or 1,
        critical=cells.flag("critical"),
        said=frozenset(
            name
            for name in w.ABOUT
            if cells.text("confidence" if name == "asks_confidence" else name)
        ),
        **parts,  # type: ignore[arg-type]  # what each kind adds, by the names of the fields
    )


def _kind(cells: _Cells) -> str:
    text = cells.text("type").casefold()
    if not text:
        if cells.text("correct").casefold() in {"true", "false"} and not cells.numbered():
            return w.TRUE_FALSE
        return w.MULTIPLE if ";" in cells.text("correct") else w.SINGLE
    kind = KIND_WORDS.get(text)
    if kind is None:
        raise w.UnreadableQuestion(
            _("The type “%(type)s” is not known. Known are: %(types)s.")
            % {
                "type": w.beginning(text, 30),
                "types": ", ".join(dict.fromkeys(KIND_WORDS.values())),
            }
        )
    return kind


# --- what each kind needs -------------------------------------------------------------------
def _chosen(cells: _Cells) -> dict[str, object]:
    options = cells.options()
    if len(options) < 2:
        raise w.UnreadableQuestion(_("Fewer than two options. Fill option_1 and option_2."))
    right = _right(cells.text("correct"), options)
    choices = tuple(
        w.Choice(text, w.FULL if at in right else w.NOTHING, told) for at, text, told in options
    )
    return {"choices": choices}


def _right(text: str, options: list[tuple[int, str, str]]) -> set[int]:
    """Return the numbers of the right options: "2", "1;3", "B", "A;C" or the words of one.

    Raises:
        UnreadableQuestion: none is named, or one that is not there.
    """
    numbers = {at for at, _text, _told in options}
    named = [at for at, option, _told in options if option == text]
    if len(named) == 1 and not (text.isdigit() and int(text) in numbers):
        return set(named)
    found = set()
    for part in re.split(r"[;,]", text):
        part = part.strip()
        if re.fullmatch(r"\d{1,2}(?:\.0)?", part):
            at = int(float(part))
        else:
            at = ord(part.upper()) - ord("A") + 1 if re.fullmatch("[A-Za-z]", part) else 0
        if at not in numbers:
            raise w.UnreadableQuestion(
                _("correct is “%(text)s”; name the right options by number, like 2 or 1;3.")
                % {"text": w.beginning(text, 30)}
            )
        found.add(at)
    return found


def _truth(cells: _Cells) -> dict[str, object]:
    text = cells.text("correct").casefold()
    if text not in (YES | NO) - {""}:
        raise w.UnreadableQuestion(_("correct must be true or false for this type."))
    rows = cells.numbered()
    told = {at: feedback for at, _option, _match, feedback in rows}
    if not set(told) <= {1, 2} or any(option or match for _at, option, match, _told in rows):
        raise w.UnreadableQuestion(
            _("True or false has no options of its own; feedback_1 is for true, feedback_2 false.")
        )
    truth = text in YES
    right, wrong = (1, 2) if truth else (2, 1)
    return {
        "truth": truth,
        "feedback_right": told.get(right, ""),
        "feedback_wrong": told.get(wrong, ""),
    }


def _pairs(cells: _Cells) -> dict[str, object]:
    pairs = []
    for at, option, match, told in cells.numbered():
        if not match:
            raise w.UnreadableQuestion(
                _("match_%(number)d is empty. Write what belongs to option_%(number)d.")
                % {"number": at}
            )
        if told:
            cells.remarks.say(_("Feedback of single pairs was left out."))
        pairs.append(w.Pair(option, match))
    if len(pairs) < 2:
        raise w.UnreadableQuestion(_("Matching needs at least two pairs: option_1 with match_1 …"))
    return {"pairs": tuple(pairs)}


def _ordered(cells: _Cells) -> dict[str, object]:
    options = cells.options()
    if len(options) < 2:
        raise w.UnreadableQuestion(_("Fewer than two things to put in order."))
    return {"choices": tuple(w.Choice(text, w.FULL, told) for _at, text, told in options)}


def _accepted(cells: _Cells) -> dict[str, object]:
    options = cells.options()
    if not options:
        raise w.UnreadableQuestion(_("Write every accepted answer into option_1, option_2 …"))
    shares = cells.shares(len(options))
    return {
        "choices": tuple(
            w.Choice(text, share, told)
            for (_at, text, told), share in zip(options, shares, strict=True)
        )
    }


def _numbers(cells: _Cells) -> dict[str, object]:
    options = cells.options() or [(1, cells.text("correct"), "")]
    if not options[0][1]:
        raise w.UnreadableQuestion(
            _("Write the right number into option_1: 12, or 12:0.5 (give or take), or 10..14.")
        )
    shares = cells.shares(len(options))
    ranges = [
        span(text, share, told) for (_at, text, told), share in zip(options, shares, strict=True)
    ]
    return {"ranges": tuple(ranges)}


def _marked(cells: _Cells) -> dict[str, object]:
    options = cells.options()
    points = [number(part.strip()) for part in cells.text("shares").split(";") if part.strip()]
    if points and len(points) != len(options):
        raise w.UnreadableQuestion(_("shares needs as many numbers as there are criteria."))
    if any(each != int(each) or not 1 <= each <= 20 for each in points):
        raise w.UnreadableQuestion(_("The points of a criterion are whole, from 1 to 20."))
    worth = [int(each) for each in points] or [1] * len(options)
    return {
        "criteria": tuple(
            (text, each) for (_at, text, _told), each in zip(options, worth, strict=True)
        )
    }


_PARTS: Final[dict[str, Callable[[_Cells], dict[str, object]]]] = {
    w.SINGLE: _chosen,
    w.MULTIPLE: _chosen,
    w.TRUE_FALSE: _truth,
    w.MATCHING: _pairs,
    w.ORDERING: _ordered,
    w.SHORT_TEXT: _accepted,
    w.NUMERIC: _numbers,
    w.ESSAY: _marked,
}
