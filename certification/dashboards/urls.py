"""URLs of the desks."""

from django.urls import URLPattern, path

from certification.dashboards.views import state

urlpatterns: list[URLPattern] = [
    path("state/", state.state, name="state"),
    path("state/table.csv", state.table, name="state-table"),
    path("state/people.csv", state.people, name="state-people"),
]
