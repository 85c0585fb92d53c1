"""The pages of verification: for everybody, and for agencies."""
