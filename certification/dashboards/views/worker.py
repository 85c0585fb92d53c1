"""The worker's own pages: what is left, certificates and transcript."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from certification.dashboards import exports, next_step
from certification.dashboards.access import user_id
from certification.dashboards.acting import actor_name
from certification.dashboards.asking import query_with
from certification.dashboards.findings import Findings, Item, keys_of, left_rows, read_findings
from certification.dashboards.next_step import NextStep
from certification.dashboards.queries import worker
from certification.dashboards.queries.standing import PersonStanding, chosen, person_standings
from certification.dashboards.standing_words import sentence, standing_words
from courses.public import (
    WaitingObservation,
    go_on,
    progress_words,
    resume_words,
    subject_titles,
    waiting_for,
)
from lms.kit.tables import csv_response
from lms.public import PersonRecord, person_of_user, today


@dataclass(frozen=True, slots=True)
class Desk:
    """A worker with the program looked at; no `current` for somebody who has begun nothing."""

    person: PersonRecord
    on: date
    standings: list[PersonStanding]
    current: PersonStanding | None
    findings: Findings


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show what is left, by when, and who must act next."""
    person = person_of_user(user_id=user_id(request))
    if person is None:
        return render(request, "certification/dashboards/me_nobody.html")
    desk = _desk(request, person)
    waiting = waiting_for(person_ids=[person.id])
    places = worker.places_of(person_id=person.id, on=desk.on)
    context = {
        "desk": desk,
        "waiting": [(each, worker.observation_url(each)) for each in waiting],
        "places": places,
        "helpers": worker.helpers_of(places=places, on=desk.on),
        "certificates": worker.certificates(worker.held_in(desk.standings), desk.on),
        "programs": _pills(request, desk),
        "resume": _resume(person.id),
    }
    if desk.current is None:
        course = worker.introduction(person_id=person.id)
        step = next_step.learn(course) if course else None
        label = progress_words(progress=course) if course else ""
        more = {"course": course, "step": step, "progress_label": label}
        return render(request, "certification/dashboards/me_new.html", context | more)
    first, more_words = sentence(desk.current, person.given_name)
    return render(
        request,
        "certification/dashboards/me.html",
        {
            **context,
            "first": first,
            "more": more_words,
            "step": _step(desk, waiting),
            "words": standing_words(desk.current, mine=True),
            "left": left_rows(desk.findings.left),
            "renewal": left_rows(_renewal(desk)),
            "left_csv": reverse("me-left") + query_with(request, {"program": desk.current.key}),
        },
    )


def _resume(person_id: int) -> dict[str, str] | None:
    """Return where the worker goes on reading: words and address."""
    found = go_on(person_id=person_id)
    return {"words": resume_words(resume=found), "url": found.url} if found else None


@require_GET
def left_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download what is left, one line for each requirement."""
    desk = _desk(request, own_person(request))
    name = f"what-is-left-{desk.on}"
    key = desk.current.key if desk.current else ""
    return csv_response(name, exports.left_columns(key, desk.on), desk.findings.left)


@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """Show every certificate of every period, whatever became of it."""
    person = own_person(request)
    on = today()
    standings = person_standings(person_id=person.id, on=on)
    rows = worker.certificates(worker.held_in(standings), on)
    titles = {each.key: each.title for each in standings}
    context = {
        "rows": [(row, titles.get(row.program_key, "")) for row in rows],
        "crumbs": my_page(),
    }
    return render(request, "certification/dashboards/certificates.html", context)


def my_page() -> list[dict[str, object]]:
    """Return the way back to the worker's page."""
    return [{"label": _("My page"), "url": reverse("me")}]


def own_person(request: HttpRequest) -> PersonRecord:
    """Return the worker who is signed in.

    Raises:
        Http404: the account belongs to no worker.
    """
    person = person_of_user(user_id=user_id(request))
    if person is None:
        raise Http404
    return person


def _desk(request: HttpRequest, person: PersonRecord) -> Desk:
    on = today()
    standings = person_standings(person_id=person.id, on=on)
    current = chosen(standings, request.GET.get("program", ""))
    if current is None:
        return Desk(person, on, standings, None, Findings())
    titles = subject_titles(subjects=keys_of(current.rules))
    found = read_findings(current.decision(), current.rules, current.facts, titles)
    return Desk(person, on, standings, current, found)


def _step(desk: Desk, waiting: list[WaitingObservation]) -> NextStep:
    """Return the one thing to do next: first what others wait for, then the nearest deadline."""
    if waiting:
        return next_step.acknowledge(waiting[0].rubric_title, worker.observation_url(waiting[0]))
    left = desk.findings.left or _renewal(desk)
    own = next_step.next_own(left)
    if own is not None:
        course = worker.course_for(person_id=desk.person.id, keys=own.keys)
        return (next_step.learn(course) if course else None) or next_step.other(own)
    granted = next_step.next_granted(left)
    if granted is not None:
        query = urlencode({"for": granted.id})
        return next_step.bring(granted, f"{reverse('my-licences-add')}?{query}")
    return next_step.wait(left, actor_name(left[0].actor, mine=True) if left else "")


def _renewal(desk: Desk) -> tuple[Item, ...]:
    """Return what a renewal asks; only somebody who is certified renews."""
    now = desk.current.standing if desk.current else None
    return desk.findings.renewal if now is not None and now.status == "certified" else ()


def _pills(request: HttpRequest, desk: Desk) -> list[dict[str, object]]:
    """Return the programs to choose from, when there is a choice."""
    if len(desk.standings) < 2:
        return []
    return [
        {
            "label": each.title,
            "url": query_with(request, {"program": each.key}),
            "current": desk.current is not None and each.key == desk.current.key,
        }
        for each in desk.standings
    ]
