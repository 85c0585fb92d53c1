"""URLs of the programs' desk."""

from django.urls import URLPattern, path

from certification.program_review.views import drafts, programs, reviewing

urlpatterns: list[URLPattern] = [
    path("state/programs/", programs.index, name="programs"),
    path("state/programs/new/", drafts.new, name="program-new"),
    path("state/programs/drafts/<uuid:uuid>/", drafts.one, name="program-draft"),
    path("state/programs/drafts/<uuid:uuid>/revise/", drafts.revise, name="program-revise"),
    path("state/programs/drafts/<uuid:uuid>/preview/", reviewing.preview, name="program-preview"),
    path("state/programs/drafts/<uuid:uuid>/submit/", reviewing.submit, name="program-submit"),
    path(
        "state/programs/drafts/<uuid:uuid>/send-back/",
        reviewing.send_back,
        name="program-send-back",
    ),
    path(
        "state/programs/drafts/<uuid:uuid>/withdraw/", reviewing.withdraw, name="program-withdraw"
    ),
    path("state/programs/drafts/<uuid:uuid>/publish/", reviewing.publish, name="program-publish"),
    path("state/programs/drafts/<uuid:uuid>/people/", reviewing.people, name="program-people"),
    path(
        "state/programs/drafts/<uuid:uuid>/people.csv",
        reviewing.people_csv,
        name="program-people-csv",
    ),
    path("state/programs/<slug:key>/", programs.one, name="program"),
    path("state/programs/<slug:key>/new/", drafts.new, name="program-new-version"),
    path("state/programs/<slug:key>/adopt/", programs.adopt, name="program-adopt"),
    path(
        "state/programs/<slug:key>/adoptions/<int:number>/end/",
        programs.end_adoption,
        name="program-adoption-end",
    ),
    path(
        "state/programs/<slug:key>/versions/<int:number>/",
        programs.version_text,
        name="program-version-text",
    ),
]
