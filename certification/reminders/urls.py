"""URLs of reminders."""

from django.urls import URLPattern, path

from certification.reminders import views

urlpatterns: list[URLPattern] = [
    path("me/reminders/", views.preferences, name="reminders"),
]
