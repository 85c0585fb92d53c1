"""The cast under the programs, with an account to look through."""

import pytest

from certification.programs.operations import adopt, load_programs
from tests.cast import HIRED


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    """Keep letters in a folder of the test."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def programs(cast):
    """Publish the programs; High Desert works under nm-mrss. Zoe works in another state."""
    cast.add_person("zoe", "Zoe", "Quill")
    cast.employ("zoe", "harbor-main", "responder")
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    return cast


@pytest.fixture
def sign_in(client):
    """Return a client signed in as somebody of the cast."""

    def as_(cast, key):
        client.force_login(cast.user(key))
        return client

    return as_
