"""Pages of licences: one's own, a team's, one person's."""
