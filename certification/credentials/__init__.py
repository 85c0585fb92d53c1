"""Credentials: issue, renew, suspend, revoke; status is a fold of events."""
