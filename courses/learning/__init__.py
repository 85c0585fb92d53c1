"""Enrolment and the append-only learning ledger."""
