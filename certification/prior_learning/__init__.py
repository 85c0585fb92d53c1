"""Credit for training done elsewhere, and waived requirements: asked for, weighed, decided."""
