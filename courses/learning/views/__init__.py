"""What learners open: courses and lessons, their notes, and what works without a connection."""

from courses.learning.views.notes import notes, notes_csv, notes_text
from courses.learning.views.offline import module_offline, offline, worker
from courses.learning.views.pages import course, course_file, learn, lesson, module
from courses.learning.views.printing import module_print
from courses.learning.views.sending import send

__all__ = [
    "course",
    "course_file",
    "learn",
    "lesson",
    "module",
    "module_offline",
    "module_print",
    "notes",
    "notes_csv",
    "notes_text",
    "offline",
    "send",
    "worker",
]
