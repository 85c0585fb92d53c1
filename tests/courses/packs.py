"""Tiny curriculum packs, written to a folder."""

COURSE = """\
key: tiny
title: A tiny course
version: "1"
language: en
summary: Three words.
audience: [Responders]
access: {access}
hours: {{self_paced: {hours}, live: 0, practice: 0, coaching: 0}}
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
"""
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
review_due: null
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


def write_pack(root, *, lessons=1, quiz=False, rubric=False, access="public", body=BODY):
    """Write a pack with so many lessons of six minutes and return its folder."""
    folder = root / "tiny"
    (folder / "01-only").mkdir(parents=True, exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    minutes = 6 * lessons + (6 if quiz else 0)
    (folder / "course.yaml").write_text(COURSE.format(access=access, hours=minutes / 60))
    (folder / "01-only" / "module.yaml").write_text(MODULE.format(minutes=minutes))
    for number in range(1, lessons + 1):
        words = LESSON.format(number=number, body="@@").replace("@@", body)
        (folder / "01-only" / f"0{number}-lesson.md").write_text(words)
    if quiz:
        (folder / "01-only" / "quiz.yaml").write_text(QUIZ)
    if rubric:
        (folder / "01-only" / "rubric.yaml").write_text(RUBRIC)
    (folder / "files" / "aid.html").write_text("<p>Call 988</p><script>alert(1)</script>")
    return folder


def edit(folder, name, old, new):
    """Change words of one file of a pack."""
    path = folder / name
    text = path.read_text()
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new))
