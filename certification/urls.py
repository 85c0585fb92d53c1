"""URLs of the certification folder."""

from django.urls import URLPattern, URLResolver

from certification.casework import urls as casework
from certification.credentials import urls as certificates
from certification.dashboards import urls as desks
from certification.duplicates import urls as duplicates
from certification.licences import urls as licences
from certification.portable import urls as portable
from certification.prior_learning import urls as prior_learning
from certification.program_review import urls as program_review
from certification.refusals import urls as refusals
from certification.reminders import urls as reminders
from certification.signing import urls as signing
from certification.verification import urls as verification

urlpatterns: list[URLPattern | URLResolver] = [
    *certificates.urlpatterns,
    *casework.urlpatterns,
    *verification.urlpatterns,
    *prior_learning.urlpatterns,
    *duplicates.urlpatterns,
    *portable.urlpatterns,
    *program_review.urlpatterns,
    *desks.urlpatterns,
    *licences.urlpatterns,
    *refusals.urlpatterns,
    *reminders.urlpatterns,
    *signing.urlpatterns,
]
