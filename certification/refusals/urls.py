"""URLs of refusal letters."""

from django.urls import URLPattern, path

from certification.refusals import views

urlpatterns: list[URLPattern] = [
    path("me/letters/", views.mine, name="my-letters"),
    path("state/people/<uuid:uuid>/refusal/", views.write, name="refusal-write"),
    path("state/people/<uuid:uuid>/refusal.pdf", views.draft_pdf, name="refusal-draft-pdf"),
    path("state/refusals/<uuid:uuid>/", views.letter, name="refusal"),
    path("state/refusals/<uuid:uuid>.pdf", views.letter_as_pdf, name="refusal-pdf"),
]
