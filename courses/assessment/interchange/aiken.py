"""Read Aiken, the plainest format: one right answer, lettered options, an ANSWER line."""

import re
from typing import Final

from django.utils.translation import gettext as _

from courses.assessment.interchange import texts
from courses.assessment.interchange import written as w

FORMAT: Final = "aiken"
_OPTION: Final = re.compile(r"^\s*([A-Z])[.)]\s*(.*)$")
_ANSWER: Final = re.compile(r"^\s*ANSWER\s*:\s*(.*)$", re.IGNORECASE)
_LETTER: Final = re.compile(r"([A-Za-z])[.)]?")


def read(data: bytes) -> w.Reading:
    """Return what an Aiken file holds, question by question.

    Raises:
        UnreadableFile: it is no text, or there is nothing in it.
    """
    text, notes = texts.decode(data)
    seen: list[w.Seen] = []
    pieces: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            pieces.append((number, line.strip()))
        if _ANSWER.match(line):
            seen.append(_seen(len(seen) + 1, pieces))
            pieces = []
        if len(seen) > w.MOST_QUESTIONS:
            raise w.UnreadableFile(
                _("The file has more than %(most)d questions. Split it into smaller files.")
                % {"most": w.MOST_QUESTIONS}
            )
    if pieces:
        seen.append(_seen(len(seen) + 1, pieces))
    return w.Reading(FORMAT, tuple(seen), tuple(notes))


def _seen(number: int, pieces: list[tuple[int, str]]) -> w.Seen:
    place = _("Line %(number)d") % {"number": pieces[0][0]}
    begins = w.beginning(pieces[0][1])
    try:
        question = _question(pieces)
    except w.UnreadableQuestion as fault:
        return w.Seen(number, place, fault=str(fault), begins=begins)
    return w.Seen(number, place, written=question, begins=begins)


def _question(pieces: list[tuple[int, str]]) -> w.Written:
    """Return the question in its lines.

    Raises:
        UnreadableQuestion: it is not as Aiken has it.
    """
    stem: list[str] = []
    options: list[str] = []
    answer = None
    for number, line in pieces:
        found, told = _OPTION.match(line), _ANSWER.match(line)
        if told:
            answer = told[1].strip()
        elif found and ord(found[1]) - ord("A") == len(options):
            options.append(found[2].strip())
        elif not options:
            stem.append(line)
        elif found:
            raise w.UnreadableQuestion(
                _("Line %(number)d: option %(letter)s is out of order; %(next)s comes next.")
                % {"number": number, "letter": found[1], "next": chr(ord("A") + len(options))}
            )
        else:
            raise w.UnreadableQuestion(
                _(
                    "Line %(number)d is neither an option (like “B. words”) nor the answer (like"
                    " “ANSWER: B”). Write each option on one line."
                )
                % {"number": number}
            )
    return _built(stem, options, answer)


def _built(stem: list[str], options: list[str], answer: str | None) -> w.Written:
    if not stem:
        raise w.UnreadableQuestion(_("There is no question before the options."))
    if len(options) < 2:
        raise w.UnreadableQuestion(_("Fewer than two options. Write them as “A. words”."))
    if answer is None:
        raise w.UnreadableQuestion(_("The line with the answer is missing, like “ANSWER: B”."))
    if not all(options):
        raise w.UnreadableQuestion(_("An option is empty. Write it, or take its line away."))
    letter = _LETTER.fullmatch(answer)
    right = ord(letter[1].upper()) - ord("A") if letter else -1
    if not 0 <= right < len(options):
        raise w.UnreadableQuestion(
            _("“ANSWER: %(answer)s” names none of the options A to %(last)s.")
            % {"answer": w.beginning(answer, 20), "last": chr(ord("A") + len(options) - 1)}
        )
    choices = tuple(
        w.Choice(texts.literal(text), w.FULL if at == right else w.NOTHING)
        for at, text in enumerate(options)
    )
    return w.Written(w.SINGLE, texts.literal("\n".join(stem)), choices=choices)
