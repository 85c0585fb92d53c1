"""URLs of verification."""

from django.urls import URLPattern, path

from certification.verification import views

urlpatterns: list[URLPattern] = [
    path("verify/", views.start, name="verify"),
    path("verify/<str:code>.json", views.result_json, name="verify-json"),
    path("verify/<str:code>/", views.result, name="verify-code"),
    # Before the router of the API, which documents it: a plain view takes the fast lane.
    path("api/v1/verify/<str:code>", views.api, name="verify-api"),
]
