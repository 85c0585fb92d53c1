"""Reminders before a deadline or the end of a certificate, once each, one message a day."""
