"""URLs of the courses folder."""

from django.urls import URLPattern, URLResolver, path

from courses.assessment import views as assessment
from courses.coaching import views as coaching
from courses.learning import views as learning
from courses.seat_time import views as seat_time
from courses.teaching.views import cohorts, quizzes
from courses.teaching.views import papers as teaching
from courses.timekeeping import views as timekeeping

urlpatterns: list[URLPattern | URLResolver] = [
    path("sw.js", learning.worker, name="worker"),
    path("offline/", learning.offline, name="offline"),
    path("me/sending/", learning.send, name="send"),
    path("me/notes/", learning.notes, name="my-notes"),
    path("me/notes.csv", learning.notes_csv, name="my-notes-csv"),
    path("me/notes.txt", learning.notes_text, name="my-notes-text"),
    path("learn/", learning.learn, name="learn"),
    path("learn/<slug:course>/", learning.course, name="course"),
    path("learn/<slug:course>/files/<path:name>", learning.course_file, name="course_file"),
    path("learn/<slug:course>/syllabus/", teaching.syllabus, name="syllabus"),
    path("learn/<slug:course>/<slug:module>/guide/", teaching.guide, name="guide"),
    path("learn/<slug:course>/<slug:module>/guide.pdf", teaching.guide_pdf, name="guide_pdf"),
    path(
        "learn/<slug:course>/<slug:module>/rubrics/<slug:rubric>.pdf",
        teaching.rubric_pdf,
        name="rubric_pdf",
    ),
    path("learn/<slug:course>/<slug:module>/quiz/", assessment.quiz, name="quiz"),
    path(
        "learn/<slug:course>/<slug:module>/quiz/<uuid:attempt>/",
        assessment.attempt,
        name="quiz_attempt",
    ),
    path(
        "learn/<slug:course>/<slug:module>/quiz/<uuid:attempt>/answer/",
        assessment.answer,
        name="quiz_answer",
    ),
    path(
        "learn/<slug:course>/<slug:module>/offline/", learning.module_offline, name="module_offline"
    ),
    path("learn/<slug:course>/<slug:module>/print/", learning.module_print, name="module_print"),
    path("learn/<slug:course>/<slug:module>/", learning.module, name="module"),
    path("learn/<slug:course>/<slug:module>/<slug:lesson>/", learning.lesson, name="lesson"),
    path("time/", seat_time.report, name="seat_time"),
    path("me/time/", timekeeping.my_time, name="me-time"),
    path("me/time/<slug:course>/", timekeeping.contest, name="me-time-contest"),
    path("train/time/", timekeeping.disputes, name="train-time"),
    path("train/time/<uuid:dispute>/", timekeeping.dispute, name="train-time-dispute"),
    path("train/courses/<slug:course>/time/", timekeeping.course_time, name="course-time"),
    path("train/courses/<slug:course>/time.csv", timekeeping.course_time_csv, name="course-time-csv"),
    path("train/", cohorts.home, name="train"),
    path("train/cohorts/new/", cohorts.new, name="cohort_new"),
    path("train/cohorts/<uuid:cohort>/", cohorts.cohort, name="cohort"),
    path("train/cohorts/<uuid:cohort>/progress.csv", cohorts.export, name="cohort_export"),
    path("train/cohorts/<uuid:cohort>/change/", cohorts.change, name="cohort_change"),
    path("train/cohorts/<uuid:cohort>/people/", cohorts.add, name="cohort_add"),
    path("train/cohorts/<uuid:cohort>/nudge/", cohorts.nudge, name="cohort_nudge"),
    path(
        "train/cohorts/<uuid:cohort>/people/<uuid:person>/", cohorts.person, name="cohort_person"
    ),
    path(
        "train/cohorts/<uuid:cohort>/people/<uuid:person>/remove/",
        cohorts.remove,
        name="cohort_remove",
    ),
    path("train/quizzes/<slug:quiz>/", quizzes.quiz, name="quiz_statistics"),
    path("train/quizzes/<slug:quiz>/questions.csv", quizzes.export, name="quiz_statistics_csv"),
    path("coach/", coaching.home, name="coach"),
    path("coach/people.csv", coaching.export, name="coach_export"),
    path("coach/people/<uuid:person>/", coaching.practice, name="coach_person"),
    path("coach/observe/<uuid:person>/<slug:rubric>/", coaching.observe, name="observe"),
    path("coach/observations/<uuid:observation>/", coaching.observation, name="observation"),
]
