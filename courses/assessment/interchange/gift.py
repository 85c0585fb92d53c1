"""Read GIFT, Moodle's text format: every kind of question that it knows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from courses.assessment.interchange import texts
from courses.assessment.interchange import written as w
from courses.assessment.interchange.tags import with_tags

FORMAT: Final = "gift"
TRUE: Final = {"T", "TRUE"}
FALSE: Final = {"F", "FALSE"}

# An escaped character is kept as a noncharacter while the file is taken apart; decode() leaves
# none of them in a text.
_ESCAPABLE: Final = "\\~=#{}:n"
_HIDDEN: Final = {mark: chr(0xFDD0 + at) for at, mark in enumerate(_ESCAPABLE)}
_SHOWN: Final = {hidden: "\n" if mark == "n" else mark for mark, hidden in _HIDDEN.items()}
_ESCAPED: Final = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN_ANY: Final = re.compile("[\ufdd0-\ufdd7]")
_TITLE: Final = re.compile(r"^::(.*?)::", re.DOTALL)
_FORMAT: Final = re.compile(r"^\[(html|plain|markdown|moodle)\]", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"^%(-?\d+(?:[.,]\d+)?)%")
_META: Final = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,3})?")
_CATEGORY: Final = "$CATEGORY:"
_MISSING: Final = "\\_\\_\\_\\_\\_"


class _Block:
    """Lines of a file that stand together, and where they begin."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.lines: list[str] = []
        self.comments: list[str] = []

    @property
    def text(self) -> str:
        """Return the lines without comments, escapes hidden."""
        return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], "\n".join(self.lines)).strip()


def read(data: bytes) -> w.Reading:
    """Return what a GIFT file holds, question by question.

    Raises:
        UnreadableFile: it is no text, or there is nothing in it.
    """
    text, notes = texts.decode(data)
    seen: list[w.Seen] = []
    category = ""
    for block in _blocks(text):
        if len(seen) >= w.MOST_QUESTIONS:
            raise w.UnreadableFile(
                _("The file has more than %(most)d questions. Split it into smaller files.")
                % {"most": w.MOST_QUESTIONS}
            )
        place = _("Line %(number)d") % {"number": block.line}
        remarks = w.Remarks()
        body = block.text
        piece = w.Seen(len(seen) + 1, place, begins=w.beginning(_shown(body)))
        if body.upper().startswith(_CATEGORY):
            category = _shown(body[len(_CATEGORY) :]).strip()
            seen.append(replace(piece, skipped=_("A category; it became a tag.")))
            continue
        try:
            question = _question(body, remarks)
            question = _labelled(question, block.comments, category, remarks)
        except w.NoQuestion as no:
            seen.append(replace(piece, skipped=str(no)))
        except w.UnreadableQuestion as fault:
            seen.append(replace(piece, fault=str(fault)))
        else:
            begins, notes_of_it = w.beginning(question.stem), tuple(remarks.said)
            seen.append(replace(piece, written=question, begins=begins, notes=notes_of_it))
    if not seen:
        raise w.UnreadableFile(_("The file holds comments only, and no question."))
    return w.Reading(FORMAT, tuple(seen), tuple(notes))


# --- taking the file apart ------------------------------------------------------------------
def _blocks(text: str) -> Iterator[_Block]:
    """Yield what blank lines set apart; answers may hold blank lines of their own."""
    lines = text.split("\n")
    block = _Block(1)
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith("//"):
            block.comments.append(line)
        elif line.strip():
            if not block.lines:
                block.line = number
            block.lines.append(line.rstrip())
            if line.lstrip().upper().startswith(_CATEGORY) and len(block.lines) == 1:
                yield block
                above = block.comments
                block = _Block(number + 1)
                block.comments = above
        elif block.lines and not _open_brace(block.lines, lines, number):
            yield block
            block = _Block(number + 1)
    if block.lines:
        yield block


def _open_brace(so_far: list[str], lines: list[str], number: int) -> bool:
    """Tell whether answers were begun and end further down, before others begin."""
    bare = _ESCAPED.sub("", "\n".join(so_far))
    if bare.count("{") <= bare.count("}"):
        return False
    rest = _ESCAPED.sub("", "\n".join(lines[number : number + 60]))
    begin, end = rest.find("{"), rest.find("}")
    return end >= 0 and (begin < 0 or end < begin)


def _shown(text: str) -> str:
    """Return a piece of the file with its escapes resolved."""
    return _HIDDEN_ANY.sub(lambda found: _SHOWN.get(found[0], ""), text)


# --- one question ---------------------------------------------------------------------------
def _question(body: str, remarks: w.Remarks) -> w.Written:
    """Return the question in a block.

    Raises:
        NoQuestion: it is text without answers.
        UnreadableQuestion: it cannot be understood.
    """
    title = _TITLE.match(body)
    if title:
        body = body[title.end() :].strip()
    markup = _FORMAT.match(body)
    kind_of_text = markup[1].lower() if markup else "moodle"
    if markup:
        body = body[markup.end() :].strip()
    begin, end = body.find("{"), body.rfind("}")
    if begin < 0 and end < 0:
        raise w.NoQuestion(_("Text without answers in braces { }, so it asks nothing."))
    if begin < 0 or end < begin:
        raise w.UnreadableQuestion(
            _("A brace is missing: answers stand between { and }. A brace in a text is \\{ or \\}.")
        )
    before, inside, after = body[:begin], body[begin + 1 : end], body[end + 1 :]
    if "{" in inside or "}" in inside:
        raise w.UnreadableQuestion(
            _(
                "There is more than one pair of braces. Leave a blank line between questions, and"
                " write braces in a text as \\{ and \\}."
            )
        )
    words = _Words(kind_of_text, remarks)
    stem = words.of(before.strip())
    if after.strip():
        stem = f"{stem} {_MISSING} {words.of(after.strip())}".strip()
    if not stem:
        raise w.UnreadableQuestion(_("The question has no text before its answers."))
    inside, mark, general = inside.partition("####")
    feedback = words.of(general.strip()) if mark else ""
    question = _answers(stem, inside.strip(), words)
    named = _shown(title[1]).strip() if title else ""
    return replace(question, key=named, feedback=feedback)


class _Words:
    """Turns the words of one question into Markdown, by the format that the question names."""

    def __init__(self, kind: str, remarks: w.Remarks) -> None:
        self.kind = kind
        self.remarks = remarks

    def of(self, piece: str) -> str:
        """Return a piece of the question as Markdown; it may name a format of its own."""
        own = _FORMAT.match(piece)
        kind = own[1].lower() if own else self.kind
        text = _shown(piece[own.end() :] if own else piece).strip()
        if kind == "markdown":
            return text
        if kind == "html" or (kind == "moodle" and re.search(r"</?[a-zA-Z][^<>]*>", text)):
            return texts.from_html(text, self.remarks)
        return texts.literal(text)


def _answers(stem: str, inside: str, words: _Words) -> w.Written:
    if not inside:
        return w.Written(w.ESSAY, stem)
    if inside.startswith("#"):
        return _numeric(stem, inside[1:], words)
    head, *told = inside.split("#")
    if head.strip().upper() in TRUE | FALSE:
        return _truth(stem, head.strip().upper() in TRUE, told, words)
    if "~" in inside:
        return _choice(stem, inside, words)
    if "=" not in inside:
        raise w.UnreadableQuestion(
            _("No answer begins with = (right) or ~ (wrong). Put one of them before each answer.")
        )
    rows = _rows(inside)
    arrows = ["->" in row for _mark, row in rows]
    if all(arrows):
        return _matching(stem, rows, words)
    return _short(stem, rows, words)


def _rows(inside: str) -> list[tuple[str, str]]:
    """Return the answers with the mark before each.

    Raises:
        UnreadableQuestion: there are words before the first mark.
    """
    head, *rest = re.split(r"([=~])", inside)
    if head.strip():
        raise w.UnreadableQuestion(
            _("“%(words)s” stands before the first answer and has no = or ~ before it.")
            % {"words": w.beginning(_shown(head), 40)}
        )
    return [(mark, row.strip()) for mark, row in zip(rest[::2], rest[1::2], strict=True)]


def _weighted(row: str) -> tuple[Decimal | None, str]:
    found = _WEIGHT.match(row)
    if not found:
        return None, row
    return Decimal(found[1].replace(",", ".")) / 100, row[found.end() :].strip()


def _told(row: str) -> tuple[str, str]:
    """Return an answer and its feedback."""
    answer, _mark, feedback = row.partition("#")
    return answer.strip(), feedback.strip()


def _truth(stem: str, truth: bool, told: list[str], words: _Words) -> w.Written:
    wrong, right, *more = [*(words.of(each.strip()) for each in told), "", ""]
    if any(more):
        words.remarks.say(_("More than two feedbacks; only the first two were kept."))
    return w.Written(w.TRUE_FALSE, stem, truth=truth, feedback_wrong=wrong, feedback_right=right)


def _choice(stem: str, inside: str, words: _Words) -> w.Written:
    choices = []
    rows = _rows(inside)
    for mark, row in rows:
        share, row = _weighted(row)
        answer, feedback = _told(row)
        if not answer:
            raise w.UnreadableQuestion(_("An answer is empty. Write it, or take its mark away."))
        if share is None:
            share = w.FULL if mark == "=" else w.NOTHING
        choices.append(w.Choice(words.of(answer), share, words.of(feedback) if feedback else ""))
    kind = w.SINGLE if any(mark == "=" for mark, _row in rows) else w.MULTIPLE
    return w.Written(kind, stem, choices=tuple(choices))


def _matching(stem: str, rows: list[tuple[str, str]], words: _Words) -> w.Written:
    pairs = []
    for _mark, row in rows:
        row, feedback = _told(row)
        if feedback:
            words.remarks.say(_("Feedback of single pairs was left out."))
        left, _arrow, right = row.partition("->")
        if not right.strip():
            raise w.UnreadableQuestion(_("A pair has nothing after its arrow ->."))
        # A side without words before the arrow is one more thing to choose that fits nothing.
        pairs.append(w.Pair(words.of(left.strip()), words.of(right.strip())))
    return w.Written(w.MATCHING, stem, pairs=tuple(pairs))


def _short(stem: str, rows: list[tuple[str, str]], words: _Words) -> w.Written:
    choices = []
    for _mark, row in rows:
        share, row = _weighted(row)
        answer, feedback = _told(row)
        text = _shown(answer).strip()
        if not text:
            raise w.UnreadableQuestion(_("An answer is empty. Write it, or take its mark away."))
        told = words.of(feedback) if feedback else ""
        choices.append(w.Choice(text, w.FULL if share is None else share, told))
    return w.Written(w.SHORT_TEXT, stem, choices=tuple(choices))


def _numeric(stem: str, inside: str, words: _Words) -> w.Written:
    inside = inside.strip()
    rows = _rows(inside) if inside[:1] in {"=", "~"} else [("=", inside)]
    ranges, wrong = [], ""
    for mark, row in rows:
        share, row = _weighted(row)
        answer, feedback = _told(row)
        told = words.of(feedback) if feedback else ""
        if mark == "~" and answer in {"", "*"}:
            wrong = told
            continue
        given = share if share is not None else (w.FULL if mark == "=" else w.NOTHING)
        ranges.append(span(_shown(answer), given, told))
    return w.Written(w.NUMERIC, stem, ranges=tuple(ranges), feedback_wrong=wrong)


def span(answer: str, share: Decimal, told: str) -> w.Range:
    """Return the numbers of "3", "3:2" (3 give or take 2) or "1..5".

    Raises:
        UnreadableQuestion: it is none of these.
    """
    low, dots, high = answer.partition("..")
    if dots:
        ends = number(low), number(high)
        if ends[0] > ends[1]:
            raise w.UnreadableQuestion(
                _("The range %(range)s ends before it begins.") % {"range": w.beginning(answer, 40)}
            )
        return w.Range(*ends, share, told)
    middle, colon, tolerance = answer.partition(":")
    value, about = number(middle), number(tolerance) if colon else w.NOTHING
    if about < 0:
        raise w.UnreadableQuestion(_("A tolerance cannot be less than nothing."))
    return w.Range(value - about, value + about, share, told, value)


def number(text: str) -> Decimal:
    """Return a number as people write it, with a point or one comma for decimals.

    Raises:
        UnreadableQuestion: it is no number.
    """
    text = text.strip()
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise w.UnreadableQuestion(
            _("“%(text)s” is not a number. Write numbers like 12 or 12.5, without a unit.")
            % {"text": w.beginning(text, 30)}
        )
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:  # cannot happen after the pattern; better words than a crash
        raise w.UnreadableQuestion(_("“%(text)s” is not a number.") % {"text": text}) from None
    if value and not -12 <= value.adjusted() <= 12:
        raise w.UnreadableQuestion(
            _("The number %(text)s is too large or too small.") % {"text": text}
        )
    return value


# --- what comments and categories say -------------------------------------------------------
def _labelled(
    question: w.Written, comments: list[str], category: str, remarks: w.Remarks
) -> w.Written:
    """Return the question with what Moodle writes above it: its id, its tags, its category."""
    tags: list[str] = []
    for comment in comments:
        for kind, value in _META.findall(comment):
            text = re.sub(r"\\(.)", r"\1", value).strip()
            if kind.lower() == "id" and text:
                question = replace(question, key=text)
            elif text:
                tags.append(text)
    if category:
        last = category.removeprefix("$course$").strip("/ ").rpartition("/")[2].strip()
        if last and last.casefold() != "top" and last not in tags:
            tags.append(last)
    return with_tags(question, tags, remarks)
