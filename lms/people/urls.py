"""URLs of people: joining, invitations and rosters."""

from django.urls import URLPattern, URLResolver, path

from lms.people.views import invitations, joining, names, rosters, session

urlpatterns: list[URLPattern | URLResolver] = [
    path("join/<str:token>/", joining.join, name="join"),
    path("me/name/", names.name, name="my-name"),
    path("me/session/", session.session, name="session"),
    path("state/names/", names.names_queue, name="names-queue"),
    path("agency/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path(
        "agency/<slug:slug>/invitations/<int:invitation_id>/withdraw/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("agency/<slug:slug>/invitations/claims/<uuid:uuid>/", invitations.claim, name="claim"),
    path("agency/<slug:slug>/roster/", rosters.upload, name="roster"),
    path("agency/<slug:slug>/roster/example.csv", rosters.example, name="roster_example"),
    path("agency/<slug:slug>/roster/<uuid:uuid>/columns/", rosters.columns, name="roster_columns"),
    path("agency/<slug:slug>/roster/<uuid:uuid>/preview/", rosters.preview, name="roster_preview"),
    path("agency/<slug:slug>/roster/<uuid:uuid>/apply/", rosters.confirm, name="roster_apply"),
    path("agency/<slug:slug>/roster/<uuid:uuid>/drop/", rosters.drop, name="roster_drop"),
    path("agency/<slug:slug>/roster/<uuid:uuid>/result/", rosters.result, name="roster_result"),
    path(
        "agency/<slug:slug>/roster/<uuid:uuid>/result.csv",
        rosters.result_file,
        name="roster_result_file",
    ),
]
