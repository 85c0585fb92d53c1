"""Turn what a file says into a question of a bank and back, and say what cannot be kept."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange import written as w

MOST_WORDS: Final = 400
"""Characters of an option, one side of a pair, or a criterion; as in the files of courses."""
RESERVED: Final = {"new", "import", "export", "edit", "template"}
"""Words of addresses: no bank and no question may be called so."""
SHORT: Final = 200
MOST_KEY: Final = 80
MOST_THINGS: Final = 20
DEFAULT_WORDS: Final = 300
DEFAULT_POINTS: Final = 4
Parts = tuple[list[dict[str, Any]], dict[str, Any]]


# --- from a file ----------------------------------------------------------------------------
def draft_of(question: w.Written, remarks: w.Remarks, *, key: str = "") -> QuestionDraft:
    """Return what a file says as a question that a bank can hold; ``key`` replaces its own.

    Raises:
        UnreadableQuestion: no learner could be asked this, or no answer could be marked.
    """
    _see_lengths(question)
    options, marking = _SHAPES[question.kind](question, remarks)
    feedback = question.feedback
    if question.kind != w.TRUE_FALSE:
        feedback = _joined(question, remarks)
    if feedback:
        marking["feedback"] = feedback
    return QuestionDraft(
        key=key or key_of(question),
        stem=question.stem,
        options=tuple(options),
        objective=question.objective,
        competency=question.competency,
        difficulty=question.difficulty,
        critical=question.critical,
        kind=question.kind,
        marking=marking,
        points=question.points,
        confidence=question.asks_confidence,
        tags=question.tags,
    )


def key_of(question: w.Written) -> str:
    """Return the key that the file names, made plain; or one that follows from the words."""
    folded = unicodedata.normalize("NFKD", question.key).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", folded.lower())[:MOST_KEY].strip("-")
    if key in RESERVED:
        key = f"q-{key}"
    return key or f"q-{_hash(question.stem)}"


def key_by_words(draft: QuestionDraft) -> str:
    """Return a key that follows from everything that the question says."""
    return f"q-{_hash(draft.stem + json.dumps(canonical(draft), sort_keys=True))}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _id_of(side: str, text: str) -> str:
    """Return an id that follows from the words alone, so that it tells no order and no key."""
    return side + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _see_lengths(question: w.Written) -> None:
    if len(question.stem) > w.MOST_TEXT:
        raise w.UnreadableQuestion(
            _("The question is longer than %(most)d characters.") % {"most": w.MOST_TEXT}
        )
    short = [choice.text for choice in question.choices]
    short += [text for pair in question.pairs for text in (pair.left, pair.right)]
    short += [text for text, _points in question.criteria]
    for text in short:
        if len(text) > MOST_WORDS:
            raise w.UnreadableQuestion(
                _("“%(start)s” is longer than %(most)d characters. Shorten it.")
                % {"start": w.beginning(text, 40), "most": MOST_WORDS}
            )
    told = [question.feedback, question.feedback_right, question.feedback_wrong]
    told += [choice.feedback for choice in question.choices]
    told += [each.feedback for each in question.ranges]
    if any(len(text) > w.MOST_TEXT for text in told):
        raise w.UnreadableQuestion(
            _("A feedback is longer than %(most)d characters.") % {"most": w.MOST_TEXT}
        )
    if len(question.objective) > 20 or len(question.competency) > 20:
        raise w.UnreadableQuestion(
            _("Objective and competency are short names like O1, of at most 20 characters.")
        )


def _joined(question: w.Written, remarks: w.Remarks) -> str:
    """Return the feedback that everybody gets; what was only for some is remarked upon."""
    if question.feedback_right or question.feedback_wrong:
        remarks.say(_("Feedback for a right or a wrong answer is told to everybody here."))
    pieces = (question.feedback, question.feedback_right, question.feedback_wrong)
    return "\n\n".join(dict.fromkeys(piece for piece in pieces if piece))


def _different(texts: list[str]) -> None:
    folded = [" ".join(text.split()).casefold() for text in texts]
    for text, plain in zip(texts, folded, strict=True):
        if folded.count(plain) > 1:
            raise w.UnreadableQuestion(
                _("“%(text)s” is there twice. Change one of them.")
                % {"text": w.beginning(text, 40)}
            )


def _options(question: w.Written) -> list[dict[str, Any]]:
    if len(question.choices) < 2:
        raise w.UnreadableQuestion(_("Fewer than two options."))
    if len(question.choices) > w.MOST_CHOICES:
        raise w.UnreadableQuestion(
            _("More than %(most)d options. Leave some out.") % {"most": w.MOST_CHOICES}
        )
    _different([choice.text for choice in question.choices])
    return [
        {
            "id": _id_of("o", choice.text),
            "text": choice.text,
            "correct": choice.share > 0,
            "feedback": choice.feedback,
        }
        for choice in question.choices
    ]


def _single(question: w.Written, remarks: w.Remarks) -> Parts:
    rows = _options(question)
    best = max(choice.share for choice in question.choices)
    right = [at for at, choice in enumerate(question.choices) if choice.share == best]
    if best <= 0 or len(right) != 1:
        raise w.UnreadableQuestion(
            _("%(count)d answers are right, but one answer is asked for. Mark exactly one.")
            % {"count": len(right) if best > 0 else 0}
        )
    for at, (row, choice) in enumerate(zip(rows, question.choices, strict=True)):
        row["correct"] = at == right[0]
        if at != right[0] and choice.share:
            remarks.say(
                _("“%(text)s” would earn %(share)s %% there; here one answer earns all or nothing.")
                % {"text": w.beginning(choice.text, 40), "share": w.percent(round(choice.share, 4))}
            )
    return rows, {}


def _multiple(question: w.Written, remarks: w.Remarks) -> Parts:
    rows = _options(question)
    right = [choice.share for choice in question.choices if choice.share > 0]
    wrong = [choice.share for choice in question.choices if choice.share <= 0]
    if not right:
        raise w.UnreadableQuestion(_("No option is right. Mark at least one."))
    rule = question.rule if question.rule in {"all_or_nothing", "per_option"} else ""
    if not rule and not question.rule and all(share == 1 for share in right) and not any(wrong):
        rule = "all_or_nothing"  # A table that says nothing of shares.
    if not rule:
        rule = "right_minus_wrong"
        even = max(right) - min(right) < Decimal("0.02")
        mirrored = all(abs(share + right[0]) < Decimal("0.02") for share in wrong)
        if question.rule != rule and not (even and mirrored):
            remarks.say(
                _("Points by option became “right less wrong choices”: each counts the same.")
            )
    return rows, {"rule": rule}


def _true_false(question: w.Written, remarks: w.Remarks) -> Parts:
    if question.truth is None:
        raise w.UnreadableQuestion(_("The question does not say whether it is true or false."))
    told = {question.truth: question.feedback_right, not question.truth: question.feedback_wrong}
    rows = [
        {"id": name, "text": "", "correct": question.truth is truth, "feedback": told[truth]}
        for name, truth in (("true", True), ("false", False))
    ]
    return rows, {}


def _matching(question: w.Written, remarks: w.Remarks) -> Parts:
    pairs = [pair for pair in question.pairs if pair.left]
    if not 2 <= len(pairs) <= w.MOST_CHOICES:
        raise w.UnreadableQuestion(
            _("Matching needs 2 to %(most)d pairs.") % {"most": w.MOST_CHOICES}
        )
    _different([pair.left for pair in pairs])
    right = dict.fromkeys(pair.right for pair in (*pairs, *question.pairs))
    if len(right) < 2:
        raise w.UnreadableQuestion(
            _("Everything belongs to the same. Add something else to choose.")
        )
    rows = [{"id": _id_of("l", p.left), "text": p.left, "side": "left"} for p in pairs]
    rows += [{"id": _id_of("r", text), "text": text, "side": "right"} for text in right]
    made = {_id_of("l", p.left): _id_of("r", p.right) for p in pairs}
    rule = question.rule if question.rule == "all_or_nothing" else "per_pair"
    return rows, {"pairs": made, "rule": rule}


def _ordering(question: w.Written, remarks: w.Remarks) -> Parts:
    texts = [choice.text for choice in question.choices]
    if not 2 <= len(texts) <= MOST_THINGS:
        raise w.UnreadableQuestion(
            _("Ordering needs 2 to %(most)d things.") % {"most": MOST_THINGS}
        )
    _different(texts)
    if any(choice.feedback for choice in question.choices):
        remarks.say(_("Feedback of single things was left out."))
    rows = [{"id": _id_of("i", text), "text": text} for text in texts]
    rule = question.rule if question.rule in {"positions", "adjacent"} else "exact"
    return rows, {"order": [row["id"] for row in rows], "rule": rule}


def _short_text(question: w.Written, remarks: w.Remarks) -> Parts:
    accept = []
    for choice in question.choices:
        if choice.text.strip() == "*":
            if choice.share > 0:
                raise w.UnreadableQuestion(_("An answer * accepts anything. Write what is right."))
            remarks.say(_("Feedback for every other answer was left out."))
            continue
        if choice.share <= 0:
            remarks.say(
                _("“%(text)s” earns nothing and was left out.")
                % {"text": w.beginning(choice.text, 40)}
            )
            continue
        if not any(unicodedata.category(sign)[0] in "LNS" for sign in choice.text):
            raise w.UnreadableQuestion(
                _("“%(text)s” has no letter or digit to compare.")
                % {"text": w.beginning(choice.text, 40)}
            )
        if len(choice.text) > SHORT:
            raise w.UnreadableQuestion(
                _("An accepted answer is longer than %(most)d characters.") % {"most": SHORT}
            )
        if choice.feedback:
            remarks.say(_("Feedback of single answers was left out."))
        accept.append({"text": choice.text, "credit": w.plain(min(choice.share, w.FULL))})
    if question.case_sensitive:
        remarks.say(_("Capital letters do not count here."))
    _see_full(accept)
    return [], {"accept": accept}


def _numeric(question: w.Written, remarks: w.Remarks) -> Parts:
    accept = []
    for each in question.ranges:
        if each.share <= 0:
            remarks.say(_("Numbers that earn nothing were left out."))
            continue
        if each.feedback:
            remarks.say(_("Feedback of single answers was left out."))
        row = {"least": w.plain(each.low), "most": w.plain(each.high)}
        if each.value is not None:
            row["value"] = w.plain(each.value)
        accept.append(row | {"credit": w.plain(min(each.share, w.FULL))})
    _see_full(accept)
    return [], {"accept": accept} | ({"unit": question.unit} if question.unit else {})


def _see_full(accept: list[dict[str, str]]) -> None:
    if not any(Decimal(row["credit"]) == 1 for row in accept):
        raise w.UnreadableQuestion(
            _("No answer earns all of the points. Say which answer is fully right.")
        )


def _essay(question: w.Written, remarks: w.Remarks) -> Parts:
    criteria = list(question.criteria)
    if not criteria:
        criteria = [(_("The answer as a whole"), DEFAULT_POINTS)]
        remarks.say(
            _("It does not say by what it is marked; one criterion was put in. Look at it.")
        )
    _different([text for text, _points in criteria])
    if any(not 1 <= points <= 20 for _text, points in criteria):
        raise w.UnreadableQuestion(_("The points of a criterion are whole, from 1 to 20."))
    rows = [
        {"id": _id_of("c", text), "text": text, "points": points, "anchors": {}}
        for text, points in criteria
    ]
    return [], {"max_words": question.max_words or DEFAULT_WORDS, "criteria": rows}


def _branching(question: w.Written, remarks: w.Remarks) -> Parts:
    raise w.UnreadableQuestion(_("A case with decisions cannot be read from such a file."))


_SHAPES: Final[dict[str, Callable[[w.Written, w.Remarks], Parts]]] = {
    w.SINGLE: _single,
    w.MULTIPLE: _multiple,
    w.TRUE_FALSE: _true_false,
    w.MATCHING: _matching,
    w.ORDERING: _ordering,
    w.SHORT_TEXT: _short_text,
    w.NUMERIC: _numeric,
    w.ESSAY: _essay,
    w.BRANCHING: _branching,
}


# --- to a file ------------------------------------------------------------------------------
def written_of(draft: QuestionDraft) -> w.Written:
    """Return a question of a bank as files write it."""
    marking = draft.marking
    told = {row["id"]: row.get("feedback", "") for row in draft.options if "feedback" in row}
    truth = next((row["id"] == "true" for row in draft.options if row.get("correct")), None)
    truth = truth if draft.kind == w.TRUE_FALSE else None
    return w.Written(
        kind=draft.kind,
        stem=draft.stem,
        key=draft.key,
        choices=_choices_of(draft),
        pairs=_pairs_of(draft) if draft.kind == w.MATCHING else (),
        ranges=_ranges_of(marking) if draft.kind == w.NUMERIC else (),
        criteria=tuple((row["text"], row["points"]) for row in marking.get("criteria", ())),
        truth=truth,
        rule=marking.get("rule", ""),
        unit=marking.get("unit", ""),
        max_words=marking.get("max_words"),
        feedback=marking.get("feedback", ""),
        feedback_right="" if truth is None else told.get("true" if truth else "false", ""),
        feedback_wrong="" if truth is None else told.get("false" if truth else "true", ""),
        points=draft.points,
        asks_confidence=draft.confidence,
        objective=draft.objective,
        competency=draft.competency,
        tags=tuple(draft.tags),
        difficulty=draft.difficulty,
        critical=draft.critical,
    )


def _choices_of(draft: QuestionDraft) -> tuple[w.Choice, ...]:
    if draft.kind == w.SHORT_TEXT:
        return tuple(
            w.Choice(row["text"], Decimal(row["credit"])) for row in draft.marking["accept"]
        )
    if draft.kind == w.ORDERING:
        words = {row["id"]: row["text"] for row in draft.options}
        return tuple(w.Choice(words[key], w.FULL, "", key) for key in draft.marking["order"])
    if draft.kind not in {w.SINGLE, w.MULTIPLE}:
        return ()
    return tuple(
        w.Choice(
            row["text"],
            w.FULL if row["correct"] else w.NOTHING,
            row.get("feedback", ""),
            row["id"],
        )
        for row in draft.options
    )


def _pairs_of(draft: QuestionDraft) -> tuple[w.Pair, ...]:
    words = {row["id"]: row["text"] for row in draft.options}
    pairs = draft.marking["pairs"]
    # A mapping in the database has an order of its own: the options tell the author's.
    left = [row["id"] for row in draft.options if row["id"] in pairs]
    made = [w.Pair(words[each], words[pairs[each]]) for each in left]
    spare = [r for r in draft.options if r["side"] == "right" and r["id"] not in pairs.values()]
    return (*made, *(w.Pair("", row["text"]) for row in spare))


def _ranges_of(marking: Mapping[str, Any]) -> tuple[w.Range, ...]:
    return tuple(
        w.Range(
            Decimal(row["least"]),
            Decimal(row["most"]),
            Decimal(row["credit"]),
            value=Decimal(row["value"]) if row.get("value") is not None else None,
        )
        for row in marking["accept"]
    )


# --- the same or not ------------------------------------------------------------------------
def canonical(draft: QuestionDraft) -> Any:
    """Return what a question says, without ids and without how a number happens to be written.

    Two questions with the same are the same question to whoever answers or marks it.
    """
    if draft.kind == w.BRANCHING:
        said: Any = {"options": list(draft.options), "marking": dict(draft.marking)}
    else:
        question = written_of(draft)
        usual = {"matching": "per_pair", "multiple": "all_or_nothing", "ordering": "exact"}
        said = [
            [[c.text, w.plain(c.share), c.feedback] for c in question.choices],
            [[pair.left, pair.right] for pair in question.pairs if pair.left],
            sorted(pair.right for pair in question.pairs if not pair.left),
            [[w.plain(each) for each in (r.low, r.high, r.share)] for r in question.ranges],
            [list(each) for each in question.criteria],
            question.truth,
            question.rule or usual.get(draft.kind, ""),
            question.unit,
            question.max_words,
            [question.feedback, question.feedback_right, question.feedback_wrong],
        ]
    return {
        "kind": draft.kind,
        "stem": draft.stem,
        "said": said,
        "about": [
            draft.points,
            draft.confidence,
            draft.objective,
            draft.competency,
            sorted(draft.tags),
            draft.difficulty,
            draft.critical,
        ],
    }


def inherited(draft: QuestionDraft, before: QuestionDraft, said: Collection[str]) -> QuestionDraft:
    """Return a question with what a file does not say about it as it was before.

    Most formats know no objective; a file of theirs must not take it away.
    """
    fields = {"asks_confidence": "confidence"}
    kept = [fields.get(name, name) for name in w.ABOUT if name not in said]
    draft = replace(draft, **{name: getattr(before, name) for name in kept})
    if draft.kind == before.kind == w.ESSAY and "criteria" not in said:
        return replace(draft, marking={**draft.marking, "criteria": before.marking["criteria"]})
    return draft


def settled(draft: QuestionDraft, before: QuestionDraft, *, by_row: bool = False) -> QuestionDraft:
    """Return a changed question with the ids that its unchanged parts had before.

    ``by_row``: an option in the row of one whose words are gone is that option in better words,
    so that the answers given to it can be graded again.
    """
    if draft.kind != before.kind or draft.kind == w.BRANCHING:
        return draft
    known = {
        (row.get("side", ""), row["text"]): row["id"] for row in before.options if row.get("text")
    }
    if by_row and draft.kind in {w.SINGLE, w.MULTIPLE}:
        said = {row["text"] for row in draft.options}
        for row, old in zip(draft.options, before.options, strict=False):
            if old["text"] not in said:
                known.setdefault(("", row["text"]), old["id"])
    ids = {
        row["id"]: known.get((row.get("side", ""), row.get("text")), row["id"])
        for row in draft.options
    }
    options = tuple({**row, "id": ids[row["id"]]} for row in draft.options)
    marking = dict(draft.marking)
    if "order" in marking:
        marking["order"] = [ids[key] for key in marking["order"]]
    if "pairs" in marking:
        marking["pairs"] = {ids[left]: ids[right] for left, right in marking["pairs"].items()}
    if "criteria" in marking:
        old_rows = {(row["text"], row["points"]): row for row in before.marking["criteria"]}
        marking["criteria"] = [
            old_rows.get((row["text"], row["points"]), row) for row in marking["criteria"]
        ]
    return replace(draft, options=options, marking=marking)
