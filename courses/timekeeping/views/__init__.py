"""The pages about time: a learner's own, contested times, and pilot reports."""

from courses.timekeeping.views.deciding import dispute, disputes
from courses.timekeeping.views.own import contest, my_time
from courses.timekeeping.views.pilots import course_time, course_time_csv

__all__ = ["contest", "course_time", "course_time_csv", "dispute", "disputes", "my_time"]
