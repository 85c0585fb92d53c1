"""The goals of the speed page, each measured against its floor in the same rounds."""

import gzip
import re
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser

from django.conf import settings
from django.contrib.staticfiles import finders

from lms.management.benchmark import floors
from lms.management.benchmark.line import Line, ratio
from lms.management.benchmark.many import p8, p18
from lms.management.benchmark.measure import counted, cpu_ms
from lms.management.benchmark.quizzes import p4, p6
from lms.management.benchmark.stage import Stage
from lms.management.benchmark.visitor import Failed, Visitor

Goal = Callable[[Stage, int], list[Line]]


def p1(stage: Stage, rounds: int) -> list[Line]:
    """Public verification, HTML and JSON, against a bare view with one look-up and a template."""
    floor = Visitor(middleware=floors.D1V_MIDDLEWARE)
    stranger = Visitor()
    calls: dict[str, Callable[[], object]] = {
        "floor": lambda: floor.get(f"/d1v/{stage.code}/"),
        "page": lambda: stranger.get(f"/verify/{stage.code}/"),
        "json": lambda: stranger.get(f"/verify/{stage.code}.json"),
        "api": lambda: stranger.get(f"/api/v1/verify/{stage.code}"),
    }
    ms = cpu_ms(calls, rounds=rounds)
    lines = []
    for name in ("page", "json", "api"):
        sql = counted(calls[name])
        lines.append(
            ratio("P1", f"verification, {name}", "D1v", ms[name], ms["floor"], 1.5,
                   {"SQL": (sql.statements, 2), "writes": (sql.writes, 0),
                    "cookies": (len(stranger.cookies), 0)})
        )  # fmt: skip
    return lines


def p2(stage: Stage, rounds: int) -> list[Line]:
    """The lesson page, signed in, against a bare Wagtail page."""
    return _page_against_w("P2", "lesson, signed in", stage, stage.lesson, rounds, 1.5)


def p3(stage: Stage, rounds: int) -> list[Line]:
    """The course home, signed in, against a bare Wagtail page."""
    return _page_against_w("P3", "course home, signed in", stage, stage.course, rounds, 1.75)


def _page_against_w(
    goal: str, what: str, stage: Stage, path: str, rounds: int, must: float
) -> list[Line]:
    bare = Visitor(middleware=floors.W_MIDDLEWARE)
    learner = Visitor(user=stage.learner)
    calls: dict[str, Callable[[], object]] = {
        "floor": lambda: bare.get(f"/w/{stage.bare_page}/"),
        "page": lambda: learner.get(path),
    }
    ms = cpu_ms(calls, rounds=rounds)
    sql = counted(calls["page"])
    return [ratio(goal, what, "W", ms["page"], ms["floor"], must, {"SQL": (sql.statements, 10)})]


def p5(stage: Stage, rounds: int) -> list[Line]:
    """A whole quiz attempt, all questions on one page: start, page, hand in, result."""
    learner = Visitor(user=stage.learner)

    def attempt() -> None:
        page = learner.post(stage.quiz, {})
        answers = _first_choices(learner.get(page).decode())
        if len(answers) < 10:
            raise Failed(f"the quiz page shows {len(answers)} questions")
        learner.post(page, {**answers, "action": "submit", "confirmed": "1"})
        learner.get(page)

    ms = cpu_ms({"attempt": attempt}, rounds=max(5, rounds // 4))
    return [Line("P5", "quiz on one page, whole attempt", "-", ms["attempt"], "CPU ms", 70)]


def p7(stage: Stage, rounds: int) -> list[Line]:
    """From the completion on record to the certificate, in the answering request.

    Counted once the completion is committed: reading the facts, deciding, issuing, the standing.
    Writing the completion itself is told beside it.
    """
    whole = counted(partial(stage.complete, stage.newcomer())).statements
    few = counted(partial(stage.complete, stage.newcomer()), after_commit=True).statements
    many = counted(
        partial(stage.complete, stage.newcomer(other_courses=5)), after_commit=True
    ).statements
    ms = cpu_ms({"complete": lambda: stage.complete(stage.newcomer())}, rounds=max(5, rounds // 4))
    return [
        Line("P7", "completion → standing → certificate", "-", few, "SQL", 10,
             f"{ms['complete']:.1f} CPU ms with a new person's rows; {whole} SQL with writing the"
             f" completion; {many} SQL with five more courses on record",
             {"change with more courses": (abs(many - few), 0)})
    ]  # fmt: skip


def p11(stage: Stage, rounds: int) -> list[Line]:
    """Making the certificate PDF, against bare WeasyPrint with the same page and a QR code."""
    ms = cpu_ms({"floor": stage.bare_pdf(), "made": stage.make_pdf()}, rounds=max(5, rounds // 4))
    return [ratio("P11", "certificate PDF, made", "P", ms["made"], ms["floor"], 1.5)]


def p12(stage: Stage, rounds: int) -> list[Line]:
    """Fetching the stored certificate PDF again, against a bare signed-in lesson."""
    bare = Visitor(user=stage.holder, middleware=floors.D2_MIDDLEWARE)
    holder = Visitor(user=stage.holder)
    path = f"/certificates/{stage.code}.pdf"
    holder.get(path)
    ms = cpu_ms(
        {"floor": lambda: bare.get(f"/d2/{stage.bare_page}/"), "again": lambda: holder.get(path)},
        rounds=rounds,
    )
    return [ratio("P12", "certificate PDF, fetched again", "D2", ms["again"], ms["floor"], 2.0)]


def p14(stage: Stage, rounds: int) -> list[Line]:
    """Signing in with a password (Argon2id, 19 MiB, two passes)."""

    def sign_in() -> None:
        stage.forget_sign_ins()
        visitor = Visitor()
        visitor.post("/accounts/login/", {"login": stage.address, "password": stage.password})

    ms = cpu_ms({"sign in": sign_in}, rounds=max(5, rounds // 4))
    return [Line("P14", "sign-in", "-", ms["sign in"], "CPU ms", 65)]


def p16(stage: Stage, rounds: int) -> list[Line]:
    """What a page weighs before pictures and fonts."""
    learner = Visitor(user=stage.learner)
    course, lesson = learner.get(stage.course), learner.get(stage.lesson)
    linked = _linked(lesson.decode()) | _linked(course.decode())
    style_and_script = sum(len(gzip.compress(_static(name))) for name in linked)
    return [
        Line("P16", "course page, HTML", "-", len(course) / 1024, "KB", 40),
        Line("P16", "lesson page, HTML", "-", len(lesson) / 1024, "KB", 30),
        Line("P16", "CSS and JS, compressed", "-", style_and_script / 1024, "KB", 100,
             ", ".join(sorted(linked))),
    ]  # fmt: skip


class _Radios(HTMLParser):
    """Finds the first choice of every radio group of the page's main form."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a radio button."""
        given = dict(attrs)
        if tag == "input" and given.get("type") == "radio":
            self.first.setdefault(given.get("name") or "", given.get("value") or "")


def _first_choices(html: str) -> dict[str, str]:
    radios = _Radios()
    radios.feed(html)
    return radios.first


def _linked(html: str) -> set[str]:
    """Return the names of the style sheets and scripts that a page loads."""
    return set(re.findall(rf'"{settings.STATIC_URL}([\w./-]+\.(?:css|js))"', html))


def _static(name: str) -> bytes:
    path = finders.find(name)
    if not path:
        raise Failed(f"static file {name} is missing")
    with open(path, "rb") as file:
        return file.read()


GOALS: dict[str, Goal] = {
    "P1": p1, "P2": p2, "P3": p3, "P4": p4, "P5": p5, "P6": p6, "P7": p7, "P8": p8, "P11": p11,
    "P12": p12, "P14": p14, "P16": p16, "P18": p18,
}  # fmt: skip
