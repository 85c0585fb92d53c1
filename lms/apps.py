"""The Django app of the lms folder."""

from django.apps import AppConfig


class LmsConfig(AppConfig):
    """People, organisations, audit, notices, documents and the outbox."""

    name = "lms"
    label = "lms"
    verbose_name = "People and organisations"

    def ready(self) -> None:
        from lms import checks  # noqa: F401 (registers the system checks)
