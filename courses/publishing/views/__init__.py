"""What editors open: the versions of a course, its next version, recordings, reviews."""

from courses.publishing.views.courses import course, courses, reviews, reviews_csv
from courses.publishing.views.preview import (
    preview,
    preview_file,
    preview_lesson,
    preview_module,
)
from courses.publishing.views.publishing import publish
from courses.publishing.views.recordings import new_recording, recording_file, recordings

__all__ = [
    "course",
    "courses",
    "new_recording",
    "preview",
    "preview_file",
    "preview_lesson",
    "preview_module",
    "publish",
    "recording_file",
    "recordings",
    "reviews",
    "reviews_csv",
]
