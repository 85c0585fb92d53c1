"""How long somebody really worked on something: measured, never the same as credited hours."""
