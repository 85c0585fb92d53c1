"""The cast under the programs that come with the academy."""

import pytest

from certification.programs.operations import adopt, load_programs
from tests.cast import HIRED


@pytest.fixture
def programs(cast):
    """Publish the programs; High Desert works under nm-mrss."""
    load_programs()
    adopt(
        organisation_id=cast.organisation("high-desert").pk, program_key="nm-mrss", starts_on=HIRED
    )
    return cast
