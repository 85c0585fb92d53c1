"""The Django app of the certification folder."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """Programs, decisions, credentials, verification and desks."""

    name = "certification"
    label = "certification"
    verbose_name = "Certification"

    def ready(self) -> None:
        from certification import public

        public.connect()
