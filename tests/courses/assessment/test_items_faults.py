"""What the file of a question may not say, kind by kind, and what changes its digest."""

import pytest

from courses.assessment.bank import FaultyQuiz, read_question

from .kinds import case, every_kind
from .making import option, question


def kind_faults(kind, **changes):
    with pytest.raises(FaultyQuiz) as caught:
        read_question(every_kind()[kind] | changes)
    return caught.value.faults


def changed_case(**steps):
    return {"steps": case()["steps"] | steps}


@pytest.mark.parametrize(
    ("kind", "changes", "fault"),
    [
        ("single", {"marking": "per_option"}, "marking: is not a field of this"),
        ("multiple", {"marking": "guess"}, "marking: must be one of all_or_nothing"),
        ("multiple", {"options": [option(1, x, False) for x in "ab"]}, "options: none is correct"),
        ("true_false", {"answer": "no"}, "answer: must be true or false"),
        ("matching", {"distractors": ["Decides with both"]}, "distractors: 'Decides with both'"),
        ("matching", {"pairs": [{"left": "A", "right": "B"}] * 2}, "pairs[2].left: is there twice"),
        ("ordering", {"items": ["one"]}, "items: must be a list of 2 to 20 texts"),
        ("ordering", {"items": ["one", "one"]}, "items: names something twice"),
        ("short_text", {"accept": ["!?"]}, "accept[1].text: has no letter or digit"),
        ("short_text", {"accept": [{"text": "a", "credit": 0.5}]}, "accept: nothing earns all"),
        ("short_text", {"accept": [{"text": "a", "credit": 2}]}, "accept[1].credit: must be from"),
        ("numeric", {"answers": [{"value": float("nan")}]}, "answers[1].value: must be a number"),
        ("numeric", {"answers": [{"value": "1e99"}]}, "answers[1].value: must be a number"),
        ("numeric", {"answers": [{"from": 2, "to": 1}]}, "answers[1].to: is less than from"),
        (
            "numeric",
            {"answers": [{"value": 2, "tolerance": -1}]},
            "answers[1].tolerance: must not be below zero",
        ),
        ("branching", {"start": "attic"}, "start: there is no step 'attic'"),
        ("essay", {"criteria": []}, "criteria: must be a list of 1 or more"),
        ("essay", {"max_words": 5}, "max_words: must be from 10 to 3000"),
        ("essay", {"points": 0}, "points: must be from 1 to 100"),
        ("single", {"options": [option(1, "right", True), option(1, "b", False)]}, "options[1].id"),
    ],
)
def test_a_fault_of_each_kind_is_named(kind, changes, fault):
    assert any(each.startswith(fault) for each in kind_faults(kind, **changes))


def test_a_case_that_leads_back_or_nowhere_is_refused():
    hall = case()["steps"]["hall"]
    back = [{**hall["choices"][0], "next": "door"}, hall["choices"][1]]
    found = kind_faults("branching", **changed_case(hall={**hall, "choices": back}))
    assert [each for each in found if "leads back" in each]
    gone = [{**hall["choices"][0], "next": "roof"}, hall["choices"][1]]
    found = kind_faults("branching", **changed_case(hall={**hall, "choices": gone}))
    assert "steps.hall: there is no step 'roof'" in found
    found = kind_faults("branching", **changed_case(cellar=hall))
    assert "steps.cellar: no choice leads here" in found
    found = kind_faults("branching", **changed_case(sure=hall))
    assert "steps.sure: is not an id that a step can have" in found


def test_the_digest_sees_what_is_new_and_only_that():
    plainly = read_question(question(1))
    said = {"points": 1, "confidence": False, "tags": [], "type": "single"}
    assert read_question(question(1, **said)).digest == plainly.digest
    for changes in ({"points": 2}, {"confidence": True}, {"tags": ["night"]}):
        assert read_question(question(1, **changes)).digest != plainly.digest
    digests = {read_question(row).digest for row in every_kind().values()}
    assert len(digests) == len(every_kind())
    other = every_kind()["numeric"] | {"unit": "hours"}
    assert read_question(other).digest not in digests
