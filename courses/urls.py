"""URLs of the courses folder."""

from django.urls import URLPattern, URLResolver, path

from courses.assessment import urls as banks
from courses.assessment import views as assessment
from courses.coaching import views as coaching
from courses.learning import views as learning
from courses.publishing import views as publishing
from courses.seat_time import views as seat_time
from courses.teaching.views import cohorts, quizzes, regrading
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
    path("train/marking/", assessment.marking, name="marking"),
    path("train/marking/<uuid:attempt>/<int:question>/", assessment.mark, name="mark"),
    path("train/people/<uuid:person>/time/", assessment.person_time, name="person_time"),
    path("train/people/<uuid:person>/quizzes/", assessment.person_quizzes, name="person_quizzes"),
    path("time/", seat_time.report, name="seat_time"),
    path("me/time/", timekeeping.my_time, name="me-time"),
    path("me/time/<slug:course>/", timekeeping.contest, name="me-time-contest"),
    path("train/time/", timekeeping.disputes, name="train-time"),
    path("train/time/<uuid:dispute>/", timekeeping.dispute, name="train-time-dispute"),
    path("train/courses/<slug:course>/time/", timekeeping.course_time, name="course-time"),
    path(
        "train/courses/<slug:course>/time.csv", timekeeping.course_time_csv, name="course-time-csv"
    ),
    path("train/", cohorts.home, name="train"),
    path("train/cohorts/new/", cohorts.new, name="cohort_new"),
    path("train/cohorts/<uuid:cohort>/", cohorts.cohort, name="cohort"),
    path("train/cohorts/<uuid:cohort>/progress.csv", cohorts.export, name="cohort_export"),
    path("train/cohorts/<uuid:cohort>/change/", cohorts.change, name="cohort_change"),
    path("train/cohorts/<uuid:cohort>/people/", cohorts.add, name="cohort_add"),
    path("train/cohorts/<uuid:cohort>/nudge/", cohorts.nudge, name="cohort_nudge"),
    path("train/cohorts/<uuid:cohort>/people/<uuid:person>/", cohorts.person, name="cohort_person"),
    path(
        "train/cohorts/<uuid:cohort>/people/<uuid:person>/remove/",
        cohorts.remove,
        name="cohort_remove",
    ),
    path("train/quizzes/<slug:quiz>/", quizzes.quiz, name="quiz_statistics"),
    path("train/quizzes/<slug:quiz>/questions.csv", quizzes.export, name="quiz_statistics_csv"),
    path("train/courses/", publishing.courses, name="courses_desk"),
    path("train/courses/<slug:course>/", publishing.course, name="course_versions"),
    path("train/courses/<slug:course>/publish/", publishing.publish, name="course_publish"),
    path("train/courses/<slug:course>/preview/", publishing.preview, name="course_preview"),
    path(
        "train/courses/<slug:course>/preview/files/<path:name>",
        publishing.preview_file,
        name="preview_file",
    ),
    path(
        "train/courses/<slug:course>/preview/<slug:module>/",
        publishing.preview_module,
        name="preview_module",
    ),
    path(
        "train/courses/<slug:course>/preview/<slug:module>/<slug:lesson>/",
        publishing.preview_lesson,
        name="preview_lesson",
    ),
    path("train/reviews/", publishing.reviews, name="reviews_due"),
    path("train/reviews.csv", publishing.reviews_csv, name="reviews_due_csv"),
    path("train/recordings/", publishing.recordings, name="recordings"),
    path("train/recordings/new/", publishing.new_recording, name="new_recording"),
    path(
        "train/recordings/<uuid:recording>.<slug:suffix>",
        publishing.recording_file,
        name="recording_file",
    ),
    path("train/banks/<slug:bank>/<slug:question>/regrade/", regrading.regrade, name="regrade"),
    *banks.urlpatterns,
    path("coach/", coaching.home, name="coach"),
    path("coach/people.csv", coaching.export, name="coach_export"),
    path("coach/people/<uuid:person>/", coaching.practice, name="coach_person"),
    path("coach/observe/<uuid:person>/<slug:rubric>/", coaching.observe, name="observe"),
    path("coach/observations/<uuid:observation>/", coaching.observation, name="observation"),
]
