"""Fixtures of the courses folder."""

import pytest

from courses import public
from courses.catalog import queries
from tests.courses.packs import write_pack


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    """Keep stored files of a test to that test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Forget what was read in the test before: its rows were taken back."""
    queries._pages.clear()
    queries._outlines.clear()


@pytest.fixture
def load(tmp_path):
    """Write and load a tiny pack: ``load(lessons=3, quiz=True)`` returns its folder."""

    def loaded(**options):
        folder = write_pack(tmp_path, **options)
        public.load_curriculum(path=folder)
        return folder

    return loaded
