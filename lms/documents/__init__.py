"""Turning HTML into PDF."""
