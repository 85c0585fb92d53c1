"""Measuring our pages against bare floors, in one run and one process."""
