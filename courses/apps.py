"""The Django app of the courses folder."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoursesConfig(AppConfig):
    """Courses, the learning ledger, quizzes and coaching."""

    name = "courses"
    label = "courses"
    verbose_name = "Courses and evidence"

    def ready(self) -> None:
        from courses import public
        from courses.catalog.editors import give_rules_to_editors

        public.connect()
        post_migrate.connect(
            give_rules_to_editors, sender=self, dispatch_uid="courses.give_rules_to_editors"
        )
