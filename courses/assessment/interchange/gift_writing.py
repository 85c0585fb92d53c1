"""Write questions as GIFT; what GIFT cannot say is told beside it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w
from courses.assessment.interchange.exported import CannotWrite, Exported, Telling, figures
from courses.assessment.interchange.tags import tags_of

_SPECIAL: Final = re.compile(r"[\\~=#{}:]")
_LOOKS_FORMATTED: Final = re.compile(r"\[(html|plain|markdown|moodle)\]", re.IGNORECASE)


def write(questions: Iterable[w.Written], *, title: str) -> Exported:
    """Return questions as a GIFT file."""
    telling = Telling()
    blocks = [f"// {w.beginning(title)}"]
    for question in questions:
        try:
            blocks.append(_question(question, telling))
        except CannotWrite as why:
            telling.leave_out(question.key, str(why))
        else:
            telling.count += 1
    return telling.exported(("\n\n".join(blocks) + "\n").encode())


def _question(question: w.Written, telling: Telling) -> str:
    answers = _answers(question, telling)
    if question.feedback:
        answers += f"\n####{_formatted(question.feedback)}"
    above = [f"[id:{_bracketed(question.key)}]"] if question.key else []
    above += [f"[tag:{_bracketed(tag)}]" for tag in tags_of(question)]
    comment = f"// {' '.join(above)}\n" if above else ""
    name = f"::{_escaped(question.key)}::" if question.key else ""
    return f"{comment}{name}[markdown]{_formatted(question.stem)} {{{answers}}}"


def _answers(question: w.Written, telling: Telling) -> str:
    match question.kind:
        case w.SINGLE:
            rows = [("=" if c.share == 1 else "~", c) for c in question.choices]
            return _rows([_choice(mark, c, "") for mark, c in rows])
        case w.MULTIPLE:
            return _multiple(question, telling)
        case w.TRUE_FALSE:
            told = [question.feedback_wrong, question.feedback_right]
            while told and not told[-1]:
                told.pop()
            return "#".join(["T" if question.truth else "F", *(_formatted(each) for each in told)])
        case w.MATCHING:
            return _matching(question)
        case w.SHORT_TEXT:
            if all("->" in choice.text for choice in question.choices):
                raise CannotWrite(_("An answer holds “->”, which GIFT takes for a pair."))
            return _rows([_accepted(choice) for choice in question.choices])
        case w.NUMERIC:
            return "#" + _rows([_range(each) for each in question.ranges])
        case w.ESSAY:
            if question.criteria:
                telling.note(question.key, _("By what it is marked is not in the file."))
            return ""
        case _other:
            raise CannotWrite(_("GIFT has no such kind of question."))


def _multiple(question: w.Written, telling: Telling) -> str:
    right = sum(choice.share > 0 for choice in question.choices)
    share = round(w.FULL / max(right, 1), 7)
    if question.rule != "right_minus_wrong":
        telling.note(
            question.key,
            _("Other tools mark it as right less wrong choices; our rule is kept as a tag."),
        )
    return _rows(
        [
            _choice("~", choice, _weight(share if choice.share > 0 else -share))
            for choice in question.choices
        ]
    )


def _matching(question: w.Written) -> str:
    rows = []
    for pair in question.pairs:
        if "->" in pair.left:
            raise CannotWrite(_("The left side holds “->”, which GIFT takes for a pair."))
        rows.append(f"={_formatted(pair.left)} -> {_formatted(pair.right)}")
    return _rows(rows)


def _range(each: w.Range) -> str:
    weight = "" if each.share == 1 else _weight(each.share)
    return f"={weight}{figures(each)}"


def _accepted(choice: w.Choice) -> str:
    bare = choice.share == 1 and not choice.text.startswith("%")
    told = f"#{_formatted(choice.feedback)}" if choice.feedback else ""
    return f"={'' if bare else _weight(choice.share)}{_escaped(choice.text)}{told}"


def _choice(mark: str, choice: w.Choice, weight: str) -> str:
    if not weight and choice.text.startswith("%"):
        weight = _weight(choice.share)
    told = f"#{_formatted(choice.feedback)}" if choice.feedback else ""
    return f"{mark}{weight}{_formatted(choice.text)}{told}"


def _weight(share: Decimal) -> str:
    return f"%{w.plain(share * 100)}%"


def _rows(rows: list[str]) -> str:
    return "".join(f"\n\t{row}" for row in rows) + "\n"


def _formatted(text: str) -> str:
    """Return a piece that does not look as if it named its own format."""
    return f"[markdown]{_escaped(text)}" if _LOOKS_FORMATTED.match(text) else _escaped(text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _bracketed(text: str) -> str:
    return re.sub(r"[\\\]]", r"\\\g<0>", " ".join(text.split()))
