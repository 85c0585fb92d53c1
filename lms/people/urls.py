"""URLs of people: joining, invitations and rosters."""

from django.urls import URLPattern, URLResolver, path

from lms.people.views import invitations, joining

urlpatterns: list[URLPattern | URLResolver] = [
    path("join/<str:token>/", joining.join, name="join"),
    path("agency/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path(
        "agency/<slug:slug>/invitations/<int:invitation_id>/withdraw/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("agency/<slug:slug>/invitations/claims/<uuid:uuid>/", invitations.claim, name="claim"),
]
