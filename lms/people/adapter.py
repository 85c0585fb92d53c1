"""How allauth lets people in."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by invitation or verified e-mail domain; mail through the outbox."""
