"""Programs and their versioned requirements."""
