"""Translating ledger facts into engine facts."""
