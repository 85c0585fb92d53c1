"""Tiny curriculum packs, written to a folder."""

MODULES = ("01-only", "02-more")
COURSE = """\
key: tiny
title: A tiny course
version: "1"
language: en
summary: Three words.
audience: [Responders]
access: {access}
hours: {hours}
difficulty: 5
competencies: {{C1: Calm}}
modules: [01-only]
license: CC-BY-4.0
reviewed_by: null
review_due: 2027-11-21
"""
MODULE = """\
key: tiny-only
slug: only
title: The only unit
minutes: {minutes}
objectives:
  - id: O1
    text: Sit down first.
competencies: [C1]
{more}"""
LESSON = """\
---
title: Lesson {number}
slug: lesson-{number}
minutes: 6
objectives: [O1]
competencies: [C1]
sources:
  - title: A guide
    publisher: A publisher
    year: 2022
    url: https://example.org/guide
    supports: What it supports.
reviewed_by: null
review_due: {due}
---

{body}
"""
BODY = """\
Words of lesson with *care*.

```scenario
id: door
title: At the door
intro: Somebody knocks.
start: knock
steps:
  knock:
    text: It is late.
    question: What do you do?
    choices:
      - {id: sit, text: Sit down, tone: helps, next: talk,
         result_title: RESULT-SIT, result: They sit too.}
      - {id: shout, text: Shout, tone: harms, next: null,
         result_title: RESULT-SHOUT, result: They leave.}
  talk:
    text: It is quiet.
    question: And now?
    choices:
      - {id: ask, text: Ask, tone: helps, next: null,
         result_title: RESULT-ASK, result: They tell.}
      - {id: wait, text: Wait, tone: mixed, next: null,
         result_title: RESULT-WAIT, result: They wait.}
debrief: DEBRIEF here.
```

```knowledge-check
id: check
title: Quick
question: Which?
options:
  - {id: right, text: This one, correct: true, feedback: FEEDBACK-RIGHT}
  - {id: wrong, text: That one, correct: false, feedback: FEEDBACK-WRONG}
```

```reflection
id: think
title: Think
prompt: What would you keep?
hint: One sentence.
```

```download
title: A job aid
file: files/aid.html
description: To print.
```
"""
QUIZ = """\
key: tiny-quiz
title: Tiny check
draw: 1
pass_percent: 80
attempts: null
minutes: 6
questions:
  - id: q1
    stem: Which?
    type: single
    options:
      - {id: a, text: This, correct: true, feedback: Yes.}
      - {id: b, text: That, correct: false, feedback: No.}
    objective: O1
    competency: C1
    difficulty: 1
"""
RUBRIC = """\
key: tiny-rubric
title: Tiny practice
version: "1"
mode: practice
hours: 0.5
benchmark_percent: 80
instructions: Watch.
items:
  - id: one
    text: Sits down.
    competency: C1
    critical: true
    anchors: {0: never, 1: barely, 2: mostly, 3: fully}
"""

# --- a module that earns credit of its own -----------------------------------------------------
GUIDE = """\
# The session

Hand out files/aid.html before you begin.

```agenda
mode: live
items:
  - {minutes: 10, title: Arrive, text: Say who you are.}
  - {minutes: 20, title: Play, text: Two at a time.}
```

```role-play
id: door
title: At the door
setup: Two chairs.
parts:
  - {who: A parent, brief: You are tired.}
  - {who: A responder, brief: You ring.}
watch_for: Who sits down first?
debrief: What helped?
```

```role-play
id: phone
title: On the phone
setup: Back to back.
parts:
  - {who: A caller, brief: You are afraid.}
  - {who: A responder, brief: You listen.}
watch_for: Who speaks more?
debrief: What did you hear?
```

Say thank you.
"""
PLAN = """\
plan:
  - {minutes: 10, title: Read, text: The sheet.}
  - {minutes: 20, title: Do, text: The talk.}
"""

COACHING = """\
key: tiny-coaching
title: Tiny coaching
version: "1"
mode: coaching
hours: 0.25
benchmark_percent: 50
items:
  - id: one
    text: Tells what they saw.
    anchors: {0: never, 1: barely, 2: mostly, 3: fully}
plan:
  - {minutes: 15, title: Talk}
"""
CREDIT_QUIZ = """\
key: tiny-quiz
title: Tiny check
draw: 1
pass_percent: 80
minutes: 6
questions:
  - id: q1
    stem: Which one?
    options:
      - {id: a, text: This one, correct: true, feedback: Yes.}
      - {id: b, text: That one, correct: false, feedback: No.}
      - {id: c, text: No such one, correct: false, feedback: No.}
    objective: O1
    competency: C1
  - id: q2
    stem: What next?
    options:
      - {id: a, text: To leave, correct: false, feedback: No.}
      - {id: b, text: To stay, correct: true, feedback: Yes.}
      - {id: c, text: To run, correct: false, feedback: No.}
    objective: O1
    competency: C1
  - id: q3
    stem: Who asks?
    options:
      - {id: a, text: They do, correct: false, feedback: No.}
      - {id: b, text: She does, correct: false, feedback: No.}
      - {id: c, text: You, correct: true, feedback: Yes.}
    objective: O1
    competency: C1
"""


def write_pack(
    root,
    *,
    lessons=1,
    quiz=False,
    rubric=False,
    access="public",
    body=BODY,
    credit=False,
    modules=1,
):
    """Write a pack with so many lessons of six minutes in each module and return its folder.

    ``credit``: modules claim hours of their own, with a quiz, a guide and two rubrics, and a
    reviewer would find nothing to mend.
    """
    folder = root / "tiny"
    (folder / "files").mkdir(parents=True, exist_ok=True)
    minutes = 6 * lessons + (6 if quiz or credit else 0)
    names = MODULES[:modules]
    course = COURSE.format(access=access, hours=_hours(minutes, modules, credit))
    (folder / "course.yaml").write_text(course.replace("[01-only]", f"[{', '.join(names)}]"))
    (folder / "files" / "aid.html").write_text("<p>Call 988</p><script>alert(1)</script>")
    files = {}
    more = f"hours: {_hours(minutes, 1, credit)}\ndifficulty: 5\n" if credit else ""
    files["module.yaml"] = MODULE.format(minutes=minutes, more=more)
    for number in range(1, lessons + 1):
        due = "2027-11-21" if credit else "null"
        words = LESSON.format(number=number, due=due, body="@@").replace("@@", body)
        files[f"0{number}-lesson.md"] = words
    if quiz or credit:
        files["quiz.yaml"] = CREDIT_QUIZ if credit else QUIZ
    if rubric or credit:
        files["rubric.yaml"] = RUBRIC + PLAN if credit else RUBRIC
    if credit:
        files |= {"rubric-coaching.yaml": COACHING, "session.md": GUIDE}
    for name in names:
        (folder / name).mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / name / file).write_text(_for_module(name, text))
    return folder


def _hours(minutes, modules, credit):
    live, practice, coaching = (0.5, 0.5, 0.25) if credit else (0, 0, 0)
    parts = {"self_paced": minutes / 60, "live": live, "practice": practice, "coaching": coaching}
    return f"{{{', '.join(f'{kind}: {modules * hours}' for kind, hours in parts.items())}}}"


def _for_module(name, text):
    """Return the text of a file, in the second module with keys of its own."""
    if name == MODULES[0]:
        return text
    return text.replace("tiny-", "more-").replace("slug: only", "slug: more")


def edit(folder, name, old, new):
    """Change words of one file of a pack."""
    path = folder / name
    text = path.read_text()
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new))
