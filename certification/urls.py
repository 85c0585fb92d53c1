"""URLs of the certification folder."""

from django.urls import URLPattern, URLResolver

from certification.dashboards import urls as desks

urlpatterns: list[URLPattern | URLResolver] = [*desks.urlpatterns]
