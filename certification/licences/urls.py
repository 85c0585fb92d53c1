"""URLs of licences."""

from django.urls import URLPattern, path

from certification.licences.views import agency, own

PERSON = "agency/<slug:slug>/people/<uuid:uuid>/licences/"

urlpatterns: list[URLPattern] = [
    path("me/licences/", own.licences, name="my-licences"),
    path("me/licences/add/", own.add, name="my-licences-add"),
    path("agency/<slug:slug>/licences/", agency.team, name="agency-licences"),
    path("agency/<slug:slug>/licences.csv", agency.team_csv, name="agency-licences-csv"),
    path(PERSON, agency.person, name="agency-person-licences"),
    path(f"{PERSON}add/", agency.add, name="agency-licence-add"),
    path(f"{PERSON}<uuid:licence>/", agency.look_up, name="agency-licence-look-up"),
    path(f"{PERSON}<uuid:licence>/correct/", agency.correct, name="agency-licence-correct"),
]
