"""Every URL of the site; the one place that joins the folders."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

import certification.urls
import courses.urls
from lms import health
from lms.api import api
from lms.editing import styleguide
from lms.people import urls as people_urls

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("", include(people_urls)),
    path("", include(courses.urls)),
    path("", include(certification.urls)),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    # Wagtail's own sign-in would go round the second factor and the rate limits.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
handler400 = "lms.kit.errors.bad_request"
handler403 = "lms.kit.errors.forbidden"
handler404 = "lms.kit.errors.not_found"
handler500 = "lms.kit.errors.server_error"
