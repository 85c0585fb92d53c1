"""Desks for workers, coaches, agencies and the state."""
