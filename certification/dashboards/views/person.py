"""One worker as the agency or the state sees them: the same findings as on their own page."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from certification.dashboards import access
from certification.dashboards.asking import AskedDate, asked_date, query_with
from certification.dashboards.findings import Findings, keys_of, left_rows, read_findings
from certification.dashboards.queries import worker
from certification.dashboards.queries.standing import (
    PersonStanding,
    at_places,
    chosen,
    person_standings,
)
from certification.dashboards.standing_words import standing_words
from certification.dashboards.two_times import two_times
from courses.public import subject_titles
from lms.public import (
    OrganisationRecord,
    PersonRecord,
    former_names,
    person_by_uuid,
    role_title,
    today,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that the account may open: who, where, on which date, and how much of it."""

    person: PersonRecord
    team: OrganisationRecord
    reach: access.Reach
    asked: AskedDate
    places: list[worker.Place]
    all_standings: list[PersonStanding]
    standings: list[PersonStanding]
    current: PersonStanding | None

    def crumb(self) -> dict[str, str]:
        """Return the way back to the team, on the same date."""
        key = self.current.key if self.current else ""
        back = urlencode({"as_of": self.asked.on.isoformat(), "program": key})
        return {"label": self.team.name, "url": f"{reverse('agency', args=[self.team.key])}?{back}"}


def open_member(request: HttpRequest, slug: str, uuid: UUID) -> Opened:
    """Open the record of a member of a team, as far as the account may.

    Of employment only that of this agency is shown, and only to those whose agency it is: the
    manager of one agency learns nothing of somebody's second job. An agency that the person has
    left sees the days of that employment as they were: under the name of then, and nothing later.

    Raises:
        Http404: no such person here on that date, or the account is a stranger.
        Denied: a colleague without the right.
    """
    person = person_by_uuid(uuid=uuid)
    team = access.organisation_of(slug)
    if person is None or team is None:
        raise Http404
    asked = asked_date(request, today())
    reach = access.open_record(request, person, asked.on)
    everywhere = worker.places_of(person_id=person.id, on=asked.on)
    below = [each for each in everywhere if each.organisation.path.startswith(team.path)]
    places = [each for each in below if reach.shows(each)]
    if not places:
        raise Http404
    if reach.former:
        person = _as_known(person, team, asked.on)
    all_standings = person_standings(person_id=person.id, on=asked.on, no_later=reach.former)
    here = [(each.organisation.path, each.since) for each in places]
    standings = at_places(all_standings, here)
    current = chosen(standings, request.GET.get("program", ""))
    return Opened(person, team, reach, asked, places, all_standings, standings, current)


def _as_known(person: PersonRecord, team: OrganisationRecord, on: date) -> PersonRecord:
    """Return somebody who has left as the agency knew them: by the name of the day, no address."""
    names = former_names(person_ids=[person.id], path=team.path, as_of=on, on=today())
    given, family = names.get(person.id, (person.given_name, person.family_name))
    name = f"{given} {family}".strip()
    return replace(person, name=name, given_name=given, family_name=family, email="")


@require_GET
def agency_person(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show how a member of a team stands on a date, to whoever may open the record.

    Raises: as ``open_member``.
    """
    opened = open_member(request, slug, uuid)
    person, current, asked = opened.person, opened.current, opened.asked
    found = Findings()
    if current is not None:
        titles = subject_titles(subjects=keys_of(current.rules))
        found = read_findings(
            current.decision(),
            current.rules,
            current.facts,
            titles,
            licences=opened.reach.licences,
        )
    return render(
        request,
        "certification/dashboards/person.html",
        {
            "person": person,
            "place": opened.team,
            "manages": not opened.reach.former and access.manages(request, opened.team),
            "licences": opened.reach.licences and not (opened.reach.own or opened.reach.former),
            "former": opened.reach.former,
            "asked": asked,
            "current": current,
            "words": standing_words(current, mine=False) if current else None,
            "findings": found,
            "left": left_rows(found.left, name=person.name),
            "places": [(role_title(role=each.role), each) for each in opened.places],
            "certificates": worker.certificates(worker.held_in(opened.all_standings), asked.on),
            "programs": [
                {
                    "label": each.title,
                    "url": query_with(request, {"program": each.key}),
                    "current": current is not None and each.key == current.key,
                }
                for each in opened.standings
            ],
            "crumbs": [opened.crumb()],
        },
    )


@require_GET
def agency_person_then(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show side by side how somebody stood on a date and what was known of it at another.

    Raises: as ``open_member``; Http404: under no program on that date.
    """
    opened = open_member(request, slug, uuid)
    if opened.current is None:
        raise Http404
    known = asked_date(request, opened.asked.on, "known_on")
    zone = ZoneInfo(opened.current.rules.zone)
    instant = datetime.combine(known.on, time.max, zone)
    back = reverse("agency-person", args=[slug, uuid])
    query = urlencode({"as_of": opened.asked.on.isoformat(), "program": opened.current.key})
    return render(
        request,
        "certification/dashboards/then.html",
        {
            "person": opened.person,
            "place": opened.team,
            "asked": opened.asked,
            "known": known,
            "problems": [each.problem for each in (opened.asked, known) if each.problem],
            "program": opened.current,
            "two": two_times(
                person_id=opened.person.id,
                program_key=opened.current.key,
                on=opened.asked.on,
                known_at=instant,
                licences=opened.reach.licences,
            ),
            "crumbs": [opened.crumb(), {"label": opened.person.name, "url": f"{back}?{query}"}],
        },
    )
