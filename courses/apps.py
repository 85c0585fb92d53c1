"""The Django app of the courses folder."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Courses, the learning ledger, quizzes and coaching."""

    name = "courses"
    label = "courses"
    verbose_name = "Courses and evidence"

    def ready(self) -> None:
        from courses import public

        public.connect()
