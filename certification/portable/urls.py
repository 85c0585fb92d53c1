"""URLs of the portable record."""

from django.urls import URLPattern, path

from certification.portable.views import believing, officer, worker

urlpatterns: list[URLPattern] = [
    path("me/record/", worker.record, name="me-record"),
    path("me/record/<uuid:uuid>/", worker.download, name="me-record-download"),
    path("state/records/", officer.records, name="records"),
    path("state/records/import/", officer.upload, name="record-upload"),
    path("state/records/import/<uuid:uuid>/", officer.confirm, name="record-confirm"),
    path("state/records/issuers/", believing.issuers, name="record-issuers"),
    path("state/records/issuers/<int:number>/end/", believing.end_issuer, name="record-issuer-end"),
    path("state/records/maps/", believing.maps, name="record-maps"),
    path("state/records/maps/<int:number>/", believing.one_map, name="record-map"),
    path("state/records/<uuid:uuid>/", officer.one, name="record-import"),
]
