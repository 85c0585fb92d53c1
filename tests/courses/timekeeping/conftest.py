"""A course with three lessons and a quiz, Alma who learns, and time that passes."""

import pytest

from tests.courses.seat_time.conftest import alma, at

__all__ = ["alma"]


@pytest.fixture
def sign_in(client, cast):
    """Return a client signed in as somebody of the cast."""

    def as_(key):
        client.force_login(cast.user(key))
        return client

    return as_


@pytest.fixture
def later():
    """Look at the pages an hour after the course began."""
    with at(3600):
        yield
