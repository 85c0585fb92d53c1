"""The outbox: work promised in a transaction and done after it."""
