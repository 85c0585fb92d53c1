"""Publish, compare, preview and retire versions of courses; recordings; clinical reviews."""
