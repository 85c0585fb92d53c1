"""One question of every kind as a quiz file writes it, full of words that must not leak."""

from .making import KEY_MARK, option

SECRET = "SECRETWORD"
"""In every accepted answer, feedback, result and criterion: nobody may read it too early."""


def every_kind():
    """Return one question of every kind, by kind."""
    rows = [
        {
            "type": "single",
            "options": [option(1, letter, correct=letter == "b") for letter in "abc"],
        },
        {
            "type": "multiple",
            "marking": "right_minus_wrong",
            "options": [option(2, letter, correct=letter in "ac") for letter in "abcd"],
            "feedback": f"{SECRET} of several",
        },
        {"type": "true_false", "answer": False, "feedback": f"{SECRET} of truth"},
        {
            "type": "matching",
            "pairs": [
                {"left": "Police", "right": "Makes the place safe"},
                {"left": "Responder", "right": "Stays with the family"},
                {"left": "Supervisor", "right": "Decides with both"},
            ],
            "distractors": ["Writes the bill"],
            "feedback": f"{SECRET} of pairs",
        },
        {
            "type": "ordering",
            "marking": "adjacent",
            "items": ["Greet", "Listen", "Plan", "Follow up"],
            "feedback": f"{SECRET} of order",
        },
        {
            "type": "short_text",
            "accept": [
                {"text": f"{SECRET} lifeline"},
                {"text": f"{SECRET} line", "credit": 0.5},
            ],
            "feedback": f"{SECRET} of words",
        },
        {
            "type": "numeric",
            "answers": [
                {"value": 987654.25, "tolerance": "2%"},
                {"from": 123456, "to": 123457, "credit": 0.25},
            ],
            "unit": "minutes",
            "feedback": f"{SECRET} of numbers",
        },
        case(),
        {
            "type": "essay",
            "max_words": 40,
            "points": 4,
            "criteria": [
                {
                    "id": "plan",
                    "text": f"Names a plan {SECRET}",
                    "points": 3,
                    "anchors": {"0": f"{SECRET} none", "3": f"{SECRET} whole"},
                },
                {"id": "words", "text": f"Kind words {SECRET}", "points": 1},
            ],
            "feedback": f"{SECRET} of essays",
        },
    ]
    common = {"objective": "O1", "competency": "C1", "difficulty": 1}
    return {
        row["type"]: {
            "id": f"k-{row['type'].replace('_', '-')}",
            "stem": f"What about {row['type'].replace('_', ' ')}?",
            **common,
            **row,
        }
        for row in rows
    }


def case():
    """Return a case of two decisions and a third where the second was half good."""
    return {
        "type": "branching",
        "start": "door",
        "feedback": f"{SECRET} of cases",
        "steps": {
            "door": {
                "text": "Nobody opens.",
                "question": "What now?",
                "choices": [
                    choice("wait", "helps", "hall"),
                    choice("call", "mixed", "phone"),
                    choice("leave", "harms", None),
                ],
            },
            "hall": {
                "text": "REACHED-HALL She opens.",
                "question": "And then?",
                "choices": [choice("sit", "helps", None), choice("stand", "harms", None)],
            },
            "phone": {
                "text": "REACHED-PHONE She answers.",
                "question": "What do you say?",
                "choices": [choice("ask", "helps", "hall"), choice("push", "harms", None)],
            },
        },
    }


def choice(key, tone, after):
    return {
        "id": key,
        "text": f"You {key}",
        "tone": tone,
        "result": f"{KEY_MARK} {SECRET} {key}",
        "next": after,
    }
