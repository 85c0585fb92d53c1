"""A lost second factor is taken off with a reason, and only that closes what it protected."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from lms.audit.models import AuditEntry


@pytest.fixture
def owned(cast):
    """Return how many authenticators Bo has."""
    return lambda: Authenticator.objects.filter(user=cast.user("bo")).count()


@pytest.mark.django_db(transaction=True)
def test_it_is_removed_once_and_on_record(cast, owned):
    assert owned() > 0
    call_command("reset_second_factor", "BO@example.org", reason="seen in person")
    entry = AuditEntry.objects.get(action="second_factor_reset")
    assert (owned(), entry.detail["reason"]) == (0, "seen in person")


@pytest.mark.django_db
def test_a_dry_run_and_an_unknown_address_remove_nothing(cast, owned):
    before = owned()
    call_command("reset_second_factor", "bo@example.org", reason="x", dry_run=True)
    with pytest.raises(CommandError, match="No account"):
        call_command("reset_second_factor", "nobody@example.org", reason="x")
    assert owned() == before
