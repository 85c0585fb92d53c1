"""URLs of duplicates."""

from django.urls import URLPattern, path

from certification.duplicates import views

urlpatterns: list[URLPattern] = [
    path("state/duplicates/", views.desk, name="duplicates"),
    path("state/duplicates/compare/", views.compare, name="duplicates-compare"),
    path("state/duplicates/proposals/<uuid:uuid>/", views.proposal, name="duplicates-proposal"),
    path("state/duplicates/merges/<uuid:uuid>/", views.merge, name="duplicates-merge"),
]
