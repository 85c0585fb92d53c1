"""URLs of the desks."""

from django.urls import URLPattern, path

from certification.dashboards.views import agency, names, person, state, transcript, why, worker

urlpatterns: list[URLPattern] = [
    path("me/", worker.me, name="me"),
    path("me/left.csv", worker.left_csv, name="me-left"),
    path("me/why/", why.my_why, name="me-why"),
    path("me/why.csv", why.my_why_csv, name="me-why-csv"),
    path("me/certificates/", worker.certificates, name="me-certificates"),
    path("me/transcript/", transcript.transcript, name="me-transcript"),
    path("me/transcript.csv", transcript.transcript_csv, name="me-transcript-csv"),
    path("me/transcript.pdf", transcript.transcript_pdf, name="me-transcript-pdf"),
    path("agency/", agency.first, name="agency-first"),
    path("agency/<slug:slug>/", agency.agency, name="agency"),
    path("agency/<slug:slug>/team.csv", agency.team_csv, name="agency-csv"),
    path("agency/<slug:slug>/people/<uuid:uuid>/", person.agency_person, name="agency-person"),
    path(
        "agency/<slug:slug>/people/<uuid:uuid>/then/",
        person.agency_person_then,
        name="agency-person-then",
    ),
    path("agency/<slug:slug>/people/<uuid:uuid>/why/", why.agency_why, name="agency-person-why"),
    path("state/", state.state, name="state"),
    path("state/names/<uuid:uuid>/", names.decide, name="name-decide"),
    path("certificates/<str:code>/reissue/", names.reissue_certificate, name="certificate-reissue"),
    path("state/table.csv", state.table, name="state-table"),
    path("state/people.csv", state.people, name="state-people"),
]
