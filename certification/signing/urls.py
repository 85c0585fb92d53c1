"""URLs of the keys."""

from django.urls import URLPattern, path

from certification.signing import views

urlpatterns: list[URLPattern] = [
    path(".well-known/did.json", views.did, name="did"),
]
