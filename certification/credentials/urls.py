"""URLs of certificates."""

from django.urls import URLPattern, path

from certification.credentials import views

urlpatterns: list[URLPattern] = [
    path("certificates/<str:code>.pdf", views.certificate_pdf, name="certificate-pdf"),
    path("certificates/<str:code>/", views.certificate, name="certificate"),
]
