"""Small tools without a subject of their own; open to every folder."""
