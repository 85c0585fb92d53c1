"""URLs of verification."""

from django.urls import URLPattern, path

from certification.verification.views import checking, rosters

urlpatterns: list[URLPattern] = [
    path("verify/", checking.start, name="verify"),
    path("verify/<str:code>.json", checking.result_json, name="verify-json"),
    path("verify/<str:code>/", checking.result, name="verify-code"),
    # Before the router of the API, which documents it: a plain view takes the fast lane.
    path("api/v1/verify/<str:code>", checking.api, name="verify-api"),
    path("agency/<slug:slug>/verify-roster/", rosters.verify_roster, name="verify-roster"),
    path(
        "agency/<slug:slug>/verify-roster/<uuid:uuid>/", rosters.roster_check, name="roster-check"
    ),
    path("agency/<slug:slug>/verify-roster/<uuid:uuid>.csv", rosters.roster_csv, name="roster-csv"),
]
