"""The columns of a table of questions: a dictionary of them, and an example of each kind."""

from typing import Final

from django.utils.translation import gettext_lazy

BEFORE: Final = ("id", "type", "question")
AFTER: Final = (
    "correct", "shares", "rule", "unit", "max_words", "feedback", "points", "objective",
    "competency", "tags", "difficulty", "critical", "confidence",
)  # fmt: skip

COLUMNS: Final = (
    (
        "id",
        gettext_lazy(
            "Recognises the question when it comes again: small letters, digits, - and _. "
            "Empty: a new name is made up."
        ),
    ),
    (
        "type",
        gettext_lazy(
            "single, multiple, true_false, matching, ordering, short_text, numeric or essay."
        ),
    ),
    (
        "question",
        gettext_lazy("The question. Markdown such as *emphasis* is read."),
    ),
    (
        "option_1 …",
        gettext_lazy(
            "single, multiple: an option. ordering: the things in the right order. "
            "matching: the left side. short_text: an accepted answer. numeric: 12, 12:0.5 "
            "(give or take 0.5) or 10..14. essay: a criterion. true_false: empty."
        ),
    ),
    (
        "match_1 …",
        gettext_lazy(
            "matching only: what belongs to the option beside it. With an empty option: "
            "something that fits nothing."
        ),
    ),
    (
        "feedback_1 …",
        gettext_lazy(
            "What is told about this option after the quiz. true_false: 1 for true, 2 for false."
        ),
    ),
    (
        "correct",
        gettext_lazy(
            "single: the number of the right option, like 2. multiple: like 1;3. "
            "true_false: true or false. Empty for other types."
        ),
    ),
    (
        "shares",
        gettext_lazy(
            "short_text, numeric: per cent of the points for each answer, like 100;50. "
            "Empty: all of them. essay: the points of each criterion, like 2;3."
        ),
    ),
    (
        "rule",
        gettext_lazy(
            "multiple: all_or_nothing, right_minus_wrong or per_option. matching: per_pair "
            "or all_or_nothing. ordering: exact, positions or adjacent. Empty: the first "
            "named."
        ),
    ),
    (
        "unit",
        gettext_lazy("numeric: the unit shown behind the field, like min."),
    ),
    (
        "max_words",
        gettext_lazy("essay: how many words are asked for at most."),
    ),
    (
        "feedback",
        gettext_lazy("What everybody is told after the quiz."),
    ),
    (
        "points",
        gettext_lazy("How many points the question is worth, 1 to 100. Empty: 1."),
    ),
    (
        "objective",
        gettext_lazy("The learning objective, like O1."),
    ),
    (
        "competency",
        gettext_lazy("The competency, like C3."),
    ),
    (
        "tags",
        gettext_lazy("Any words to find it by, with ; between them."),
    ),
    (
        "difficulty",
        gettext_lazy("1 (easy), 2 or 3 (hard). Empty: 1."),
    ),
    (
        "critical",
        gettext_lazy("yes: who gets it wrong does not pass, whatever the total."),
    ),
    (
        "confidence",
        gettext_lazy("yes: the learner is asked how sure they are; it is never marked."),
    ),
)
"""The data dictionary: every column and what belongs in it."""

EXAMPLES: Final[list[dict[str, str]]] = [
    {"id": "door-1", "type": "single", "question": "Who speaks first at the door?",
     "option_1": "The young person", "option_2": "The officer", "correct": "1",
     "feedback_1": "Yes: listening comes first.", "objective": "O1", "competency": "C1"},
    {"id": "calm-1", "type": "multiple", "question": "Which of these calm a room?",
     "option_1": "A low voice", "option_2": "Slow movements", "option_3": "A loud voice",
     "correct": "1;2", "rule": "right_minus_wrong", "tags": "de-escalation; voice"},
    {"id": "plan-1", "type": "true_false",
     "question": "A safety plan is written *with* the family.",
     "correct": "true", "feedback_1": "Yes.", "critical": "yes"},
    {"id": "words-1", "type": "matching", "question": "What does each word mean?",
     "option_1": "Warm handoff", "match_1": "Two teams meet in person",
     "option_2": "Safety plan", "match_2": "Written with the family"},
    {"id": "visit-1", "type": "ordering", "question": "Put the first visit in order.",
     "option_1": "Arrive", "option_2": "Listen", "option_3": "Plan", "rule": "positions"},
    {"id": "line-1", "type": "short_text", "question": "Which number calls the crisis lifeline?",
     "option_1": "988", "option_2": "nine eight eight", "shares": "100;50"},
    {"id": "time-1", "type": "numeric", "question": "How long may an arrival in town take?",
     "option_1": "60:5", "unit": "min"},
    {"id": "own-1", "type": "essay", "question": "What would you say first, and why?",
     "option_1": "Names a feeling", "option_2": "Asks an open question", "shares": "2;3",
     "max_words": "200", "points": "5"},
]  # fmt: skip
