"""Read one QTI item (2.0 to 2.2, and what 3.0 has in common with them) as a question."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from courses.assessment.interchange import texts
from courses.assessment.interchange import written as w
from courses.assessment.interchange.elements import attribute, below, name_of
from courses.assessment.interchange.qti_marks import Marks, marks_of

VERBATIM: Final = "mrss-markdown"
"""Class of an element whose words are Markdown, written so by our own export."""
CRITERIA: Final = "mrss-criteria"
KNOWN: Final = {
    "choiceinteraction",
    "matchinteraction",
    "orderinteraction",
    "textentryinteraction",
    "extendedtextinteraction",
}
_SHOWN_LATER: Final = {"feedbackinline", "feedbackblock", "modalfeedback", "rubricblock"}
_TRUE: Final = {"true"}
_FALSE: Final = {"false"}


def read_item(root: Element, remarks: w.Remarks) -> w.Written:
    """Return the question in an assessmentItem.

    Raises:
        UnreadableQuestion: it asks in a way that has no counterpart here, or without an answer.
    """
    body = next(below(root, "itembody"), None)
    if body is None:
        raise w.UnreadableQuestion(_("The item has no body (itemBody), so it asks nothing."))
    asking = [each for each in body.iter() if name_of(each).endswith("interaction")]
    unknown = sorted({name_of(each) for each in asking} - KNOWN)
    if unknown:
        raise w.UnreadableQuestion(
            _(
                "It asks by %(kinds)s, which cannot be taken over. Write it anew as a choice,"
                " matching, ordering, text or number question."
            )
            % {"kinds": ", ".join(unknown)}
        )
    if not asking:
        raise w.UnreadableQuestion(_("The item has nothing to answer (no interaction)."))
    if len(asking) > 1:
        raise w.UnreadableQuestion(
            _("The item asks %(count)d things at once. Make a question of each.")
            % {"count": len(asking)}
        )
    [interaction] = asking
    stem = _stem(body, interaction, remarks)
    if not stem:
        raise w.UnreadableQuestion(_("The question has no text."))
    identifier = attribute(interaction, "responseIdentifier")
    marks = marks_of(root, identifier)
    question = _READERS[name_of(interaction)](stem, interaction, marks, body, remarks)
    general, right, wrong = _feedback(root, marks, remarks)
    _see_the_rest(root, body, remarks)
    return replace(
        question,
        key=attribute(root, "identifier"),
        feedback=general,
        feedback_right=right or question.feedback_right,
        feedback_wrong=wrong or question.feedback_wrong,
    )


# --- words ----------------------------------------------------------------------------------
def words_of(element: Element, remarks: w.Remarks, *, leave: Element | None = None) -> str:
    """Return what an element says as Markdown, without feedback and without ``leave``."""
    verbatim = _verbatim(element, leave)
    if verbatim is not None:
        return "".join(verbatim.itertext()).strip()
    return texts.from_html("".join(_html(element, leave)), remarks)


def _verbatim(element: Element, leave: Element | None) -> Element | None:
    """Return the element inside that holds Markdown as it is, where our export wrote one."""
    for child in element:
        if child is leave or name_of(child) in _SHOWN_LATER:
            continue
        if VERBATIM in attribute(child, "class").split():
            return child
        found = _verbatim(child, leave)
        if found is not None:
            return found
    return None


def _html(element: Element, leave: Element | None) -> Iterator[str]:
    """Yield the inside of an element as HTML."""
    yield escape(element.text or "")
    for child in element:
        name = name_of(child)
        if child is not leave and name not in _SHOWN_LATER:
            tag = name if name.isalnum() else "span"
            given = "".join(
                f" {key.rpartition('}')[2]}={quoteattr(value)}"
                for key, value in child.attrib.items()
                if key.rpartition("}")[2] in {"href", "alt", "title", "src"}
            )
            yield f"<{tag}{given}>"
            yield from _html(child, leave)
            if tag not in {"br", "img", "hr"}:
                yield f"</{tag}>"
        elif name == "textentryinteraction":
            yield " \ue000 "
        yield escape(child.tail or "")


_GAP: Final = re.compile(r"\s*\ue000\s*")


def _stem(body: Element, interaction: Element, remarks: w.Remarks) -> str:
    around = words_of(body, remarks, leave=interaction)
    around = _GAP.sub(
        lambda gap: " " if gap.end() == len(around) else " \\_\\_\\_\\_\\_ ", around
    ).strip()
    prompt = next(below(interaction, "prompt"), None)
    if prompt is None:
        return around
    asked = words_of(prompt, remarks)
    if asked and asked in around:
        return around
    return "\n\n".join(piece for piece in (around, asked) if piece)


def _choices(interaction: Element, remarks: w.Remarks) -> list[tuple[str, str, str]]:
    """Return (identifier, words, feedback) of the simple choices.

    Raises:
        UnreadableQuestion: one has no words or no identifier, or two have the same.
    """
    found = []
    for choice in below(interaction, "simplechoice"):
        told = [words_of(each, remarks) for each in below(choice, "feedbackinline")]
        key, text = attribute(choice, "identifier"), words_of(choice, remarks)
        if not text:
            raise w.UnreadableQuestion(_("An option has no words. Pictures alone cannot be read."))
        found.append((key, text, "\n\n".join(each for each in told if each)))
    keys = [key for key, _text, _told in found]
    if len(set(keys)) < len(keys) or "" in keys:
        raise w.UnreadableQuestion(_("Two options have the same identifier, or one has none."))
    if len(found) < 2:
        raise w.UnreadableQuestion(_("Fewer than two options."))
    return found


# --- the kinds ------------------------------------------------------------------------------
def _choice(
    stem: str, interaction: Element, marks: Marks, _body: Element, remarks: w.Remarks
) -> w.Written:
    choices = _choices(interaction, remarks)
    keys = [key for key, _text, _told in choices]
    if marks.cardinality == "multiple":
        shares = marks.shares(keys, together=True)
        kind = w.MULTIPLE
    else:
        shares = marks.shares(keys, together=False)
        kind = w.SINGLE
    if not any(share > 0 for share in shares.values()):
        raise w.UnreadableQuestion(_("The item does not say which option is right."))
    rule = marks.rule_for(shares) if kind == w.MULTIPLE else ""
    told = {key: feedback for key, _text, feedback in choices}
    if kind == w.SINGLE and set(keys) == _TRUE | _FALSE:
        wording = {text.strip().casefold() for _key, text, _told in choices}
        if wording == _TRUE | _FALSE:
            truth = shares["true"] > 0
            right, wrong = ("true", "false") if truth else ("false", "true")
            return w.Written(
                w.TRUE_FALSE,
                stem,
                truth=truth,
                choices=(
                    w.Choice("true", shares["true"], told["true"], "true"),
                    w.Choice("false", shares["false"], told["false"], "false"),
                ),
                feedback_right=told[right],
                feedback_wrong=told[wrong],
            )
    made = tuple(w.Choice(text, shares[key], feedback, key) for key, text, feedback in choices)
    return w.Written(kind, stem, choices=made, rule=rule)


def _ordering(
    stem: str, interaction: Element, marks: Marks, _body: Element, remarks: w.Remarks
) -> w.Written:
    choices = {key: (text, told) for key, text, told in _choices(interaction, remarks)}
    if sorted(marks.correct) != sorted(choices):
        raise w.UnreadableQuestion(_("The item does not say in which order everything belongs."))
    made = tuple(w.Choice(choices[key][0], w.FULL, choices[key][1], key) for key in marks.correct)
    return w.Written(w.ORDERING, stem, choices=made, rule="exact")


def _matching(
    stem: str, interaction: Element, marks: Marks, _body: Element, remarks: w.Remarks
) -> w.Written:
    sides = [
        {
            attribute(each, "identifier"): words_of(each, remarks)
            for each in below(side, "simpleassociablechoice")
        }
        for side in below(interaction, "simplematchset")
    ]
    if len(sides) != 2 or not all(sides):
        raise w.UnreadableQuestion(_("Matching needs two sides with words on both."))
    left, right = sides
    if not all([*left.values(), *right.values()]):
        raise w.UnreadableQuestion(_("Something to match has no words."))
    pairs: dict[str, str] = {}
    for value in marks.correct or [key for key, share in marks.mapped.items() if share > 0]:
        one, _space, other = value.strip().partition(" ")
        other = other.strip()
        if one in right and other in left:
            one, other = other, one
        if one not in left or other not in right or one in pairs:
            raise w.UnreadableQuestion(
                _("Each thing on the left needs exactly one partner; “%(pair)s” breaks that.")
                % {"pair": w.beginning(value, 40)}
            )
        pairs[one] = other
    if set(pairs) != set(left):
        raise w.UnreadableQuestion(
            _("The item does not say what belongs to everything on the left.")
        )
    made = [w.Pair(left[one], right[other]) for one, other in pairs.items()]
    made += [w.Pair("", text) for key, text in right.items() if key not in pairs.values()]
    rule = "per_pair" if marks.mapping_counts else "all_or_nothing"
    return w.Written(w.MATCHING, stem, pairs=tuple(made), rule=rule)


def _entry(
    stem: str, interaction: Element, marks: Marks, _body: Element, remarks: w.Remarks
) -> w.Written:
    if marks.base_type in {"float", "integer"}:
        ranges = marks.ranges()
        if not ranges:
            raise w.UnreadableQuestion(_("The item does not say which number is right."))
        return w.Written(w.NUMERIC, stem, ranges=ranges)
    accepted = marks.accepted()
    if not accepted:
        raise w.UnreadableQuestion(_("The item does not say which words are right."))
    choices = tuple(w.Choice(text, share) for text, share in accepted if text.strip())
    return w.Written(w.SHORT_TEXT, stem, choices=choices, case_sensitive=marks.case_counts)


def _essay(
    stem: str, interaction: Element, marks: Marks, body: Element, remarks: w.Remarks
) -> w.Written:
    criteria: list[tuple[str, int]] = []
    for block in below(body, "rubricblock"):
        if CRITERIA in attribute(block, "class").split():
            for row in below(block, "li"):
                points = next((e for e in row if attribute(e, "class") == "points"), None)
                worth = "".join(points.itertext()).strip(" ()") if points is not None else "1"
                text = words_of(row, remarks, leave=points)
                if text and worth.isascii() and worth.isdigit():
                    criteria.append((text, int(worth[:3])))
        elif "scorer" in attribute(block, "view") or not attribute(block, "view"):
            text = words_of(block, remarks)
            if text:
                criteria.append((text, 1))
    if marks.correct:
        remarks.say(_("The sample answer was left out."))
    return w.Written(w.ESSAY, stem, criteria=tuple(criteria))


_READERS: Final = {
    "choiceinteraction": _choice,
    "orderinteraction": _ordering,
    "matchinteraction": _matching,
    "textentryinteraction": _entry,
    "extendedtextinteraction": _essay,
}


# --- what surrounds it ----------------------------------------------------------------------
def _feedback(root: Element, marks: Marks, remarks: w.Remarks) -> tuple[str, str, str]:
    """Return feedback for everybody, for a right and for a wrong answer."""
    told = {"": "", "right": "", "wrong": ""}
    for each in below(root, "modalfeedback"):
        words = words_of(each, remarks)
        name = attribute(each, "identifier").lower()
        slot = (
            "right" if name in {"right", "correct", "pass"}
            else "wrong" if name in {"wrong", "incorrect", "fail"}
            else ""
        )  # fmt: skip
        told[slot] = "\n\n".join(piece for piece in (told[slot], words) if piece)
    return told[""], told["right"], told["wrong"]


def _see_the_rest(root: Element, body: Element, remarks: w.Remarks) -> None:
    """Remark on what the item holds and a question here does not."""
    if any(name_of(each) == "feedbackblock" for each in body.iter()):
        remarks.say(_("Feedback between the lines was left out."))
    if attribute(root, "timeDependent") == "true":
        remarks.say(_("The item depends on time; a question here does not."))
    if attribute(root, "adaptive") == "true":
        remarks.say(_("The item asks in several turns; here it is asked once."))
    if any(True for _each in below(root, "templatedeclaration")):
        raise w.UnreadableQuestion(
            _("The item makes up its numbers anew each time, which cannot be taken over.")
        )
