"""What two versions differ in, in words, figure by figure with its basis."""

from certification.program_review.differences import What, differences
from certification.program_review.wording import change_words, summary
from certification.programs.document import parse
from certification.programs.operations import DATA

from .conftest import TEXT, second


def words(before, after):
    """Return what pages say of the differences: (key or part, what, lines)."""
    changes = differences(parse(before) if before else None, parse(after))
    found = []
    for each in map(change_words, changes):
        lines = [
            f"{one.label}: {one.before} -> {one.after} ({one.basis_before}, {one.basis_after})"
            for one in each.figures
        ]
        lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
        found.append((each.key or str(each.part), str(each.what), lines))
    return found


def test_a_text_differs_from_itself_in_nothing():
    for file in sorted(DATA.glob("*.yaml")):
        text = file.read_text("utf-8")
        assert differences(parse(text), parse(text)) == []


def test_each_figure_is_told_with_its_basis_before_and_after():
    after = second(
        live=("hours: 6", "hours: 8"),
        due=("days: 700}, basis: exist=V hours=A due=A", "days: 90}, basis: exist=V hours=V due=A"),
    )
    assert words(TEXT, after) == [
        ("The program", "Changed", ["Version: 1 -> 2 (, )"]),
        (
            "P-LIVE",
            "Changed",
            [
                "Hours: 6 h -> 8 h (assumption, sourced)",
                "Deadline: 700 days after hire -> 90 days after hire (assumption, assumption)",
            ],
        ),
    ]


def test_a_basis_alone_is_a_difference():
    after = second(due=("exist=V pass=A", "exist=V pass=V"))
    assert words(TEXT, after)[1:] == [
        ("P-CHECK", "Changed", ["Pass mark:  -> 80 % (assumption, sourced)"])
    ]


def test_what_is_new_and_gone_is_named_and_moving_into_a_group_is_told():
    gone = (
        "  - {id: P-FIRST, title: First things, kind: self_paced, hours: 2, roles: [all],"
        " gate: [certify],\n     due: {from: hire, days: 30}, basis: exist=V hours=A due=A}\n",
        "  - {id: P-ANY, title: Either, any: [P-LIVE, P-CHECK], basis: exist=V}\n",
    )
    after = second(
        gone=gone,
        pair=("provisional: {requirements: [P-FIRST], basis: exist=A}", "provisional: null"),
    )
    found = {key: (what, lines) for key, what, lines in words(TEXT, after)}
    assert found["P-FIRST"][0] == "Removed"
    assert found["P-ANY"][0] == "New"
    assert found["Work in a pair before certification"][0] == "Removed"
    assert found["P-LIVE"] == ("Changed", ["Belongs to: none -> P-ANY (, )"])
    changes = differences(parse(TEXT), parse(after))
    assert summary(changes) == "Requirements: 1 new, 1 removed, 2 changed."


def test_without_a_version_before_everything_is_new():
    assert {each.what for each in differences(None, parse(TEXT))} == {What.ADDED}


def test_the_order_of_words_in_a_list_is_no_difference():
    after = second(roles=("[responder, peer]", "[peer, responder]"))
    assert [key for key, _, _ in words(TEXT, after)] == ["The program"]
