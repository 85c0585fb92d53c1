"""The face of courses."""


def connect() -> None:
    """Register what the folder listens to."""
