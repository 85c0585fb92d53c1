"""Pages about people: joining, invitations and rosters."""
