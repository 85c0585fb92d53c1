"""What the portable record leaves to the night."""

from certification.portable.operations import forget_uploads
from lms.public import every_night


@every_night("portable")
def forget_old_uploads() -> None:
    """Delete records that came in and were imported by nobody."""
    forget_uploads()
