"""The face of certification."""


def connect() -> None:
    """Register what the folder listens to."""
