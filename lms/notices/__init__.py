"""Messages to people: stored first, sent after commit, once."""
