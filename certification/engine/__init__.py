"""The rules engine: pure functions from facts and a date to findings."""
