"""Observed practice: rubrics, observations and two-party sign-off."""
