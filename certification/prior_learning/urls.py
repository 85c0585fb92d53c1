"""URLs of prior learning."""

from django.urls import URLPattern, path

from certification.prior_learning.views import officer, showing, worker

urlpatterns: list[URLPattern] = [
    path("me/prior-learning/", worker.mine, name="prior-learning"),
    path("me/prior-learning/new/", worker.ask, name="prior-learning-ask"),
    path("me/prior-learning/<uuid:uuid>/", worker.one, name="prior-learning-request"),
    path(
        "me/prior-learning/<uuid:uuid>/files/<int:number>/",
        showing.paper,
        name="prior-learning-file",
    ),
    path("state/prior-learning/", officer.queue, name="prior-learning-queue"),
    path("state/prior-learning/log.csv", officer.log, name="prior-learning-log"),
    path("state/prior-learning/<uuid:uuid>/", officer.decide, name="prior-learning-decide"),
    path(
        "state/prior-learning/<uuid:uuid>/reverse/",
        officer.take_back,
        name="prior-learning-reverse",
    ),
]
