"""What it means: programs, decisions, credentials, verification and desks."""
