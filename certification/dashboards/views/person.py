"""One worker as the agency or the state sees them: the same findings as on their own page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from certification.dashboards import access
from certification.dashboards.asking import asked_date, query_with
from certification.dashboards.findings import Findings, keys_of, left_rows, read_findings
from certification.dashboards.queries import worker
from certification.dashboards.queries.standing import at_places, chosen, person_standings
from certification.dashboards.standing_words import standing_words
from courses.public import subject_titles
from lms.public import person_by_uuid, role_title, today


@require_GET
def agency_person(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show how a member of a team stands on a date, to whoever may open the record.

    Of employment only that of this agency is shown, and only to those whose agency it is: the
    manager of one agency learns nothing of somebody's second job.

    Raises:
        Http404: no such person here on that date, or the account is a stranger.
        Denied: a colleague without the right.
    """
    person = person_by_uuid(uuid=uuid)
    team = access.organisation_of(slug)
    if person is None or team is None:
        raise Http404
    reach = access.open_record(request, person)
    asked = asked_date(request, today())
    everywhere = worker.places_of(person_id=person.id, on=asked.on)
    below = [each for each in everywhere if each.organisation.path.startswith(team.path)]
    places = [each for each in below if reach.shows(each)]
    if not places:
        raise Http404
    all_standings = person_standings(person_id=person.id, on=asked.on)
    here = [(each.organisation.path, each.since) for each in places]
    standings = at_places(all_standings, here)
    current = chosen(standings, request.GET.get("program", ""))
    found = Findings()
    if current is not None:
        titles = subject_titles(subjects=keys_of(current.rules))
        found = read_findings(
            current.decision(), current.rules, current.facts, titles, licences=reach.licences
        )
    back = {"as_of": asked.on.isoformat(), "program": current.key if current else ""}
    return render(
        request,
        "certification/dashboards/person.html",
        {
            "person": person,
            "place": team,
            "asked": asked,
            "current": current,
            "words": standing_words(current, mine=False) if current else None,
            "findings": found,
            "left": left_rows(found.left, name=person.name),
            "places": [(role_title(role=each.role), each) for each in places],
            "certificates": worker.certificates(worker.held_in(all_standings), asked.on),
            "programs": [
                {
                    "label": each.title,
                    "url": query_with(request, {"program": each.key}),
                    "current": current is not None and each.key == current.key,
                }
                for each in standings
            ],
            "crumbs": [
                {"label": team.name, "url": f"{reverse('agency', args=[slug])}?{urlencode(back)}"}
            ],
        },
    )
