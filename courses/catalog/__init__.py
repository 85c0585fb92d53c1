"""Courses, modules and lessons as pages, and the packs they are loaded from."""
