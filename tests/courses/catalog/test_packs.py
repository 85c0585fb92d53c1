"""Reading packs: what is accepted, and that all that is wrong is said with file and field."""

import pytest

from courses.catalog.packs import PackError, read_pack
from tests.courses.packs import BODY, edit, write_pack


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_sound_pack_is_read_whole(tmp_path):
    pack = read_pack(write_pack(tmp_path, lessons=2, quiz=True, rubric=True))
    assert (pack.key, pack.version, pack.access, pack.minutes) == ("tiny", "1", "public", 18)
    [module] = pack.modules
    assert [lesson.slug for lesson in module.lessons] == ["lesson-1", "lesson-2"]
    assert [block.kind for block in module.lessons[0].blocks] == [
        "text",
        "scenario",
        "knowledge-check",
        "reflection",
        "download",
    ]
    assert (module.quiz["key"], module.rubrics[0]["key"]) == ("tiny-quiz", "tiny-rubric")
    assert [file.name for file in pack.files] == ["files/aid.html"]


def test_the_digest_changes_with_any_file_and_only_then(tmp_path):
    folder = write_pack(tmp_path)
    before = read_pack(folder).digest
    assert read_pack(folder).digest == before
    edit(folder, "files/aid.html", "988", "911")
    assert read_pack(folder).digest != before


def test_a_quiz_without_minutes_takes_what_the_lessons_leave(tmp_path):
    folder = write_pack(tmp_path, quiz=True)
    edit(folder, "01-only/quiz.yaml", "minutes: 6\n", "")
    assert read_pack(folder).modules[0].quiz["minutes"] == 6


def test_everything_wrong_is_said_at_once(tmp_path):
    folder = write_pack(tmp_path)
    edit(folder, "course.yaml", "self_paced: 0.1", "self_paced: 2")
    edit(folder, "01-only/module.yaml", "minutes: 6", "minutes: 7")
    edit(folder, "01-only/01-lesson.md", "objectives: [O1]", "objectives: [O9]")
    assert problems_of(folder) == [
        "01-only/01-lesson.md:1: objectives: 'O9' is not defined",
        "01-only/module.yaml:1: minutes: is 7, but lessons and quiz add up to 6",
        "course.yaml:1: hours.self_paced: claims 2 h, its basis supports 0.75 h (54.78 minutes:"
        " words 50, questions of the test 0, checks in lessons 1, decisions in stories, the"
        " shortest way 1, difficulty 5)",
        "course.yaml:1: hours.self_paced: promises 2 h, the modules add up to 7 minutes (0.12 h)",
    ]


SAYS = [
    # file, words before, words after, what is said
    ("course.yaml", "access: public", "access: open", "access: must be one of public, login"),
    ("course.yaml", "key: tiny", "key: Tiny Course", "key: 'Tiny Course' must be small letters"),
    ("course.yaml", "summary:", "sumary:", "sumary: is not a field of this"),
    ("course.yaml", "[01-only]", "[02-gone]", "02-gone/module.yaml: is missing"),
    ("course.yaml", "[01-only]", "[../tiny/01-only]", "../tiny/01-only/module.yaml: is missing"),
    ("course.yaml", "title: A tiny", "title: [A tiny", "YAML:"),
    ("course.yaml", "title: A tiny course", "title: a\ntitle: b", "'title' is given twice"),
    ("course.yaml", "summary: Three words.", "summary: &x a\nlicence: *x", "aliases"),
    ("course.yaml", "2027-11-21", "2027-02-31", "YAML: day"),
    ("01-only/module.yaml", "slug: only", "slug: files", "'files' is taken by the site"),
    ("01-only/module.yaml", "[C1]", "[C7]", "competencies: 'C7' is not defined"),
    ("01-only/01-lesson.md", "slug: lesson-1", "slug: quiz", "'quiz' is taken by the site"),
    ("01-only/01-lesson.md", "minutes: 6", "minutes: six", "minutes: must be a whole number"),
    ("01-only/01-lesson.md", "https://example.org", "javascript:alert(1)//", "url: must begin"),
    ("01-only/01-lesson.md", "id: think", "id: check", "id: 'check' is used twice"),
    ("01-only/01-lesson.md", "start: knock", "start: nowhere", "there is no step 'nowhere'"),
    ("01-only/01-lesson.md", "next: talk", "next: nowhere", "there is no step 'nowhere'"),
    ("01-only/01-lesson.md", "next: talk", "next: null", "steps.talk: no choice leads here"),
    ("01-only/01-lesson.md", "next: null", "next: knock", "the story never ends from here"),
    ("01-only/01-lesson.md", "tone: harms", "tone: bad", "tone: must be one of helps"),
    ("01-only/01-lesson.md", "correct: true", "correct: false", "options: none is correct"),
    ("01-only/01-lesson.md", "```reflection", "```relfection", "unknown block 'relfection'"),
    ("01-only/01-lesson.md", "description: To print.\n```", "description: x", "is not closed"),
    ("01-only/01-lesson.md", "files/aid.html", "../../secret.html", "leads out of the pack"),
    ("01-only/01-lesson.md", "files/aid.html", "/etc/passwd", "leads out of the pack"),
    ("01-only/01-lesson.md", "files/aid.html", "files\\aid.html", "leads out of the pack"),
    ("01-only/01-lesson.md", "files/aid.html", "https://x.org/a.pdf", "leads out of the pack"),
    ("01-only/01-lesson.md", "files/aid.html", "course.yaml", "not handed out"),
    ("01-only/01-lesson.md", "files/aid.html", "files/b.pdf", "there is no file"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), SAYS)
def test_a_faulty_pack_says_what_to_mend(tmp_path, name, old, new, said):
    folder = write_pack(tmp_path)
    edit(folder, name, old, new)
    assert [text for text in problems_of(folder) if said in text]


VIDEO = """
```video
title: A film
src: files/film.mp4
captions: files/film.vtt
transcript: Words.
```
"""


@pytest.mark.parametrize("field", ["captions", "transcript", "src", "title"])
def test_a_film_without_captions_or_transcript_is_refused(tmp_path, field):
    folder = write_pack(tmp_path, body=BODY + VIDEO)
    (folder / "files" / "film.mp4").write_bytes(b"film")
    (folder / "files" / "film.vtt").write_text("WEBVTT")
    assert read_pack(folder).modules[0].lessons[0].blocks[-1].kind == "video"
    line = next(line for line in VIDEO.splitlines() if line.startswith(field))
    edit(folder, "01-only/01-lesson.md", line, "")
    assert any(f"{field}: is missing" in text for text in problems_of(folder))


def test_a_picture_without_words_for_it_is_refused(tmp_path):
    folder = write_pack(tmp_path, body="Words.\n\n```image\nsrc: files/a.png\n```\n")
    (folder / "files" / "a.png").write_bytes(b"png")
    assert any("alt: is missing" in text for text in problems_of(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("draw: 1", "draw: 5", "draw: draws 5 of 1 questions"),
        ("correct: true", "correct: false", "exactly one must be correct, not 0"),
        ("correct: false", "correct: true", "exactly one must be correct, not 2"),
        ("objective: O1", "objective: O5", "objective: 'O5' is not defined"),
        ("id: b", "id: a", "id: 'a' is used twice"),
        ("pass_percent: 80", "pass_percent: 101", "pass_percent: must be from 1 to 100"),
        ("minutes: 6", "minutes: 7", "minutes: is 12, but lessons and quiz add up to 13"),
    ],
)
def test_a_faulty_quiz_says_what_to_mend(tmp_path, old, new, said):
    folder = write_pack(tmp_path, quiz=True)
    edit(folder, "01-only/quiz.yaml", old, new)
    assert any(said in text for text in problems_of(folder))


@pytest.mark.parametrize(
    ("rules", "critical", "said"),
    [
        ("draw: 1", "q1", "critical_draw: is missing; how many critical questions"),
        ("draw: 2\ncritical_draw: 2", "q1", "critical_draw: draws 2 of 1 critical questions, 2 in"),
        ("draw: 1\ncritical_draw: 2", "q1 q2", "draws 2 of 2 critical questions, 1 in all"),
        (
            "draw: 3\ncritical_draw: 1",
            "q1 q2",
            "draw: draws 2 of 1 questions that are not critical",
        ),
        ("draw: 1\ncritical_draw: 1", "", "critical_draw: draws 1 of 0 critical questions"),
    ],
)
def test_a_quiz_that_cannot_draw_its_critical_questions_is_refused(tmp_path, rules, critical, said):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, "01-only/quiz.yaml", "draw: 1", rules)
    for key in critical.split():
        edit(folder, "01-only/quiz.yaml", f"id: {key}\n", f"id: {key}\n    critical: true\n")
    assert any(said in text for text in problems_of(folder))


def test_a_rubric_needs_every_anchor(tmp_path):
    folder = write_pack(tmp_path, rubric=True)
    edit(folder, "01-only/rubric.yaml", "2: mostly, ", "")
    assert any("items[1].anchors.2: is missing" in text for text in problems_of(folder))


def test_a_link_out_of_the_pack_is_refused_not_followed(tmp_path):
    (tmp_path / "secret.html").write_text("secret")
    folder = write_pack(tmp_path)
    (folder / "files" / "aid.html").unlink()
    (folder / "files" / "aid.html").symlink_to(tmp_path / "secret.html")
    assert any("is a symbolic link" in text for text in problems_of(folder))


def test_yaml_that_explodes_is_refused(tmp_path):
    folder = write_pack(tmp_path)
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    (folder / "course.yaml").write_text("\n".join(lines))
    assert problems_of(folder) == ["course.yaml:2: YAML: aliases (*name) are not allowed"]


def test_yaml_nested_without_end_is_refused(tmp_path):
    folder = write_pack(tmp_path)
    (folder / "course.yaml").write_text("title: " + "[" * 5000 + "]" * 5000)
    assert problems_of(folder) == ["course.yaml:1: YAML: nested too deeply"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * 1_000_001, "is larger than 1,000,000 bytes"),
        (b"\xff\xfe title", "is not UTF-8 text"),
        (b"a: \0", "holds a NUL character"),
        (b"- a list", "must hold named fields"),
        (b"!!python/object/apply:os.system ['true']", "YAML:"),
    ],
)
def test_files_that_are_no_pack_files_are_refused(tmp_path, content, said):
    folder = write_pack(tmp_path)
    (folder / "course.yaml").write_bytes(content)
    assert any(said in text for text in problems_of(folder))


def test_problems_inside_a_block_name_its_line(tmp_path):
    folder = write_pack(tmp_path, body="One.\n\n```reflection\nid: a\ntitle: T\n```\n")
    text = (folder / "01-only" / "01-lesson.md").read_text()
    line = text.splitlines().index("id: a") + 1
    assert problems_of(folder) == [f"01-only/01-lesson.md:{line}: prompt: is missing"]
