"""What an import would do: each case of a file against each case of a bank."""

import pytest

from courses.assessment.interchange import drafts, formats
from courses.assessment.interchange import written as w
from courses.assessment.interchange.plan import Known, Outcome, pieces_of, plan_of


def pieces(text):
    return pieces_of(formats.read(text.encode(), format="gift"))


def bank(text, *, live=True, used=0):
    """Return what a bank holds after importing a text."""
    rows = plan_of(pieces(text), {}).writing
    return {
        row.draft.key: Known(n, row.draft, 1, live, used) for n, row in enumerate(rows, start=1)
    }


A = "::a::What? {=x ~y}"


@pytest.mark.parametrize(
    ("held", "text", "outcomes"),
    [
        ("", A, "new"),
        (A, A, "same"),
        (A, "::A ::What? {=x ~y}", "same"),
        (A, "What? {=x ~y}", "same"),
        (A, "::b::What? {=x ~y}", "twice"),
        (A, "::a::What? {=x ~z}", "changed"),
        (A, "What? {=x ~z}", "new"),
        ("What? {=x ~y}", "What? {=x ~z}", "changed"),
        ("", f"{A}\n\n{A}", "new twice"),
        ("", f"{A}\n\n::a::Other? {{T}}", "new fault"),
        ("", f"{A}\n\n::b::What? {{=x ~y}}", "new twice"),
        ("", "What? {=x ~y}\n\nWhat? {=x ~z}\n\nWhat? {T}", "new new new"),
        (A, "Just words.\n\nBroken? {=x", "skipped fault"),
        (A, "::a::What? {=y ~x}", "changed"),
        (A, "::a::What? {~y =x}", "changed"),
    ],
)
def test_what_becomes_of_each_piece(held, text, outcomes):
    plan = plan_of(pieces(text), bank(held) if held else {})
    assert " ".join(row.outcome for row in plan.rows) == outcomes
    keys = [row.draft.key for row in plan.writing]
    assert len(set(keys)) == len(keys)
    assert sum(plan.counts.values()) == len(plan.rows)


def test_a_retired_question_comes_back_as_a_change_and_says_so():
    [row] = plan_of(pieces(A), bank(A, live=False)).rows
    assert row.outcome == Outcome.CHANGED and "It was retired" in row.says[0]


def test_a_used_question_says_how_often():
    [row] = plan_of(pieces("::a::Now? {T}"), bank(A, used=3)).rows
    assert row.says[0].startswith("3 attempts were asked it")


def test_the_digest_changes_with_what_is_written_and_with_what_it_follows():
    plan = plan_of(pieces("::a::Now? {T}"), bank(A))
    assert plan.digest == plan_of(pieces("::a::Now? {T}"), bank(A)).digest
    later = {"a": Known(99, bank(A)["a"].draft, 2, True)}
    others = [
        plan_of(pieces("::a::Now? {F}"), bank(A)),
        plan_of(pieces("::a::Now? {T}"), {}),
        plan_of(pieces("::a::Now? {T}"), later),
        plan_of(pieces("::a::Now? {T}\n\n::b::More? {T}"), bank(A)),
    ]
    assert len({plan.digest, *(each.digest for each in others)}) == 5


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Q 1", "q-1"),
        ("QUE_0546_5f1f", "que-0546-5f1f"),
        ("¿Señal?", "senal"),
        ("new", "q-new"),
        ("x" * 200, "x" * 80),
        ("日本", None),
        ("", None),
    ],
)
def test_keys_are_made_plain(written, key):
    made = drafts.key_of(w.Written(w.ESSAY, "Words?", key=written))
    assert made == key if key else made.startswith("q-") and len(made) == 14
