"""URLs of casework: the queue, cases, changes of a certificate, the holder's side."""

from django.urls import URLPattern, path

from certification.casework.views import changes, holder, issuing, office

urlpatterns: list[URLPattern] = [
    path("state/cases/", office.queue, name="cases"),
    path("state/cases/revocations/<uuid:uuid>/", office.proposal, name="case-revocation"),
    path("state/cases/appeals/<uuid:uuid>/", office.appeal, name="case-appeal"),
    path(
        "state/cases/appeals/<uuid:uuid>/files/<int:number>/",
        office.paper,
        name="case-appeal-file",
    ),
    path("certificates/<str:code>/life/", changes.life, name="certificate-life"),
    path("certificates/<str:code>/suspend/", changes.suspend, name="certificate-suspend"),
    path("certificates/<str:code>/reinstate/", changes.reinstate, name="certificate-reinstate"),
    path("certificates/<str:code>/retire/", changes.retire, name="certificate-retire"),
    path("certificates/<str:code>/revoke/", changes.propose, name="certificate-revoke"),
    path("certificates/<str:code>/next/", issuing.issue_next, name="certificate-next"),
    path("certificates/<str:code>/decision/", holder.decision, name="certificate-decision"),
    path(
        "certificates/<str:code>/decision/files/<int:number>/",
        holder.paper,
        name="certificate-appeal-file",
    ),
]
